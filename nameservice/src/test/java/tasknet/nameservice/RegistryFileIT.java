package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.logging.LogLevel;
import tasknet.logging.ServiceLog;
import tasknet.registry.WorkerId;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class RegistryFileIT {
  private static final RegistryWriter.Pace PACE =
      new RegistryWriter.Pace(Duration.ofMillis(20), Duration.ofMillis(20));
  private static final RegistryContent CONTENT =
      new RegistryContent(
          1,
          List.of(
              RegistryContent.Worker.of(
                  new WorkerId("a"), RegistryTest.registration(3, "sum", "hash"))),
          List.of(
              new RegistryContent.Fixed(
                  new WorkerId("b"), List.of(new TaskType("upper")), "10.0.0.9", 6000, 4)));

  @TempDir Path folder;
  private ServiceLog log;
  private Path path;
  private RegistryFile file;

  @BeforeEach
  void open() throws IOException {
    log = ServiceLog.open("nameservice", folder.resolve("logs"), LogLevel.INFO);
    path = folder.resolve("data/registry.json");
    file = new RegistryFile(path, new TestClock(), log.logger());
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void aMissingFileIsAnEmptyRegistry() throws IOException {
    assertThat(file.read()).isEqualTo(RegistryContent.EMPTY);
    assertThat(path).doesNotExist();
  }

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    file.write(RegistryContent.EMPTY);
    file.write(CONTENT);

    assertThat(file.read()).isEqualTo(CONTENT);
    assertThat(Files.readString(path))
        .contains("\"version\" : 1", "\"types\" : [ \"hash\", \"sum\" ]", "\"static\" : [")
        .endsWith("}\n");
    assertThat(names(path)).containsExactly("registry.json");
  }

  @Test
  void theFileOfTheRepositoryIsAnEmptyRegistry() throws IOException {
    Path initial = Path.of("../registry.json");
    assertThat(initial).exists();

    file.write(RegistryContent.EMPTY);

    assertThat(path).hasSameTextualContentAs(initial);
  }

  @Test
  void listsMayBeLeftOutAndUnknownFieldsAreIgnored() throws IOException {
    put("{\"version\":1,\"comment\":\"by hand\"}");

    assertThat(file.read()).isEqualTo(RegistryContent.EMPTY);
    assertThat(names(path)).containsExactly("registry.json");
  }

  @Test
  void aReaderNeverSeesAPartOfTheFile() throws Exception {
    file.write(CONTENT);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    try {
                      file.write(
                          written.incrementAndGet() % 2 == 0 ? CONTENT : RegistryContent.EMPTY);
                    } catch (IOException e) {
                      return;
                    }
                  }
                });
    try {
      while (written.get() < 200) {
        assertThat(file.read()).isIn(CONTENT, RegistryContent.EMPTY);
        assertThat(writer.isAlive()).isTrue();
      }
    } finally {
      done.set(true);
      writer.join();
    }
    assertThat(names(path)).containsExactly("registry.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"version\":1,\"workers\":[",
        "{\"version\":2}",
        "{\"workers\":[]}",
        "{\"version\":1,\"static\":[{\"id\":\"a\",\"types\":[\"x\"],\"host\":\"h\",\"port\":0,"
            + "\"capacity\":1}]}",
        "{\"version\":1,\"static\":[null]}",
        "{\"version\":1,\"static\":[{\"id\":\"a\",\"types\":[\"x\"],\"host\":\"h\",\"port\":1,"
            + "\"capacity\":1},{\"id\":\"a\",\"types\":[\"x\"],\"host\":\"h\",\"port\":1,"
            + "\"capacity\":1}]}",
        "{\"version\":1,\"workers\":[{\"id\":\"a b\"}]}"
      })
  void aDamagedFileIsKeptUnderAnotherNameAndReported(String text) throws IOException {
    put(text);

    assertThat(file.read()).isEqualTo(RegistryContent.EMPTY);

    assertThat(names(path)).containsExactly("registry.json.damaged-20260101T000000.000Z");
    assertThat(path.resolveSibling("registry.json.damaged-20260101T000000.000Z")).hasContent(text);
    assertThat(logged())
        .singleElement()
        .asString()
        .contains("WARN", path.toString(), "damaged", "starting with no workers");
  }

  @Test
  void aFolderInThePlaceOfTheFileIsMovedOutOfTheWay() throws IOException {
    Files.createDirectories(path);

    assertThat(file.read()).isEqualTo(RegistryContent.EMPTY);
    file.write(CONTENT);

    assertThat(file.read()).isEqualTo(CONTENT);
  }

  @Test
  void aBurstOfChangesIsFewWrites() {
    AtomicInteger writes = new AtomicInteger();
    try (RegistryWriter writer =
        new RegistryWriter(
            file,
            () -> {
              writes.incrementAndGet();
              return CONTENT;
            },
            new RegistryWriter.Pace(Duration.ofSeconds(30), Duration.ofSeconds(30)),
            log.logger())) {
      for (int i = 0; i < 10_000; i++) {
        writer.changed();
      }
    }

    assertThat(writes).hasValue(1);
    assertThat(path).exists();
  }

  @Test
  void closingWithoutAChangeLeavesTheFileAlone() {
    new RegistryWriter(file, () -> CONTENT, PACE, log.logger()).close();

    assertThat(path).doesNotExist();
  }

  @Test
  void anUnwritableFileIsReportedOnceASpellAndMendsItself() throws IOException {
    Path parent = path.getParent();
    Files.writeString(parent, "a file where the folder should be");
    AtomicInteger tries = new AtomicInteger();
    try (RegistryWriter writer =
        new RegistryWriter(
            file,
            () -> {
              tries.incrementAndGet();
              return CONTENT;
            },
            PACE,
            log.logger())) {
      writer.changed();
      await().until(() -> tries.get() > 3);
      assertThat(logged()).singleElement().asString().contains("WARN", "cannot be written");

      Files.delete(parent);
      await().until(() -> logged().size() == 2);
      assertThat(logged().getLast()).contains("INFO", "written again");
      assertThat(file.read()).isEqualTo(CONTENT);

      Files.delete(path);
      Files.delete(parent);
      Files.writeString(parent, "again");
      writer.changed();
      await().until(() -> logged().size() == 3);
      assertThat(logged().getLast()).contains("WARN", "cannot be written");
    }
  }

  private void put(String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private List<String> logged() throws IOException {
    return Files.readAllLines(folder.resolve("logs/nameservice.log"));
  }

  private static List<String> names(Path file) throws IOException {
    try (var paths = Files.list(file.resolveSibling("."))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
