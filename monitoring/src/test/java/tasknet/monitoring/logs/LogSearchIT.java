package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.monitoring.logs.LogTexts.START;
import static tasknet.monitoring.logs.LogTexts.info;
import static tasknet.monitoring.logs.LogTexts.line;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.logging.LogLevel;
import tasknet.logging.ServiceLog;
import tasknet.runtime.NanoClock;

class LogSearchIT {
  @TempDir Path folder;

  @Test
  void whatAServiceLogsIsFound() throws IOException {
    Instant begun = Instant.now().minusMillis(1);
    try (ServiceLog log = ServiceLog.openQuietly("dispatcher", folder, LogLevel.INFO)) {
      log.logger().info("first\nline");
      log.logger().error("it failed task={} attempt=1", "01ARZ", new IOException("no disk"));
    }

    List<LogEntry> entries = page("").entries();

    assertThat(entries)
        .extracting(LogEntry::message)
        .containsExactly("it failed task=01ARZ attempt=1", "first\\nline");
    LogEntry failed = entries.getFirst();
    assertThat(failed.level()).isEqualTo(LogLevel.ERROR);
    assertThat(failed.service()).isEqualTo("dispatcher");
    assertThat(failed.file()).isEqualTo("dispatcher.log");
    assertThat(failed.task()).isEqualTo("01ARZ");
    assertThat(failed.trace()).startsWith("    java.io.IOException: no disk\n        at ");
    assertThat(failed.time()).isBetween(begun, Instant.now());
    assertThat(failed.cut()).isFalse();
  }

  @Test
  void theLogsOfAllServicesAreMergedByTime() throws IOException {
    write("dispatcher.log", info(1, "dispatcher", "1") + info(4, "dispatcher", "4"));
    write("worker-hash.log", info(2, "worker-hash", "2") + info(5, "worker-hash", "5"));
    write("worker-hash-2.log", info(3, "worker-hash-2", "3"));
    write("nameservice.log", "");

    LogPage page = page("");

    assertThat(page.entries())
        .extracting(LogEntry::message)
        .containsExactly("5", "4", "3", "2", "1");
    assertThat(page.next()).isNull();
    assertThat(page.stopped()).isFalse();
    assertThat(page.services())
        .containsExactly("dispatcher", "nameservice", "worker-hash", "worker-hash-2");
    assertThat(messages("service=worker-hash")).containsExactly("5", "3", "2");
    assertThat(messages("service=worker-hash-2&service=dispatcher")).containsExactly("4", "3", "1");
    assertThat(messages("service=nobody")).isEmpty();
  }

  @Test
  void rolledFilesFollowInTheirOrder() throws IOException {
    write("a.2026-11-22.9.log", info(2, "a", "2"));
    write("a.2026-11-22.10.log", info(3, "a", "3"));
    write("a.2026-11-21.0.log", info(1, "a", "1"));
    write("a.log", info(4, "a", "4"));
    write("b.2026-11-22.0.log", info(0, "b", "0"));

    assertThat(messages("")).containsExactly("4", "3", "2", "1", "0");
    assertThat(pages("limit=1")).containsExactly("4", "3", "2", "1", "0");
  }

  @Test
  void filtersChooseByLevelTaskAndText() throws IOException {
    String task = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    write(
        "a.log",
        line(1, LogLevel.ERROR, "a", "bad task=" + task)
            + "    Trace With A Needle\n"
            + line(2, LogLevel.WARN, "a", "odd task=" + task + "x")
            + line(3, LogLevel.INFO, "a", "needle worker=w")
            + line(4, LogLevel.DEBUG, "a", "small task=" + task + " attempt=2")
            + "  its NEEDLE\n");

    assertThat(messages("level=WARN"))
        .containsExactly("odd task=" + task + "x", "bad task=" + task);
    assertThat(messages("level=ERROR")).containsExactly("bad task=" + task);
    assertThat(messages("task=" + task))
        .containsExactly("small task=" + task + " attempt=2", "bad task=" + task);
    assertThat(messages("text=nEEdle")).hasSize(3);
    assertThat(messages("text=needle&level=INFO&task=" + task)).containsExactly("bad task=" + task);
    assertThat(messages("text=no such")).isEmpty();
    write("a.log", info(5, "a", "Größe"));
    assertThat(messages("text=GRÖSSE")).isEmpty();
    assertThat(messages("text=gRÖßE")).containsExactly("Größe");
    assertThat(messages("text=info")).isEmpty(); // the level is no text
  }

  @Test
  void pagesLoseNothingAndRepeatNothing() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
    Map<String, StringBuilder> texts = new HashMap<>();
    List<String> all = new ArrayList<>();
    for (int number = 0; number < 3_000; number++) {
      String service = "s" + random.nextInt(5);
      // Many have the same time, and some are of a clock that was set back.
      int time = number / 50 - (random.nextInt(20) == 0 ? 5 : 0);
      String trace = random.nextInt(10) == 0 ? "    at\n".repeat(random.nextInt(3_000)) : "";
      texts
          .computeIfAbsent(service, _ -> new StringBuilder())
          .append(info(time, service, "n" + number))
          .append(trace);
      all.add("n" + number);
    }
    for (var text : texts.entrySet()) {
      write(text.getKey() + ".log", text.getValue().toString());
    }

    for (int limit : new int[] {1_999, 97, 10}) {
      assertThat(pages("limit=" + limit)).containsExactlyInAnyOrderElementsOf(all);
    }
  }

  @Test
  void aPageStandsWhileItsFilesGrowAndAreRolled() throws IOException {
    write("a.log", lines("a", 0, 10));
    write("b.log", lines("b", 0, 10));
    LogPage first = page("limit=6");
    write("a.log", lines("a", 100, 300));
    Files.move(folder.resolve("a.log"), folder.resolve("a.2026-11-23.0.log"));
    write("a.log", lines("a", 500, 600));
    write("c.log", lines("c", 0, 10));

    List<String> rest = rest("limit=3", first);

    assertThat(rest).hasSize(14).doesNotHaveDuplicates();
    assertThat(rest)
        .doesNotContainAnyElementsOf(first.entries().stream().map(LogEntry::message).toList());
    assertThat(rest).allMatch(message -> message.matches("[ab][0-9]"));
  }

  @Test
  void aPlaceInAFileThatWasDeletedIsReported() throws IOException {
    write("a.log", lines("a", 0, 10));
    write("b.log", lines("b", 0, 3));
    LogPage first = page("limit=5");
    Files.delete(folder.resolve("a.log"));
    write("a.log", lines("a", 50, 90));

    LogPage second = page("before=" + first.next());

    assertThat(second.entries()).extracting(LogEntry::service).containsOnly("b");
    assertThat(second.problems())
        .containsExactly("a: the place where the last page ended is no longer in its files");
    assertThat(second.next()).isNull();
  }

  @Test
  void anInstantIsWhereThePagesBegin() throws IOException {
    write("a.2026-11-22.0.log", lines("a", 0, 50));
    write("a.log", lines("a", 50, 100));
    write("b.log", lines("b", 90, 100));

    assertThat(pages("limit=7&before=" + START.plusMillis(60)))
        .isEqualTo(IntStream.range(0, 60).mapToObj(n -> "a" + (59 - n)).toList());
    assertThat(messages("before=" + START)).isEmpty();
  }

  @Test
  void onlyTheEndOfAHugeFileIsRead() throws IOException {
    huge("a.log", 200 * 1024 * 1024);
    write("b.log", lines("b", 0, 10));

    LogPage page = page("");

    assertThat(page.entries()).hasSize(200);
    assertThat(page.bytesRead()).isLessThan(100_000);
    LogPage second = page("before=" + page.next());
    assertThat(second.entries()).hasSize(200);
    assertThat(second.bytesRead()).isLessThan(100_000);
  }

  @Test
  void anInstantInAHugeFileIsFoundByHalving() throws IOException {
    long lines = huge("a.log", 100 * 1024 * 1024);
    long middle = lines / 2;

    LogPage page = page("limit=10&before=" + START.plusSeconds(middle));

    assertThat(page.entries())
        .extracting(LogEntry::time)
        .startsWith(START.plusSeconds(middle - 1), START.plusSeconds(middle - 2));
    assertThat(page.bytesRead()).isLessThan(1_000_000);
  }

  @Test
  void aSearchThatReadsTooMuchStopsAndGoesOnLater() throws IOException {
    write("a.log", info(0, "a", "needle") + lines("a", 1, 200_000));
    LogSearch search = new LogSearch(folder, 1024 * 1024, NanoClock.SYSTEM);

    LogPage page = search.page(query("text=needle"));
    assertThat(page.stopped()).isTrue();
    assertThat(page.entries()).isEmpty();
    int pages = 1;
    while (page.next() != null) {
      assertThat(page.bytesRead()).isBetween(500_000L, 1024 * 1024L + 1_000);
      page = search.page(query("text=needle&before=" + page.next()));
      pages++;
    }
    assertThat(page.entries()).extracting(LogEntry::message).containsExactly("needle");
    assertThat(pages).isBetween(8, 20);
  }

  @Test
  void aLineOf50MegabytesIsCut() throws IOException {
    write("a.log", info(1, "a", "before"));
    Path file = folder.resolve("a.log");
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND))) {
      out.write(info(2, "a", "start ").stripTrailing().getBytes(StandardCharsets.UTF_8));
      byte[] part = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
      for (int megabyte = 0; megabyte < 50; megabyte++) {
        out.write(part);
      }
      out.write('\n');
    }
    write("a.log", info(3, "a", "after"));

    List<LogEntry> entries = page("").entries();
    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).message()).isEqualTo("after");
    assertThat(entries.get(1).cut()).isTrue();
    assertThat(entries.get(1).message())
        .startsWith("startxxx")
        .endsWith("xxx…")
        .hasSizeLessThan(65_537);
    assertThat(entries.get(2).message()).isEqualTo("before");
    // A search that may read less needs some pages, and shows the same.
    LogSearch small = new LogSearch(folder, 4 * 1024 * 1024, NanoClock.SYSTEM);
    List<LogEntry> found = new ArrayList<>();
    String next = null;
    do {
      LogPage page = small.page(query(next == null ? "" : "before=" + next));
      found.addAll(page.entries());
      next = page.next();
    } while (next != null);
    assertThat(found).isEqualTo(entries);
  }

  @Test
  void aFileThatIsNoLogIsOneCutEntry() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("core.log").toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    write("a.log", lines("a", 0, 3));

    LogPage page = page("");

    assertThat(page.entries())
        .extracting(LogEntry::service)
        .containsExactlyInAnyOrder("core", "a", "a", "a");
    assertThat(page.entries())
        .filteredOn(LogEntry::cut)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.time()).isNull();
              assertThat(entry.message()).endsWith("\uFFFD…");
            });
    assertThat(page.bytesRead()).isLessThan(2 * 1024 * 1024);
    assertThat(page.next()).isNull();
  }

  @Test
  void garbageBreaksNothing() throws IOException {
    byte[] noise = new byte[300_000];
    RandomGeneratorFactory.of("L64X128MixRandom").create(7).nextBytes(noise);
    Path file = folder.resolve("a.log");
    write("a.log", "text before the first line\nand more\n" + info(1, "a", "one"));
    Files.write(file, noise, StandardOpenOption.APPEND);
    write("a.log", "\n" + info(2, "a", "two") + "\n\n" + info(3, "a", "three") + "Killed\n");

    List<LogEntry> entries = page("").entries();

    assertThat(entries)
        .extracting(LogEntry::message)
        .containsExactly("three", "two", "one", "text before the first line");
    assertThat(entries.get(0).trace()).isEqualTo("Killed");
    assertThat(entries.get(1).trace()).isNull();
    assertThat(entries.get(2).cut()).isTrue();
    assertThat(entries.get(3).trace()).isEqualTo("and more");
    assertThat(entries.get(3).time()).isNull();
  }

  @Test
  void aHalfWrittenLineIsMarked() throws IOException {
    write("a.log", info(1, "a", "whole") + info(2, "a", "half wri").stripTrailing());
    write("b.log", info(0, "b", "whole") + "2026-11-2");

    List<LogEntry> entries = page("").entries();

    assertThat(entries)
        .extracting(LogEntry::message)
        .containsExactly("half wri…", "whole", "whole");
    assertThat(entries).extracting(LogEntry::cut).containsExactly(true, false, true);
    assertThat(entries.get(2).trace()).isEqualTo("2026-11-2…");
  }

  @Test
  void linksAndFoldersAreNotFollowed(@TempDir Path outside) throws IOException {
    Path secret = Files.writeString(outside.resolve("secret.log"), info(9, "secret", "secret"));
    Files.createSymbolicLink(folder.resolve("link.log"), secret);
    Files.createSymbolicLink(folder.resolve("gone.log"), outside.resolve("nothing"));
    Files.createSymbolicLink(folder.resolve("a.2026-11-23.0.log"), secret);
    Files.createDirectory(folder.resolve("folder.log"));
    write("a.log", info(1, "a", "mine"));
    write("notes.txt", info(2, "notes", "no log"));

    LogPage page = page("");

    assertThat(page.entries()).extracting(LogEntry::message).containsExactly("mine");
    assertThat(page.services()).containsExactly("a");
    assertThat(page.problems()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeReadIsNamed() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> new LogSearch(nowhere, 1, NanoClock.SYSTEM).page(query("")))
        .hasMessage("the log folder " + nowhere + " does not exist");
    assertThatThrownBy(() -> new LogSearch(file, 1, NanoClock.SYSTEM).page(query("")))
        .hasMessage("the log folder " + file + " is no folder");
  }

  @Test
  void searchesWhileAServiceWritesAndRollsSeeEveryLineOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> writer = threads.submit(this::writeAndRoll);
      boolean last;
      List<Integer> numbers;
      do {
        last = writer.isDone();
        numbers = pages("limit=300").stream().map(Integer::valueOf).toList();
        // Without a gap and without a repetition, down to the very first.
        assertThat(numbers)
            .isEqualTo(
                IntStream.iterate(numbers.size() - 1, it -> it >= 0, it -> it - 1)
                    .boxed()
                    .toList());
      } while (!last);
      assertThat(numbers).hasSize(writer.get());
    }
  }

  private int writeAndRoll() throws IOException {
    int number = 0;
    for (int roll = 0; roll < 400; roll++) {
      for (int line = 0; line < 5; line++) {
        write("a.log", info(number, "a", "" + number));
        number++;
      }
      Files.move(folder.resolve("a.log"), folder.resolve("a.2026-11-23." + roll + ".log"));
    }
    return number;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(
        folder.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String lines(String service, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int number = from; number < to; number++) {
      text.append(info(number, service, service + number));
    }
    return text.toString();
  }

  /** A file with a line a second; answers how many. */
  private long huge(String name, long size) throws IOException {
    long lines = 0;
    long written = 0;
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)), 1 << 20)) {
      for (; written < size; lines++) {
        byte[] line = info(lines * 1000, "a", "y".repeat(200)).getBytes(StandardCharsets.UTF_8);
        out.write(line);
        written += line.length;
      }
    }
    return lines;
  }

  private List<String> messages(String query) throws IOException {
    return page(query).entries().stream().map(LogEntry::message).toList();
  }

  /** The messages of all pages. */
  private List<String> pages(String query) throws IOException {
    LogPage first = page(query);
    assertThat(first.problems()).isEmpty();
    List<String> all = new ArrayList<>(first.entries().stream().map(LogEntry::message).toList());
    all.addAll(rest(query.replaceAll("&?before=[^&]*", ""), first));
    return all;
  }

  private List<String> rest(String query, LogPage page) throws IOException {
    List<String> all = new ArrayList<>();
    String next = page.next();
    while (next != null) {
      LogPage more = page(query + "&before=" + next);
      more.entries().forEach(entry -> all.add(entry.message()));
      assertThat(more.problems()).isEmpty();
      next = more.next();
    }
    return all;
  }

  private LogPage page(String query) throws IOException {
    return new LogSearch(folder, LogSearch.MAX_READ, NanoClock.SYSTEM).page(query(query));
  }

  private static LogQuery query(@Nullable String text) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (String part : Objects.requireNonNullElse(text, "").split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        parameters
            .computeIfAbsent(part.substring(0, equals), _ -> new ArrayList<>())
            .add(part.substring(equals + 1));
      }
    }
    return LogQuery.of(parameters);
  }
}
