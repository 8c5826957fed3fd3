package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.Deletion;
import tasknet.dispatcher.store.Requeue;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** The DEAD tasks of the store. Those in memory are not DEAD, and are said to be there. */
final class LettersBehind implements DeadLetters {
  private final DeadLetters letters;
  private final Function<TaskId, Optional<TaskState>> inMemory;

  LettersBehind(DeadLetters letters, Function<TaskId, Optional<TaskState>> inMemory) {
    this.letters = letters;
    this.inMemory = inMemory;
  }

  @Override
  public CompletableFuture<Requeue> requeue(
      TaskId id, @Nullable JsonText payload, @Nullable TraceContext trace, Instant now) {
    return inMemory
        .apply(id)
        .map(state -> CompletableFuture.<Requeue>completedFuture(new Requeue.NotDead(state)))
        .orElseGet(() -> letters.requeue(id, payload, trace, now));
  }

  @Override
  public CompletableFuture<Part> requeue(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    return letters.requeue(fingerprint, after, until, limit);
  }

  @Override
  public CompletableFuture<Deletion> delete(TaskId id) {
    return inMemory
        .apply(id)
        .map(state -> CompletableFuture.<Deletion>completedFuture(new Deletion.NotDead(state)))
        .orElseGet(() -> letters.delete(id));
  }

  @Override
  public CompletableFuture<Part> delete(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    return letters.delete(fingerprint, after, until, limit);
  }

  @Override
  public Optional<DeadGroup> group(Fingerprint fingerprint) {
    return letters.group(fingerprint);
  }

  @Override
  public List<DeadGroup> groups(@Nullable TaskType type, @Nullable Place before, int limit) {
    return letters.groups(type, before, limit);
  }
}
