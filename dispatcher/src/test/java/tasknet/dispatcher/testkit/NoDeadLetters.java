package tasknet.dispatcher.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.Deletion;
import tasknet.dispatcher.store.Requeue;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** Where nobody looks after dead tasks; every call fails. */
final class NoDeadLetters implements DeadLetters {
  @Override
  public CompletableFuture<Requeue> requeue(
      TaskId id, @Nullable JsonText payload, @Nullable TraceContext trace, Instant now) {
    throw unexpected();
  }

  @Override
  public CompletableFuture<Part> requeue(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    throw unexpected();
  }

  @Override
  public CompletableFuture<Deletion> delete(TaskId id) {
    throw unexpected();
  }

  @Override
  public CompletableFuture<Part> delete(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    throw unexpected();
  }

  @Override
  public Optional<DeadGroup> group(Fingerprint fingerprint) {
    throw unexpected();
  }

  @Override
  public List<DeadGroup> groups(@Nullable TaskType type, @Nullable Place before, int limit) {
    throw unexpected();
  }

  private static UnsupportedOperationException unexpected() {
    return new UnsupportedOperationException("this store keeps tasks only");
  }
}
