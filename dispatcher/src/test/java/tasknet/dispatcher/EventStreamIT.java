package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.dispatcher.testkit.EventReader;
import tasknet.dispatcher.testkit.EventReader.Event;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;

/** Streams of events, as clients see them. */
@Timeout(120)
class EventStreamIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String NO_TASK = "01KATXK2S0ABCDEFGHJKMNPQRS";
  private static final int KEPT = 256;

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 100, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher =
        WiredDispatcher.start(
            folder, "TASKNET_EVENTS_KEPT", "" + KEPT, "TASKNET_EVENTS_HEARTBEAT", "200ms");
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  // ---- one task --------------------------------------------------------------------------------

  @Test
  void aTaskIsToldFromHowItStandsToItsEnd() {
    String id =
        dispatcher.submit(
            "{\"type\":\"hash\",\"labels\":{\"customer\":\"4711\"},"
                + "\"backoff\":{\"first\":\"50ms\",\"jitter\":0}}");
    AttemptId first = worker.expectExecute().attempt();
    try (EventReader events = open("/tasks/" + id + "/events")) {
      assertThat(events.status()).isEqualTo(200);
      assertThat(events.header("content-type")).startsWith("text/event-stream");
      assertThat(events.header("cache-control")).isEqualTo("no-cache");
      assertThat(events.header("x-accel-buffering")).isEqualTo("no");
      Event now = events.expect();
      assertThat(now.gist()).isEqualTo("task RUNNING");
      assertThat(now.text("task")).isEqualTo(id);
      assertThat(now.text("type")).isEqualTo("hash");
      assertThat(now.data().path("attempt").asInt()).isEqualTo(1);
      assertThat(now.text("worker")).isEqualTo("worker-1");
      assertThat(now.data().path("labels").path("customer").asString()).isEqualTo("4711");

      worker.fail(first, "broken", true);
      Event scheduled = events.expect();
      assertThat(scheduled.gist()).isEqualTo("task SCHEDULED");
      assertThat(scheduled.data().path("error").path("code").asString()).isEqualTo("broken");
      assertThat(scheduled.data().path("attempt").asInt()).isEqualTo(1);
      assertThat(scheduled.text("worker")).isEqualTo("worker-1");
      AttemptId second = worker.expectExecute().attempt();
      worker.complete(second, "{\"large\":\"result\"}");

      assertThat(events.rest()).containsExactly("task QUEUED", "task RUNNING", "task COMPLETED");
    }
    await().until(() -> gauge("tasknet_events_streams") == 0);
  }

  @Test
  void aTaskThatHasEndedIsToldOnce() {
    String id = completed();

    try (EventReader events = open("/tasks/" + id + "/events")) {
      assertThat(events.rest()).containsExactly("task COMPLETED");
      try (EventReader again = open("/tasks/" + id + "/events", last(events.lastId()))) {
        assertThat(again.status()).isEqualTo(204); // a browser does not come again
      }
    }
  }

  @Test
  void howAWaitingTaskEndsIsTold() {
    String cancelled = dispatcher.submit("{\"type\":\"sum\"}");
    String expired = dispatcher.submit("{\"type\":\"sum\",\"deadline\":\"300ms\"}");
    try (EventReader one = open("/tasks/" + cancelled + "/events");
        EventReader other = open("/tasks/" + expired + "/events")) {
      dispatcher.delete("/tasks/" + cancelled);

      assertThat(one.rest()).containsExactly("task QUEUED", "task CANCELLED");
      assertThat(other.rest()).containsExactly("task QUEUED", "task EXPIRED");
    }
  }

  @Test
  void aTaskThatIsCancelledWhileItRunsTellsOfItsAttempt() {
    String id = dispatcher.submit(HASH);
    worker.expectExecute();
    try (EventReader events = open("/tasks/" + id + "/events")) {
      assertThat(events.expect().gist()).isEqualTo("task RUNNING");
      dispatcher.delete("/tasks/" + id);

      Event end = events.expect();
      assertThat(end.gist()).isEqualTo("task CANCELLED");
      assertThat(end.data().path("attempt").asInt()).isEqualTo(1);
      assertThat(events.rest()).isEmpty();
    }
  }

  @Test
  void anUnknownTaskHasNoEvents() {
    Answer answer = dispatcher.get("/tasks/" + NO_TASK + "/events");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text("type")).isEqualTo("urn:tasknet:problem:not-found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/events?type=Hash!           | type",
        "/events?label=customer       | label",
        "/events?lastEventId=42       | Last-Event-ID",
        "/events?lastEventId=1-2-3    | Last-Event-ID",
        "/tasks/x/events              | id",
      })
  void aWrongValueIsNamed(String path, String field) {
    Answer answer = dispatcher.get(path);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
  }

  // ---- all tasks -------------------------------------------------------------------------------

  @Test
  void allTasksAreToldFromNowOn() {
    completed();
    try (EventReader events = open("/events")) {
      String id = completed();

      for (String state : List.of("QUEUED", "RUNNING", "COMPLETED")) {
        Event event = events.expect();
        assertThat(event.gist()).isEqualTo("task " + state);
        assertThat(event.text("task")).isEqualTo(id);
      }
    }
  }

  @Test
  void typesAndLabelsSayWhichEventsAreWanted() {
    try (EventReader types = open("/events?type=sum&type=upper");
        EventReader labels = open("/events?label=customer:4711&label=env:live")) {
      submit("hash", "{\"customer\":\"4711\",\"env\":\"live\"}");
      submit("sum", "{\"customer\":\"4711\",\"env\":\"test\"}");
      submit("upper", "{\"customer\":\"4711\"}");
      submit("sum", "{\"customer\":\"4711\",\"env\":\"live\"}");

      assertThat(List.of(types.expect(), types.expect(), types.expect()))
          .extracting(event -> event.text("type"))
          .containsExactly("sum", "upper", "sum");
      assertThat(List.of(labels.expect(), labels.expect(), labels.expect()))
          .extracting(event -> event.text("type") + " " + event.text("state"))
          .containsExactly("hash QUEUED", "hash RUNNING", "sum QUEUED");
    }
  }

  @Test
  void eachStreamHasEveryEventInOrder() {
    try (EventReader one = open("/events");
        EventReader other = open("/events?type=hash")) {
      for (int number = 0; number < 15; number++) {
        completed();
      }
      List<String> ids = ids(one, 45);

      assertThat(ids)
          .isSortedAccordingTo(java.util.Comparator.comparingLong(EventStreamIT::number));
      assertThat(ids).doesNotHaveDuplicates();
      assertThat(ids(other, 45)).isEqualTo(ids);
    }
  }

  // ---- coming again ----------------------------------------------------------------------------

  @Test
  void whoComesAgainHasWhatItMissedAndNothingTwice() {
    EventReader events = open("/events");
    completed();
    List<String> all = new ArrayList<>(ids(events, 2));
    events.close();
    completed();
    try (EventReader again = open("/events", last(all.getLast()))) {
      all.addAll(ids(again, 3));
      completed();
      all.addAll(ids(again, 4));
    }

    long first = number(all.getFirst());
    assertThat(all)
        .extracting(EventStreamIT::number)
        .containsExactlyElementsOf(IntStream.range(0, 9).mapToObj(n -> first + n).toList());
  }

  @Test
  void theLastIdMayStandInTheQuery() {
    String last;
    try (EventReader events = open("/events")) {
      completed();
      last = events.expect().id();
    }
    try (EventReader again = open("/events?lastEventId=" + last)) {
      assertThat(again.expect().gist()).isEqualTo("task RUNNING");
    }
  }

  @Test
  void aTaskGoesOnWhereItsStreamWasCutOff() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    String last;
    try (EventReader events = open("/tasks/" + id + "/events")) {
      last = events.expect().id();
    }
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    try (EventReader again = open("/tasks/" + id + "/events", last(last))) {
      assertThat(again.rest()).containsExactly("task COMPLETED");
    }
  }

  @Test
  void theOldestEventThatIsKeptIsTheEdge() {
    String before;
    try (EventReader events = open("/events")) {
      before = events.lastId() + id(events);
    }
    fill(2);
    String start = before.substring(0, before.indexOf('-'));
    long newest = newest();
    long oldest = newest - KEPT + 1;

    try (EventReader atTheEdge = open("/events", last(start + "-" + (oldest - 1)))) {
      Event first = atTheEdge.expect();
      assertThat(first.name()).isEqualTo("task");
      assertThat(number(first.id())).isEqualTo(oldest);
    }
    try (EventReader past = open("/events", last(start + "-" + (oldest - 2)))) {
      Event gap = past.expect();
      assertThat(gap.name()).isEqualTo("gap");
      assertThat(number(gap.id())).isEqualTo(oldest - 1);
      assertThat(gap.text("message")).contains("missed");
      assertThat(number(past.expect().id())).isEqualTo(oldest);
      assertThat(ids(past, KEPT - 1)).last().extracting(EventStreamIT::number).isEqualTo(newest);
    }
    try (EventReader future = open("/events", last(start + "-" + (newest + 1)))) {
      assertThat(future.expect().name()).isEqualTo("gap");
    }
    assertThat(gauge("tasknet_events_gaps_total")).isEqualTo(2);
  }

  @Test
  void aTaskWhoseEventsAreGoneIsToldAsItStands() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    String last;
    try (EventReader events = open("/tasks/" + id + "/events")) {
      last = events.expect().id();
    }
    fill(2);
    try (EventReader again = open("/tasks/" + id + "/events", last(last))) {
      assertThat(again.expect().name()).isEqualTo("gap");
      assertThat(again.expect().gist()).isEqualTo("task QUEUED");
      dispatcher.delete("/tasks/" + id);
      assertThat(again.rest()).containsExactly("task CANCELLED");
    }
  }

  @Test
  void aStreamThatWaitsMissesNothingHoweverMuchHappensElsewhere() throws IOException {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    try (EventReader events = open("/tasks/" + id + "/events");
        EventReader labels = open("/events?label=a:b")) {
      assertThat(events.expect().gist()).isEqualTo("task QUEUED");
      fill(3);
      await().until(() -> number(afterHeartbeat(labels)) == newest());
      submit("sum", "{\"a\":\"b\"}");
      dispatcher.delete("/tasks/" + id);

      assertThat(events.rest()).containsExactly("task CANCELLED");
      assertThat(labels.expect().gist()).isEqualTo("task QUEUED");
    }
  }

  // ---- slow, gone, stopped ---------------------------------------------------------------------

  @Test
  void aClientThatDoesNotReadHoldsNobodyUpAndIsToldWhatItMissed() {
    String labels =
        IntStream.range(0, 16)
            .mapToObj(number -> "\"k" + number + "\":\"" + "x".repeat(256) + '"')
            .collect(Collectors.joining(",", "{", "}"));
    try (EventReader slow = EventReader.openSmall(dispatcher.uri("/events"));
        EventReader quick = open("/events?type=last")) {
      post(3200, "{\"type\":\"sum\",\"labels\":" + labels + "}");
      submit("last", "{}");
      assertThat(quick.expect().text("type")).isEqualTo("last");

      Event event = slow.expect();
      while (!event.name().equals("gap")) {
        event = slow.expect();
      }
      while (!event.text("type").equals("last")) {
        event = slow.expect();
      }
    }
  }

  @Test
  void clientsThatHungUpAreForgotten() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    try (EventReader stays = open("/events")) {
      try (EventReader one = open("/events");
          EventReader other = open("/tasks/" + id + "/events")) {
        assertThat(other.expect().gist()).isEqualTo("task QUEUED");
        assertThat(one.status()).isEqualTo(200);
        await().until(() -> gauge("tasknet_events_streams") == 3);
      }

      await().until(() -> gauge("tasknet_events_streams") == 1);
      assertThat(stays.status()).isEqualTo(200);
    }
  }

  @Test
  void aStopEndsTheStreams() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    try (EventReader all = open("/events");
        EventReader one = open("/tasks/" + id + "/events")) {
      dispatcher.dispatcher().close();

      assertThat(all.rest()).isEmpty();
      assertThat(one.rest()).containsExactly("task QUEUED");
    }
  }

  // ---- progress --------------------------------------------------------------------------------

  @Test
  void progressIsToldAndShown() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    try (EventReader events = open("/tasks/" + id + "/events");
        EventReader all = open("/events")) {
      assertThat(events.expect().gist()).isEqualTo("task RUNNING");
      worker.progress(attempt, 40, "4 of 10 files");

      Event progress = events.expect();
      assertThat(progress.gist()).isEqualTo("progress RUNNING");
      assertThat(progress.data().path("progress").path("percent").asInt()).isEqualTo(40);
      assertThat(progress.data().path("progress").path("note").asString())
          .isEqualTo("4 of 10 files");
      assertThat(all.expect().data()).isEqualTo(progress.data());
      Answer shown = dispatcher.get("/tasks/" + id);
      assertThat(shown.body().path("progress")).isEqualTo(progress.data().path("progress"));
      try (EventReader later = open("/tasks/" + id + "/events")) {
        Event standing = later.expect();
        assertThat(standing.gist()).isEqualTo("task RUNNING");
        assertThat(standing.data().path("progress")).isEqualTo(progress.data().path("progress"));
      }

      worker.complete(attempt, "1");
      assertThat(events.rest()).containsExactly("task COMPLETED");
      assertThat(dispatcher.get("/tasks/" + id).body().has("progress")).isFalse();
    }
  }

  // ---- small things ----------------------------------------------------------------------------

  private EventReader open(String path, String... headerLines) {
    return EventReader.open(dispatcher.uri(path), headerLines);
  }

  private static String last(String id) {
    return "Last-Event-ID: " + id;
  }

  private String completed() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    return id;
  }

  private void submit(String type, String labels) {
    dispatcher.submit("{\"type\":\"" + type + "\",\"labels\":" + labels + "}");
  }

  /** As many events as are kept, so many times. */
  private void fill(int times) {
    post(KEPT * times, "{\"type\":\"filler\"}");
  }

  private void post(int count, String body) {
    for (int number = 0; number < count; number += 32) {
      IntStream.range(0, 32)
          .mapToObj(_ -> dispatcher.send("POST", "/tasks", body))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private long newest() {
    try (EventReader now = open("/events")) {
      return number(id(now));
    }
  }

  /** The id that a stream begins with. */
  private static String id(EventReader events) {
    try {
      while (events.lastId().isEmpty()) {
        String line = String.valueOf(events.line());
        if (line.startsWith("id: ")) {
          return line.substring(4);
        }
      }
      return events.lastId();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String afterHeartbeat(EventReader events) throws IOException {
    String line = String.valueOf(events.line());
    while (!line.startsWith(":")) {
      line = String.valueOf(events.line());
    }
    return String.valueOf(events.line()).substring(4);
  }

  private static List<String> ids(EventReader events, int count) {
    return IntStream.range(0, count).mapToObj(_ -> events.expect().id()).toList();
  }

  private static long number(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }

  private double gauge(String name) {
    String metrics = dispatcher.get("/metrics").response().body();
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
