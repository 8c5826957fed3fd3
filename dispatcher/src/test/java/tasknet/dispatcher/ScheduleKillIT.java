package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tasknet.dispatcher.testkit.LogLines;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed while schedules tick: each tick has exactly one task. */
@Timeout(180)
class ScheduleKillIT {
  private static final int SCHEDULES = 60;
  private static final int TICKS = 400;
  private static final int KILLS = 4;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
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
  void aTickNeverHasTwoTasksAndNoneIsLost() throws Exception {
    for (int number = 0; number < SCHEDULES; number++) {
      // Paused: it must not tick on its own in a minute that is made one of the missed ones below.
      dispatcher.send(
          "POST",
          "/schedules",
          "{\"name\":\"s"
              + number
              + "\",\"cron\":\"* * * * *\",\"catchUp\":\"all\",\"paused\":true,"
              + "\"task\":{\"type\":\"hash\"}}");
    }
    dispatcher.kill();
    Instant first = ticksWereMissed();
    for (int kill = 0; kill < KILLS; kill++) {
      long before = made();
      dispatcher.start();
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofMinutes(1))
          .until(() -> queued() > before);
      dispatcher.kill();
    }
    dispatcher.start();
    Instant last = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    await().atMost(Duration.ofMinutes(2)).until(() -> caughtUp(last));

    Map<String, List<Instant>> ledger = ledger();
    List<Instant> all =
        Stream.iterate(first, tick -> !tick.isAfter(last), tick -> tick.plusSeconds(60)).toList();
    assertThat(ledger).hasSize(SCHEDULES);
    assertThat(ledger)
        .allSatisfy(
            (_, ticks) ->
                assertThat(ticks.stream().filter(tick -> !tick.isAfter(last)))
                    .containsExactlyElementsOf(all));
  }

  /** Nothing runs: the store is made one in which ticks were missed. Answers the first. */
  private Instant ticksWereMissed() {
    Instant first = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(TICKS));
    try (SqliteTaskStore store = store()) {
      for (int number = 0; number < SCHEDULES; number++) {
        store.schedules().change("s" + number, it -> it.resume(first)).join();
      }
    }
    return first;
  }

  private long made() {
    try (SqliteTaskStore store = store()) {
      return store.counts().values().stream()
          .flatMap(states -> states.values().stream())
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private SqliteTaskStore store() {
    SqliteTaskStore store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(
                dispatcher.data(), SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            new LogLines().logger());
    store.start();
    return store;
  }

  private long queued() throws IOException, InterruptedException {
    return dispatcher.get("/types").path("types").path(0).path("queued").asLong(0);
  }

  private boolean caughtUp(Instant last) throws IOException, InterruptedException {
    for (JsonNode schedule : dispatcher.get("/schedules?limit=1000").path("schedules")) {
      String tick = schedule.path("lastRun").path("tick").asString("");
      if (tick.isEmpty() || Instant.parse(tick).isBefore(last)) {
        return false;
      }
    }
    return true;
  }

  /** The ticks of all tasks by schedule, in the order of the tasks. */
  private Map<String, List<Instant>> ledger() throws IOException, InterruptedException {
    Map<String, List<Instant>> ledger = new HashMap<>();
    String cursor = "";
    do {
      JsonNode page = dispatcher.get("/tasks?limit=1000" + cursor);
      for (JsonNode task : page.path("tasks")) {
        ledger
            .computeIfAbsent(task.path("schedule").path("name").asString(), _ -> new ArrayList<>())
            .addFirst(Instant.parse(task.path("schedule").path("tick").asString()));
      }
      cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : null;
    } while (cursor != null);
    return ledger;
  }
}
