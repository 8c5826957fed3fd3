package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tasknet.dispatcher.testkit.EventReader;

/** The dispatcher's process is killed, and streams of events go on with the next one. */
@Timeout(120)
class EventStreamKillIT {
  @TempDir Path folder;

  @Test
  void anIdOfTheProcessBeforeIsKnownForWhatItIs() {
    try (DispatcherProcess dispatcher = new DispatcherProcess(folder, Map.of())) {
      dispatcher.start();
      String id = dispatcher.submit("{\"type\":\"sum\"}");
      String last;
      try (EventReader events = open(dispatcher, "/tasks/" + id + "/events", "")) {
        last = events.expect().id();
      }
      dispatcher.restart();
      dispatcher.submit("{\"type\":\"upper\"}");

      try (EventReader one = open(dispatcher, "/tasks/" + id + "/events", last);
          EventReader all = open(dispatcher, "/events", last)) {
        assertThat(one.expect().name()).isEqualTo("gap");
        assertThat(one.expect().gist()).isEqualTo("task QUEUED");
        assertThat(all.expect().name()).isEqualTo("gap");
        assertThat(all.expect().text("type")).isEqualTo("upper");
        dispatcher.delete("/tasks/" + id);
        assertThat(one.rest()).containsExactly("task CANCELLED");
        assertThat(all.expect().gist()).isEqualTo("task CANCELLED");
      }
    }
  }

  private static EventReader open(DispatcherProcess dispatcher, String path, String last) {
    return EventReader.open(dispatcher.uri(path), "Last-Event-ID: " + last);
  }
}
