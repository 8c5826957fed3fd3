package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed: what was promised of keys, deadlines and delays holds. */
@Timeout(120)
class TaskTermsKillIT {
  private static final String BODY = "{\"type\":\"hash\"}";

  @TempDir Path folder;
  private DispatcherProcess dispatcher;

  @BeforeEach
  void start() throws IOException {
    dispatcher = new DispatcherProcess(folder, Map.of());
    dispatcher.start();
  }

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void aKeyThatWasAnsweredNeverMakesASecondTask() throws Exception {
    Map<String, String> answered = new ConcurrentHashMap<>();
    AtomicBoolean killed = new AtomicBoolean();
    Thread client =
        Thread.startVirtualThread(
            () -> {
              for (int number = 0; !killed.get(); number++) {
                try {
                  answered.put(
                      "key-" + number, submit(BODY, "key-" + number).path("id").asString());
                } catch (UncheckedIOException e) {
                  return; // the kill
                }
              }
            });
    await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > 100);
    dispatcher.kill();
    killed.set(true);
    client.join();
    dispatcher.start();

    Map<String, String> again = new TreeMap<>();
    for (String key : answered.keySet()) {
      again.put(key, submit(BODY, key).path("id").asString());
    }
    String unknown = "key-" + answered.size(); // may have been committed, and was not answered
    String first = submit(BODY, unknown).path("id").asString();

    assertThat(again).isEqualTo(new TreeMap<>(answered));
    assertThat(again.values()).doesNotHaveDuplicates();
    assertThat(submit(BODY, unknown).path("id").asString()).isEqualTo(first);
    assertThat(dispatcher.get("/types").path("types").path(0).path("queued").asInt())
        .isEqualTo(answered.size() + 1);
  }

  @Test
  void deadlinesAndDelaysGoOnWhileNoDispatcherRuns() throws Exception {
    String expiring =
        submit("{\"type\":\"hash\",\"deadline\":\"500ms\"}", "a").path("id").asString();
    String delayed = submit("{\"type\":\"hash\",\"delay\":\"500ms\"}", "b").path("id").asString();
    String later =
        submit("{\"type\":\"hash\",\"delay\":\"1h\",\"priority\":9,\"labels\":{\"a\":\"b\"}}", "c")
            .path("id")
            .asString();
    JsonNode before = dispatcher.get("/tasks/" + later);
    dispatcher.kill();
    dispatcher.start();

    await().until(() -> state(expiring).equals("EXPIRED"));
    await().until(() -> state(delayed).equals("QUEUED"));
    assertThat(dispatcher.get("/tasks/" + later)).isEqualTo(before);
    assertThat(dispatcher.get("/tasks?label=a:b").path("tasks")).hasSize(1);
  }

  @Test
  void onlyTasksThatAreNotDurableAreLost() throws Exception {
    Map<String, Boolean> answered = new ConcurrentHashMap<>(); // id to durable
    AtomicBoolean killed = new AtomicBoolean();
    List<Thread> clients =
        Stream.of(
                BODY,
                "{\"type\":\"hash\",\"durable\":true}",
                "{\"type\":\"hash\",\"durable\":false}")
            .map(body -> Thread.startVirtualThread(() -> submitUntil(killed, body, answered)))
            .toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> answered.values().stream().filter(durable -> durable).count() > 100);
    dispatcher.kill();
    killed.set(true);
    for (Thread client : clients) {
      client.join();
    }
    dispatcher.start();

    answered.forEach(
        (id, durable) -> {
          if (durable) {
            assertThat(state(id)).as(id).isEqualTo("QUEUED");
          } else { // kept as well, or gone
            assertThat(state(id)).as(id).isIn("QUEUED", "");
          }
        });
  }

  private void submitUntil(AtomicBoolean killed, String body, Map<String, Boolean> answered) {
    try {
      while (!killed.get()) {
        answered.put(dispatcher.submit(body), !body.contains("false"));
      }
    } catch (UncheckedIOException e) {
      // the kill
    }
  }

  private String state(String id) {
    return dispatcher.get("/tasks/" + id).path("state").asString();
  }

  private JsonNode submit(String body, String key) {
    return dispatcher.send("POST", "/tasks", body, "Idempotency-Key", key);
  }
}
