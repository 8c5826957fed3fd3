package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.Context;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.http.Json;
import tasknet.http.StreamAnswer;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tools.jackson.databind.JsonNode;

/** Tasks and results over one connection, with a dispatcher that a test plays. */
@Timeout(60)
class TaskStreamIT {
  private static final TaskId ID = SmallDispatcher.id(1);
  private static final String CREDIT = "100";

  private final AtomicInteger streams = new AtomicInteger();
  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> toSay = new LinkedBlockingQueue<>();
  private final ScriptedDispatcher dispatcher =
      new ScriptedDispatcher(routes -> routes.post("/tasks/stream", this::stream));
  private final TasknetClient client = new TasknetClient(dispatcher.uri());

  @AfterEach
  void close() {
    client.close();
    toSay.add(""); // lets a stream go that nobody has ended
    dispatcher.close();
  }

  @Test
  void everyTaskGetsItsOwnOutcomeWhateverTheOrder() throws Exception {
    CompletableFuture<CallOutcome> one = client.callAsync(TaskSubmission.of("a", "ä"));
    CompletableFuture<CallOutcome> two = client.callAsync(TaskSubmission.of("b", 2));
    CompletableFuture<CallOutcome> three = client.callAsync(TaskSubmission.of("c", 3));
    CompletableFuture<CallOutcome> four = client.callAsync(TaskSubmission.of("d", 4));
    JsonNode first = heard.take();
    String ended = ",\"id\":\"" + ID + "\",\"state\":";
    String error = "{\"code\":\"x\",\"message\":\"y\",\"retryable\":false}";
    toSay.add("{\"ref\":" + heard.take().path("ref") + ended + "\"DEAD\",\"error\":" + error + "}");
    toSay.add("\n{\"ref\":" + first.path("ref") + ended + "\"COMPLETED\",\"result\":1.50}");
    String problem =
        "{\"type\":\"urn:tasknet:problem:queue-full\",\"title\":\"t\",\"detail\":\"d\",\"status\":429}";
    toSay.add("{\"ref\":" + heard.take().path("ref") + ",\"problem\":" + problem + "}");
    toSay.add("{\"ref\":" + heard.take().path("ref") + ended + "\"RUNNING\"}");

    assertThat(one.join()).isEqualTo(new CallOutcome.Completed(ID, new JsonText("1.50")));
    assertThat(two.join()).isInstanceOf(CallOutcome.Failed.class);
    assertThat(three.join())
        .isInstanceOfSatisfying(
            CallOutcome.Refused.class,
            refused -> assertThat(refused.problem().code()).isEqualTo("queue-full"));
    assertThat(four.join()).isEqualTo(new CallOutcome.NoAnswer(ID));
    assertThat(first.path("type").asString()).isEqualTo("a");
    assertThat(first.path("payload").asString()).isEqualTo("ä");
    assertThat(streams).hasValue(1);
  }

  @Test
  void noMoreAreHandedInThanThereIsCreditFor() throws Exception {
    List<CompletableFuture<CallOutcome>> calls = new ArrayList<>();
    try (TaskStream stream = client.stream()) {
      for (int number = 0; number < 100; number++) {
        calls.add(stream.submit(TaskSubmission.of("a", number)));
      }
      CompletableFuture<Boolean> next =
          client.async(_ -> calls.add(stream.submit(TaskSubmission.of("a", 100))));
      for (int number = 0; number < 100; number++) {
        assertThat(heard.take().path("payload").asInt()).isEqualTo(number);
      }
      assertThat(next).isNotDone();

      toSay.add("{\"ref\":1,\"id\":\"" + ID + "\",\"state\":\"COMPLETED\"}");

      assertThat(calls.getFirst().join()).isEqualTo(new CallOutcome.Completed(ID, JsonText.NULL));
      assertThat(heard.take().path("payload").asInt()).isEqualTo(100);
      next.join();
      assertThat(calls.getLast()).isNotDone();
    }
    assertThatThrownBy(calls.getLast()::join).hasCauseInstanceOf(UnreachableException.class);
  }

  @Test
  void aStreamThatBreaksOffFailsWhatIsUnderWayAndTheNextCallConnectsAgain() throws Exception {
    CompletableFuture<CallOutcome> lost = client.callAsync(TaskSubmission.of("a", 1));
    heard.take();
    toSay.add("");

    assertThatThrownBy(lost::join).hasCauseInstanceOf(UnreachableException.class);
    CompletableFuture<CallOutcome> again = client.callAsync(TaskSubmission.of("a", 2));
    toSay.add(
        "{\"ref\":" + heard.take().path("ref") + ",\"id\":\"" + ID + "\",\"state\":\"COMPLETED\"}");

    assertThat(again.join()).isInstanceOf(CallOutcome.Completed.class);
    assertThat(streams).hasValue(2);
  }

  @Test
  void whatADispatcherThatStopsHasNotAnsweredWasNotTaken() throws Exception {
    CompletableFuture<CallOutcome> call = client.callAsync(TaskSubmission.of("a", 1));
    heard.take();
    toSay.add(
        "{\"problem\":{\"type\":\"urn:tasknet:problem:draining\",\"title\":\"t\",\"detail\":\"d\",\"status\":503}}");
    toSay.add("");

    assertThat(call.join())
        .isInstanceOfSatisfying(
            CallOutcome.Refused.class,
            refused -> assertThat(refused.problem().code()).isEqualTo("draining"));
  }

  @Test
  void whatIsNoDispatcherIsUnreachable() {
    try (ScriptedDispatcher other =
            new ScriptedDispatcher(routes -> routes.post("/tasks/stream", _ -> {}));
        TasknetClient lost = new TasknetClient(other.uri())) {
      assertThatThrownBy(lost::stream).isInstanceOf(UnreachableException.class);
    }
  }

  /** Hears lines, and says what the test wants said; an empty text ends it. */
  private void stream(Context context) throws IOException, InterruptedException {
    streams.incrementAndGet();
    context.res().setHeader(StreamAnswer.CREDIT, CREDIT);
    OutputStream out = context.res().getOutputStream();
    out.flush();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(context.req().getInputStream(), StandardCharsets.UTF_8));
    Thread.startVirtualThread(
        () -> {
          try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              heard.add(Json.mapper().readTree(line));
            }
          } catch (IOException e) {
            // The client has gone.
          }
        });
    for (String line = toSay.take(); !line.isEmpty(); line = toSay.take()) {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    out.close();
  }
}
