package tasknet.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All live workers at one revision of the registry: the answer of {@code GET /workers}.
 *
 * @param revision grows with each registration, change and departure; not with mere heartbeats
 * @param workers ordered by id
 * @param departures the recent ones, oldest first; an older nameservice does not tell them
 * @param heartbeats null when nothing is known of them
 */
public record WorkerList(
    long revision,
    List<RegisteredWorker> workers,
    @Nullable List<Departure> departures,
    @Nullable Heartbeats heartbeats) {
  public WorkerList {
    workers = List.copyOf(workers);
    departures = departures == null ? List.of() : List.copyOf(departures);
  }

  /** A list without departures. */
  public WorkerList(long revision, List<RegisteredWorker> workers) {
    this(revision, workers, List.of());
  }

  /** A list that says nothing of heartbeats. */
  public WorkerList(long revision, List<RegisteredWorker> workers, List<Departure> departures) {
    this(revision, workers, departures, null);
  }

  /** The same with what is known of heartbeats. */
  public WorkerList with(Heartbeats known) {
    return new WorkerList(revision, workers, departures, known);
  }

  /** Never null: what is not told is empty. */
  @Override
  public List<Departure> departures() {
    return departures == null ? List.of() : departures;
  }
}
