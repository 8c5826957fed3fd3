package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.CallbackReceiver;
import tasknet.dispatcher.testkit.CallbackReceiver.Call;
import tasknet.dispatcher.testkit.CallbackReceiver.Reply;
import tasknet.dispatcher.testkit.DispatcherProcess;

/** The dispatcher's process is killed while outcomes are told: none is lost. */
@Timeout(180)
class CallbackKillIT {
  @TempDir Path folder;

  @Test
  void everyTaskThatHasEndedIsToldUnderItsId() throws Exception {
    AtomicInteger count = new AtomicInteger();
    Set<String> ended = ConcurrentHashMap.newKeySet();
    try (CallbackReceiver receiver =
            new CallbackReceiver(0, _ -> Reply.of(count.incrementAndGet() % 5 == 0 ? 500 : 200));
        DispatcherProcess dispatcher =
            new DispatcherProcess(
                folder,
                Map.of(
                    "TASKNET_CALLBACK_HOSTS",
                    "localhost:*",
                    "TASKNET_CALLBACK_SECRET",
                    CallbackReceiver.SECRET))) {
      for (int kill = 1; kill <= 3; kill++) {
        dispatcher.start();
        Thread client = Thread.startVirtualThread(() -> endTasks(dispatcher, receiver, ended));
        int enough = kill * 40;
        await().atMost(Duration.ofMinutes(1)).until(() -> ended.size() > enough);
        dispatcher.kill();
        client.join();
      }
      dispatcher.start();
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(receiver.calls().stream().map(Call::id).collect(Collectors.toSet()))
                      .containsAll(ended));
      for (String task : ended) {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () ->
                    dispatcher
                        .get("/tasks/" + task)
                        .path("callback")
                        .path("state")
                        .asString()
                        .equals("delivered"));
      }
      assertThat(receiver.calls()).allMatch(Call::isSigned);
      assertThat(receiver.calls())
          .allMatch(call -> call.task().path("id").asString().equals(call.id()))
          .allMatch(call -> call.task().path("state").asString().equals("CANCELLED"));
    }
  }

  /** Until the dispatcher is killed. */
  private static void endTasks(
      DispatcherProcess dispatcher, CallbackReceiver receiver, Set<String> ended) {
    String body = "{\"type\":\"hash\",\"callback\":\"" + receiver.url("/") + "\"}";
    try {
      while (true) {
        String task = dispatcher.send("POST", "/tasks", body).path("id").asString();
        if (dispatcher.send("DELETE", "/tasks/" + task, "").has("was")) {
          ended.add(task);
        }
      }
    } catch (UncheckedIOException e) {
      return; // the kill
    }
  }
}
