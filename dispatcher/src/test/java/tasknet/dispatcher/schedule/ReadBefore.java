package tasknet.dispatcher.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.Schedules;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.Schedule;
import tasknet.dispatcher.task.Ticks;

/** Schedules of which one was read before it was changed. */
record ReadBefore(Schedules now, Schedule read) implements Schedules {
  @Override
  public List<Schedule> due(Instant at, int limit) {
    return List.of(read);
  }

  @Override
  public CompletableFuture<Optional<Schedule>> add(Schedule schedule) {
    return now.add(schedule);
  }

  @Override
  public CompletableFuture<Boolean> put(Schedule schedule) {
    return now.put(schedule);
  }

  @Override
  public CompletableFuture<Optional<Schedule>> change(String name, UnaryOperator<Schedule> change) {
    return now.change(name, change);
  }

  @Override
  public CompletableFuture<Optional<Schedule>> delete(String name) {
    return now.delete(name);
  }

  @Override
  public CompletableFuture<Optional<List<QueuedTask>>> tick(Ticks ticks, Instant at) {
    return now.tick(ticks, at);
  }

  @Override
  public Optional<Schedule> find(String name) {
    return now.find(name);
  }

  @Override
  public List<Schedule> list(@Nullable String after, int limit) {
    return now.list(after, limit);
  }

  @Override
  public Optional<Instant> nextTick() {
    return now.nextTick();
  }
}
