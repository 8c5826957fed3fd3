package tasknet.monitoring.history;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import tasknet.monitoring.containers.ContainerEvent;
import tasknet.monitoring.containers.Exit;

/** Marks which containers died, and which of them were started again. */
final class ContainerNews implements Consumer<ContainerEvent> {
  private static final int MOST_DEAD = 10_000;

  private final Consumer<Marker> markers;
  private final Set<String> dead = new HashSet<>();

  ContainerNews(Consumer<Marker> markers) {
    this.markers = markers;
  }

  @Override
  public synchronized void accept(ContainerEvent event) {
    switch (event.kind()) {
      case DIE -> died(event);
      case START -> {
        if (dead.remove(event.container())) {
          mark(event, Marker.Kind.CONTAINER_RESTARTED, "was started again");
        }
      }
      default -> {}
    }
  }

  private void died(ContainerEvent event) {
    if (dead.size() >= MOST_DEAD) {
      dead.clear();
    }
    dead.add(event.container());
    Exit exit = event.exit();
    boolean outOfMemory = exit != null && exit.outOfMemory();
    mark(
        event,
        outOfMemory ? Marker.Kind.CONTAINER_OOM : Marker.Kind.CONTAINER_DIED,
        exit == null ? "died" : "died: " + exit.text());
  }

  private void mark(ContainerEvent event, Marker.Kind kind, String what) {
    markers.accept(
        new Marker(event.at(), kind, "container " + event.name() + ' ' + what, event.name()));
  }
}
