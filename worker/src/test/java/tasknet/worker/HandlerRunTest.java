package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;
import tasknet.tracing.HandlerSpan;
import tasknet.worker.handler.InvalidPayloadException;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskFailedException;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

class HandlerRunTest {
  private final TestClock clock = new TestClock();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  private interface Work {
    @Nullable Object of(JsonNode payload, TaskContext context) throws Exception;
  }

  private HandlerRun run(String payload, Work work) {
    TaskHandler handler =
        new TaskHandler() {
          @Override
          public TaskType type() {
            return new TaskType("test");
          }

          @Override
          public @Nullable Object handle(JsonNode node, TaskContext context) throws Exception {
            return work.of(node, context);
          }
        };
    return new HandlerRun(
        handler,
        new AttemptId(new TaskId(1, 1), 1),
        _ -> new JsonText(payload),
        Duration.ofSeconds(30).toNanos(),
        1200,
        () -> HandlerSpan.NONE,
        clock,
        new HandlerRun.Listener() {
          @Override
          public void ended(HandlerRun ended, Outcome outcome) {
            outcomes.add(outcome);
          }

          @Override
          public void progressed(HandlerRun running, int percent, String note) {
            progress.add(percent + " " + note);
          }
        });
  }

  private Outcome outcome(String payload, Work work) {
    run(payload, work).run();
    return outcomes.getLast();
  }

  private static Outcome failed(String code, String message, boolean retryable) {
    return new Outcome.Failed(new TaskError(code, message, retryable));
  }

  @Test
  void thePayloadComesWithAllItsDigits() {
    assertThat(outcome("[0.10,1e2,12345678901234567890.5]", (payload, _) -> payload))
        .isEqualTo(new Outcome.Completed(new JsonText("[0.10,1E+2,12345678901234567890.5]")));
  }

  @Test
  void eachKindOfFailureHasItsCode() {
    assertThat(
            outcome(
                "1",
                (_, _) -> {
                  throw new InvalidPayloadException("wanted more");
                }))
        .isEqualTo(failed("invalid-payload", "wanted more", false));
    assertThat(
            outcome(
                "1",
                (_, _) -> {
                  throw new TaskFailedException("no-money", "come\nback", true);
                }))
        .isEqualTo(failed("no-money", "come back", true));
    assertThat(
            outcome(
                "1",
                (_, _) -> {
                  throw new java.io.IOException("disk full");
                }))
        .isEqualTo(failed("handler-failed", "IOException: disk full", true));
    assertThat(
            outcome(
                "1",
                (_, _) -> {
                  throw new OutOfMemoryError();
                }))
        .isEqualTo(failed("handler-failed", "OutOfMemoryError", true));
    assertThat(outcome("1", (_, _) -> forEver(1)))
        .isEqualTo(failed("handler-failed", "StackOverflowError", true));
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int forEver(int depth) {
    return forEver(depth + 1) + 1;
  }

  @Test
  void anExceptionWhoseMessageThrowsIsStillAFailure() {
    assertThat(
            outcome(
                "1",
                (_, _) -> {
                  throw new IllegalStateException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                      throw new IllegalStateException("no message");
                    }
                  };
                }))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error().message()).startsWith("tasknet.worker"));
  }

  @Test
  void aLongMessageIsCut() {
    Outcome outcome =
        outcome(
            "1",
            (_, _) -> {
              throw new IllegalStateException("😀".repeat(1000));
            });

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error().message().codePoints().count()).isEqualTo(300));
  }

  @Test
  void aPayloadThatCannotBeReadIsRefused() {
    assertThat(outcome("{\"a\":1,\"a\":2}", (payload, _) -> payload))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.error().code()).isEqualTo("invalid-payload");
              assertThat(failed.error().message()).contains("Duplicate");
            });
  }

  @Test
  void aResultThatCannotBeWrittenFailsTheAttempt() {
    assertThat(outcome("1", (_, _) -> new Faulty()))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.error().code()).isEqualTo("handler-failed");
              assertThat(failed.error().message()).contains("not today");
            });
    assertThat(outcome("1", (_, _) -> new JsonText("{")))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo("handler-failed"));
  }

  /** A bean that does not want to be written. */
  public static final class Faulty {
    public String getText() {
      if (!toString().isEmpty()) {
        throw new IllegalStateException("not today");
      }
      return "";
    }
  }

  @Test
  void anInterruptBeforeTheThreadCameIsNotLost() {
    HandlerRun run = run("1", (_, _) -> Thread.currentThread().isInterrupted());
    run.interrupt();

    run.run();

    assertThat(outcomes).containsExactly(new Outcome.Completed(new JsonText("true")));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theThreadIsNotInterruptedOnceTheHandlerEnded() {
    HandlerRun run = run("1", (_, _) -> 1);
    run.run();

    run.interrupt();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aCancelEndsTheSleep() {
    HandlerRun run = run("1", (_, context) -> context.sleep(Duration.ofDays(1)));
    run.cancel();

    run.run();

    assertThat(run.cancelled()).isTrue();
    assertThat(outcomes).containsExactly(new Outcome.Completed(new JsonText("false")));
  }

  @Test
  void theTimeLeftEndsAtZero() {
    HandlerRun run = run("1", (_, _) -> 1);

    assertThat(run.timeLeft()).isEqualTo(Duration.ofSeconds(30));
    clock.advance(Duration.ofSeconds(31));
    assertThat(run.timeLeft()).isZero();
  }

  @Test
  void progressIsPassedOnAtMostOnceASecond() {
    HandlerRun run = run("1", (_, _) -> 1);

    run.progress(-5, "begun\n");
    run.progress(10, "too soon");
    clock.advance(Duration.ofMillis(999));
    run.progress(20, "too soon");
    clock.advance(Duration.ofMillis(1));
    run.progress(500, "x".repeat(500));

    assertThat(progress).containsExactly("0 begun ", "100 " + "x".repeat(199) + "…");
  }
}
