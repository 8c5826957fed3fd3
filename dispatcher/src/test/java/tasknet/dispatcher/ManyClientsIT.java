package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tasknet.dispatcher.testkit.EventReader;

/** Clients that wait cost no platform threads: 5,000 streams of events and 5,000 long polls. */
@Timeout(240)
class ManyClientsIT {
  private static final int STREAMS = 5_000;
  private static final int POLLS = 5_000;
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void tenThousandWaitWithoutAPlatformThreadEach() throws Exception {
    List<EventReader> streams = new ArrayList<>();
    List<EventReader> polls = new ArrayList<>();
    try (DispatcherProcess dispatcher = new DispatcherProcess(folder, Map.of());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      dispatcher.start();
      String watched = dispatcher.submit("{\"type\":\"sum\"}");
      String path = "/tasks/" + watched;
      all(clients, 4, () -> EventReader.open(dispatcher.uri(path))).forEach(EventReader::close);
      dispatcher.use(); // starts the agent that is asked
      DispatcherProcess.Use before = dispatcher.use();

      streams.addAll(
          all(clients, STREAMS / 2, () -> EventReader.open(dispatcher.uri(path + "/events"))));
      streams.addAll(
          all(clients, STREAMS / 2, () -> EventReader.open(dispatcher.uri("/events?type=sum"))));
      polls.addAll(
          all(clients, POLLS, () -> EventReader.request(dispatcher.uri(path + "?wait=4m"))));
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(dispatcher.metric("tasknet_events_streams")).isEqualTo(STREAMS);
                assertThat(dispatcher.metric("tasknet_waiting_clients")).isEqualTo(POLLS);
              });
      DispatcherProcess.Use during = dispatcher.use();
      System.out.printf(
          "%d streams and %d polls: %d platform threads, %d before; %d KiB more heap%n",
          STREAMS,
          POLLS,
          during.platformThreads(),
          before.platformThreads(),
          (during.heapBytes() - before.heapBytes()) >> 10);
      assertThat(during.platformThreads()).isLessThan(before.platformThreads() + 20);

      dispatcher.delete(path);
      for (Future<String> last : ask(clients, streams, ManyClientsIT::lastState)) {
        assertThat(last.get()).isEqualTo("CANCELLED");
      }
      for (Future<Integer> status : ask(clients, polls, ManyClientsIT::status)) {
        assertThat(status.get()).isEqualTo(200);
      }
      streams.forEach(EventReader::close);
      await().atMost(LONG).until(() -> dispatcher.metric("tasknet_events_streams") == 0);
    } finally {
      streams.forEach(EventReader::close);
      polls.forEach(EventReader::close);
    }
  }

  /** The state that the stream tells last of the task. */
  private static String lastState(EventReader stream) {
    String state = stream.expect().text("state");
    return state.equals("QUEUED") ? stream.expect().text("state") : state;
  }

  private static int status(EventReader poll) {
    poll.readHead();
    return poll.status();
  }

  private static <T> List<Future<T>> ask(
      ExecutorService clients,
      List<EventReader> readers,
      java.util.function.Function<EventReader, T> question) {
    return readers.stream().map(each -> clients.submit(() -> question.apply(each))).toList();
  }

  /** Some at a time, so that no connection is refused. */
  private static List<EventReader> all(
      ExecutorService clients, int count, Callable<EventReader> open) throws Exception {
    List<EventReader> opened = new ArrayList<>();
    for (int done = 0; done < count; done += 250) {
      List<Future<EventReader>> some =
          IntStream.range(0, Math.min(250, count - done))
              .mapToObj(_ -> clients.submit(open))
              .toList();
      for (Future<EventReader> each : some) {
        opened.add(each.get());
      }
    }
    return opened;
  }
}
