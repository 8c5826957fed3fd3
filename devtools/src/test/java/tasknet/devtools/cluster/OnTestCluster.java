package tasknet.devtools.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What tests on real processes have: a folder, which stays when they fail, and a cluster in it. */
abstract class OnTestCluster {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of("");

  TestCluster cluster;

  @BeforeEach
  void open() throws IOException {
    cluster = new TestCluster(folder);
  }

  @AfterEach
  void killWhatIsLeft() {
    cluster.close();
  }
}
