package tasknet.dispatcher.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.runtime.Backoff;
import tasknet.runtime.NanoClock;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** Tasks, records and logs for tests; what is random comes from a seed. */
final class WalSample {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");

  private static final String LETTERS = "abcxyzAZ09 ,:{}[]\\\"äßЖ中€😀";

  private final SplittableRandom random;

  WalSample(long seed) {
    random = new SplittableRandom(seed);
  }

  static FileTaskLog log(FileTaskLog.Options options) {
    return new FileTaskLog(options, NanoClock.SYSTEM, LoggerFactory.getLogger("tasknet.test"));
  }

  /** A started one, with nothing from before. */
  static FileTaskLog log(Path folder) {
    FileTaskLog log = log(FileTaskLog.Options.standard(folder));
    log.start(_ -> {});
    log.clear();
    return log;
  }

  /** One of many that are alike but for their numbers. */
  static QueuedTask task(long number) {
    TaskTerms terms = TaskTerms.STANDARD.withDurable(false);
    TaskRequest request =
        TaskRequest.of(new TaskType("hash"), new JsonText("{\"number\":" + number + "}"));
    return new QueuedTask(
        new TaskId(1L << 40, number), request.with(terms), NOW, NOW, number, 0, 0, true);
  }

  static LogRecord.Added added(long number) {
    return new LogRecord.Added(task(number));
  }

  static AttemptStart start(long number) {
    return new AttemptStart(
        task(number).nextAttempt(), new WorkerId("worker-1"), "10.0.0.7", 6000, -5, NOW);
  }

  static LogRecord.Begun begun(long number) {
    return new LogRecord.Begun(start(number));
  }

  static LogRecord.Completed completed(long number) {
    return new LogRecord.Completed(task(number).nextAttempt(), NOW, new JsonText("" + number));
  }

  static LogRecord.Left left(long number) {
    return new LogRecord.Left(task(number).id());
  }

  static List<Long> numbers(List<HeldTask> tasks) {
    return tasks.stream().map(held -> held.task().position()).toList();
  }

  /** Any record. */
  LogRecord entry() {
    return switch (random.nextInt(4)) {
      case 0 -> new LogRecord.Added(task());
      case 1 ->
          new LogRecord.Begun(
              new AttemptStart(
                  task().nextAttempt(),
                  new WorkerId("w" + random.nextInt(1000)),
                  text(20),
                  random.nextInt(65_536),
                  random.nextLong(),
                  instant()));
      case 2 -> new LogRecord.Completed(task().nextAttempt(), instant(), new JsonText(text(300)));
      default -> new LogRecord.Left(id());
    };
  }

  QueuedTask task() {
    TaskRequest request =
        new TaskRequest(
            new TaskType("t" + "x._-9".repeat(random.nextInt(12))),
            new JsonText(text(random.nextInt(10) == 0 ? 20_000 : 100)),
            Duration.ofNanos(random.nextLong(1, TaskRequest.MAX_TIMEOUT.toNanos() + 1)),
            random.nextInt(1, 101),
            backoff(),
            terms());
    Instant created = instant();
    return new QueuedTask(
        id(),
        request,
        created,
        random.nextBoolean() ? created : instant(),
        random.nextBoolean() ? random.nextLong() : random.nextInt(100_000),
        random.nextInt(Integer.MAX_VALUE),
        random.nextInt(Integer.MAX_VALUE),
        random.nextBoolean());
  }

  private TaskTerms terms() {
    TraceContext trace =
        TraceContext.of(
            "%032x".formatted(random.nextLong(1, Long.MAX_VALUE)),
            "%016x".formatted(random.nextLong(1, Long.MAX_VALUE)),
            random.nextBoolean(),
            random.nextBoolean() ? null : "vendor=" + random.nextInt());
    Map<String, String> labels = new TreeMap<>();
    for (int number = random.nextInt(-8, 17); number > 0; number--) {
      labels.put("key/" + number, text(30));
    }
    return new TaskTerms(
        null,
        null,
        random.nextInt(10),
        new Labels(labels),
        null,
        null,
        random.nextBoolean() ? null : trace,
        random.nextBoolean());
  }

  private Backoff backoff() {
    if (random.nextBoolean()) {
      return Backoff.DEFAULT;
    }
    Duration cap = Duration.ofNanos(random.nextLong(Backoff.MAX_CAP.toNanos() + 1));
    return new Backoff(
        Duration.ofNanos(random.nextLong(cap.toNanos() + 1)),
        random.nextDouble(1, 100),
        cap,
        random.nextDouble());
  }

  private TaskId id() {
    return new TaskId(random.nextLong(), random.nextLong());
  }

  /** Also before 1970. */
  private Instant instant() {
    return Instant.EPOCH.plus(
        random.nextLong(-1_000_000_000_000_000L, 4_000_000_000_000_000L), ChronoUnit.MICROS);
  }

  private String text(int longest) {
    int[] points = LETTERS.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int rest = random.nextInt(longest + 1) / 2; rest > 0; rest--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
