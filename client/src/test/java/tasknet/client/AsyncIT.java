package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.TaskStatus;

/** {@link TasknetClient#async}: every call as a future. */
@Timeout(30)
class AsyncIT {
  private static final Problem FULL = Problem.of(429, "queue-full", "Queue full", "no room");

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final ScriptedDispatcher dispatcher =
      new ScriptedDispatcher(
          routes -> {
            routes.get(
                "/types",
                context -> {
                  asked.countDown();
                  released.await();
                });
            routes.get(
                "/workers",
                _ -> {
                  throw new ProblemException(FULL);
                });
          });
  private final TasknetClient client = new TasknetClient(dispatcher.uri());

  @AfterEach
  void close() {
    released.countDown();
    client.close();
    dispatcher.close();
  }

  @Test
  void aThousandCallsAtOnceAreAllAnswered() {
    try (ScriptedDispatcher small = new ScriptedDispatcher(new SmallDispatcher());
        TasknetClient many = new TasknetClient(small.uri())) {
      List<CompletableFuture<TaskStatus>> calls =
          IntStream.range(0, 1_000)
              .mapToObj(number -> TaskSubmission.of("reverse", number))
              .map(task -> many.async(c -> c.submit(task)))
              .toList();

      assertThat(calls.stream().map(CompletableFuture::join).map(TaskStatus::id).distinct())
          .hasSize(1_000);
    }
  }

  @Test
  void aRefusalIsTheCauseOfTheFailure() {
    CompletableFuture<?> call = client.async(TasknetClient::workers);

    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(ProblemException.class)
        .hasMessageContaining("no room");
  }

  @Test
  void toCancelTheFutureInterruptsTheCall() throws Exception {
    CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
    CompletableFuture<?> call =
        client.async(
            c -> {
              try {
                return c.types();
              } catch (InterruptedException e) {
                ended.complete(Optional.of(e));
                throw e;
              } finally {
                ended.complete(Optional.empty());
              }
            });
    asked.await();

    call.cancel(true);

    assertThat(ended.get(20, TimeUnit.SECONDS)).get().isInstanceOf(InterruptedException.class);
  }

  @Test
  void toCloseTheClientEndsItsCalls() throws Exception {
    CompletableFuture<?> call = client.async(TasknetClient::types);
    asked.await();

    client.close();

    assertThat(call).failsWithin(java.time.Duration.ofSeconds(20));
  }
}
