package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** A store in front of another one, which is asked whatever this one does not answer itself. */
public abstract class ForwardingStore implements TaskStore {
  protected final TaskStore store;

  protected ForwardingStore(TaskStore store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<Integer> adopt(List<HeldTask> tasks) {
    return store.adopt(tasks);
  }

  @Override
  public void reserve(LongSupplier bytes) {
    store.reserve(bytes);
  }

  @Override
  public boolean hasRoom() {
    return store.hasRoom();
  }

  @Override
  public double memoryLeft(TaskRequest request) {
    return store.memoryLeft(request);
  }

  @Override
  public long lastPosition() {
    return store.lastPosition();
  }

  @Override
  public CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key) {
    return store.addOnce(id, request, createdAt, key);
  }

  @Override
  public CompletableFuture<Optional<Addition>> known(SubmissionKey key, Instant now) {
    return store.known(key, now);
  }

  @Override
  public CompletableFuture<Integer> discountDeaths(List<AttemptId> attempts) {
    return store.discountDeaths(attempts);
  }

  @Override
  public CompletableFuture<List<QueuedTask>> promote(Instant now, int limit) {
    return store.promote(now, limit);
  }

  @Override
  public CompletableFuture<List<Expiry>> expire(Instant now, int limit) {
    return store.expire(now, limit);
  }

  @Override
  public CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes) {
    return store.queued(type, priority, afterPosition, limit, maxBytes);
  }

  @Override
  public Optional<Instant> nextReadyAt() {
    return store.nextReadyAt();
  }

  @Override
  public Optional<Instant> nextDeadline() {
    return store.nextDeadline();
  }

  @Override
  public List<RunningTask> running() {
    return store.running();
  }

  @Override
  public Found search(TaskFilter filter, int limit) {
    return store.search(filter, limit);
  }

  @Override
  public DeadLetters deadLetters() {
    return store.deadLetters();
  }

  @Override
  public TypeOverrides typeOverrides() {
    return store.typeOverrides();
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    return store.find(id);
  }

  @Override
  public CompletableFuture<Optional<TaskSnapshot>> snapshot(TaskId id) {
    return store.snapshot(id);
  }

  @Override
  public Map<TaskType, Map<TaskState, Long>> counts(Supplier<? extends Collection<TaskId>> but) {
    return store.counts(but);
  }

  @Override
  public Map<TaskType, Instant> oldestQueued() {
    return store.oldestQueued();
  }

  @Override
  public void close() {
    store.close();
  }
}
