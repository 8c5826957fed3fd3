package tasknet.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclaredWorkersIT {
  private Path file;
  private int writes;

  @BeforeEach
  void choose(@TempDir Path folder) {
    file = folder.resolve("workers.json");
  }

  @Test
  void withoutAFileNothingIsDeclared() {
    assertThat(new DeclaredWorkers(null).now())
        .isEqualTo(new DeclaredWorkers.Now(null, null, null));
  }

  @Test
  void aFileThatIsNotThereYetIsReadWhenItComes() throws IOException {
    DeclaredWorkers declared = new DeclaredWorkers(file);

    assertThat(declared.now())
        .isEqualTo(new DeclaredWorkers.Now(file, null, file + " does not exist"));
    declare("hash");
    assertThat(names(declared)).containsExactly("hash");
    assertThat(declared.now().error()).isNull();
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    declare("hash");
    DeclaredWorkers declared = new DeclaredWorkers(file);
    assertThat(names(declared)).containsExactly("hash");

    declare("wait"); // of the same size

    assertThat(names(declared)).containsExactly("wait");
  }

  @Test
  void whileTheFileIsWrongTheLastGoodOneStands() throws IOException {
    declare("hash");
    DeclaredWorkers declared = new DeclaredWorkers(file);
    assertThat(names(declared)).containsExactly("hash");

    write("{\"workers\": [{\"name\": \"hash\", \"active\": true, \"replicas\": 0}]}");
    for (int look = 0; look < 2; look++) {
      assertThat(declared.now().error())
          .startsWith(file.toString())
          .contains("replicas", "a whole number from 1 to 1000");
      assertThat(names(declared)).containsExactly("hash");
    }

    Files.delete(file);
    assertThat(declared.now().error()).isEqualTo(file + " does not exist");
    assertThat(names(declared)).containsExactly("hash");

    declare("upper");
    assertThat(declared.now().error()).isNull();
    assertThat(names(declared)).containsExactly("upper");
  }

  @Test
  void aFolderInItsPlaceIsAnErrorThatNamesIt() throws IOException {
    Files.createDirectory(file);

    assertThat(new DeclaredWorkers(file).now().error()).contains(file.toString());
  }

  private static List<String> names(DeclaredWorkers declared) {
    return Objects.requireNonNull(declared.now().entries()).stream()
        .map(entry -> entry.name().name())
        .toList();
  }

  private void declare(String name) throws IOException {
    write("{\"workers\": [{\"name\": \"" + name + "\", \"active\": true}]}");
  }

  /** Two writes within the resolution of the file's clock would look like one. */
  private void write(String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(++writes)));
  }
}
