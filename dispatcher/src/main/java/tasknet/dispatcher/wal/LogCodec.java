package tasknet.dispatcher.wal;

import java.time.Instant;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;

/**
 * How records are written: a byte that says which one it is, then its parts in their order.
 * Instants are microseconds, as in the store.
 */
final class LogCodec {
  static final int ADDED = 1;
  static final int BEGUN = 2;
  static final int COMPLETED = 3;
  static final int LEFT = 4;

  private static final long MICROS_IN_A_SECOND = 1_000_000;
  private static final int NANOS_IN_A_MICRO = 1_000;

  private LogCodec() {}

  /**
   * @throws IllegalArgumentException if it is a task that is never in memory, because its terms
   *     need the store
   * @throws ArithmeticException if an instant is too far from 1970 for microseconds
   */
  static void write(LogRecord entry, ByteWriter out) {
    switch (entry) {
      case LogRecord.Added(QueuedTask task) -> {
        out.putByte(ADDED);
        TaskCodec.write(task, out);
      }
      case LogRecord.Begun(AttemptStart start) -> {
        out.putByte(BEGUN);
        writeStart(start, out);
      }
      case LogRecord.Completed(AttemptId attempt, Instant at, JsonText result) -> {
        out.putByte(COMPLETED);
        writeAttempt(attempt, out);
        out.putNumber(micros(at));
        out.putText(result.text());
      }
      case LogRecord.Left(TaskId task) -> {
        out.putByte(LEFT);
        writeId(task, out);
      }
    }
  }

  /**
   * @throws RuntimeException if it is none
   */
  static LogRecord read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case ADDED -> new LogRecord.Added(TaskCodec.read(in));
      case BEGUN -> new LogRecord.Begun(readStart(in));
      case COMPLETED ->
          new LogRecord.Completed(
              readAttempt(in), instant(in.readNumber()), new JsonText(in.readText()));
      case LEFT -> new LogRecord.Left(readId(in));
      default -> throw new IllegalArgumentException("there is no record of kind " + kind);
    };
  }

  private static void writeStart(AttemptStart start, ByteWriter out) {
    writeAttempt(start.attempt(), out);
    out.putText(start.worker().name());
    out.putText(start.host());
    out.putNumber(start.port());
    out.putLong(start.epoch());
    out.putNumber(micros(start.at()));
  }

  private static AttemptStart readStart(ByteReader in) {
    return new AttemptStart(
        readAttempt(in),
        new WorkerId(in.readText()),
        in.readText(),
        in.readInt(),
        in.readLong(),
        instant(in.readNumber()));
  }

  private static void writeAttempt(AttemptId attempt, ByteWriter out) {
    writeId(attempt.task(), out);
    out.putNumber(attempt.number());
  }

  private static AttemptId readAttempt(ByteReader in) {
    return new AttemptId(readId(in), in.readInt());
  }

  static void writeId(TaskId id, ByteWriter out) {
    out.putLong(id.high());
    out.putLong(id.low());
  }

  static TaskId readId(ByteReader in) {
    return new TaskId(in.readLong(), in.readLong());
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_IN_A_SECOND),
        instant.getNano() / NANOS_IN_A_MICRO);
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_IN_A_SECOND),
        Math.floorMod(micros, MICROS_IN_A_SECOND) * NANOS_IN_A_MICRO);
  }
}
