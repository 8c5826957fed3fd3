package tasknet.devtools.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of the page have: a cluster with actions allowed, and a browser, for the whole class.
 */
@NeedsBrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnPage {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder = Path.of("");

  private @Nullable PageCluster cluster;
  private @Nullable Browser browser;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    cluster = new PageCluster(folder, writable());
    browser = new Browser(cluster.monitoring());
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  boolean writable() {
    return true;
  }

  PageCluster cluster() {
    return Objects.requireNonNull(cluster);
  }

  Browser browser() {
    return Objects.requireNonNull(browser);
  }
}
