package tasknet.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.client.simulation.SimulatedTask.Via;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.runtime.NanoClock;
import tasknet.task.CallResult;
import tasknet.task.JsonText;
import tasknet.task.TypeList;

final class SimulationIT {
  private static final Expectation ONE = new Expectation.Result(new JsonText("1"));

  @Test
  void everyShippedTaskGetsItsExpectedAnswerFromTheDocumentedHandlers() throws Exception {
    List<SimulatedTask> tasks = TaskFile.shipped();
    AtomicInteger answered = new AtomicInteger();
    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(new SmallDispatcher());
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      SimulationReport report =
          new Simulation(client, 16, NanoClock.SYSTEM)
              .run(tasks, run -> answered.incrementAndGet());
      assertThat(report.unexpected()).isEmpty();
      assertThat(report.runs()).extracting(SimulationReport.Run::task).isEqualTo(tasks);
    }
    assertThat(answered).hasValue(tasks.size());
  }

  @Test
  void asManyTasksAreUnderWayAtTheSameTimeAsAllowedAndNoMore() throws Exception {
    int concurrency = 4;
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(concurrency);
    try (ScriptedDispatcher dispatcher =
            new ScriptedDispatcher(
                routes -> {
                  routes.get("/types", context -> context.json(new TypeList(List.of())));
                  routes.post(
                      "/task",
                      context -> {
                        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                        together.await(10, TimeUnit.SECONDS);
                        underWay.decrementAndGet();
                        context.json(new CallResult(SmallDispatcher.id(1), new JsonText("1")));
                      });
                });
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      List<SimulatedTask> tasks = Collections.nCopies(12, task("hash", Via.CALL));
      SimulationReport report =
          new Simulation(client, concurrency, NanoClock.SYSTEM).run(tasks, run -> {});
      assertThat(report.unexpected()).isEmpty();
    }
    assertThat(most).hasValue(concurrency);
  }

  @Test
  void aRefusalIsAnAnswerAndDoesNotStopTheOthers() throws Exception {
    try (ScriptedDispatcher dispatcher =
            new ScriptedDispatcher(
                routes -> {
                  routes.get("/types", context -> context.json(new TypeList(List.of())));
                  routes.post(
                      "/task",
                      context ->
                          context.json(new CallResult(SmallDispatcher.id(1), new JsonText("1"))));
                  routes.post(
                      "/tasks",
                      context -> {
                        throw new ProblemException(
                            Problem.of(429, "queue-full", "Queue full", "no room"));
                      });
                });
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      SimulationReport report =
          new Simulation(client, 2, NanoClock.SYSTEM)
              .run(List.of(task("a", Via.SUBMIT), task("b", Via.CALL)), run -> {});
      assertThat(report.runs())
          .extracting(SimulationReport.Run::answer)
          .containsExactly(
              new Answer.Failure("queue-full", "no room"), new Answer.Result(new JsonText("1")));
    }
  }

  @Test
  void aDispatcherThatIsNoneIsTheAnswerUnreachable() throws Exception {
    try (ScriptedDispatcher dispatcher =
            new ScriptedDispatcher(
                routes -> {
                  routes.get("/types", context -> context.json(new TypeList(List.of())));
                  routes.post("/task", context -> context.html("<p>It works!</p>"));
                });
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      SimulationReport report =
          new Simulation(client, 2, NanoClock.SYSTEM).run(List.of(task("a", Via.CALL)), run -> {});
      assertThat(report.unexpected()).hasSize(1);
      assertThat(report.runs().getFirst().answer().toString())
          .contains("the error unreachable", "what answers there is not a dispatcher");
    }
  }

  @Test
  void withoutADispatcherNothingIsSent() {
    try (TasknetClient client = new TasknetClient(URI.create("http://localhost:1"))) {
      assertThatThrownBy(
              () ->
                  new Simulation(client, 2, NanoClock.SYSTEM)
                      .run(List.of(task("a", Via.CALL)), run -> {}))
          .isInstanceOf(UnreachableException.class)
          .hasMessageContaining("http://localhost:1");
    }
  }

  private static SimulatedTask task(String type, Via via) {
    return new SimulatedTask(1, type, JsonText.NULL, ONE, via);
  }
}
