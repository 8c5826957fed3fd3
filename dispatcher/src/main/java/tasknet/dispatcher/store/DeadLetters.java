package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * The DEAD tasks, by fingerprint. Its changes are carried out as those of {@link TaskStore} are,
 * and in order with them.
 */
public interface DeadLetters {
  /** A queue, of a type and priority. */
  record Lane(TaskType type, int priority) {}

  /**
   * A part of a change of a whole group.
   *
   * @param tasks how many were changed
   * @param last where the next part begins; null when this was the last one
   * @param lanes the queues that got tasks at their ends
   */
  record Part(int tasks, @Nullable TaskId last, Set<Lane> lanes) {}

  /**
   * Where a page of groups ends.
   *
   * @param lastAt of its last group
   */
  record Place(Instant lastAt, Fingerprint fingerprint) {}

  /**
   * Brings a DEAD task back to the end of its queue, with no failures; a deadline that has passed
   * is dropped.
   *
   * @param payload instead of the one it had; null to keep that
   * @param trace where it belongs from now on; null to keep that
   */
  CompletableFuture<Requeue> requeue(
      TaskId id, @Nullable JsonText payload, @Nullable TraceContext trace, Instant now);

  /**
   * Brings the next tasks of a group back, the oldest first.
   *
   * @param after where the part before ended; null for the first one
   * @param until only tasks that died until then, so that none is brought back twice
   * @param limit how many at most
   */
  CompletableFuture<Part> requeue(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit);

  /** Deletes a DEAD task, with all that is kept of it. */
  CompletableFuture<Deletion> delete(TaskId id);

  /** Deletes the next tasks of a group, as {@link #requeue} brings them back. */
  CompletableFuture<Part> delete(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit);

  /** A group. */
  Optional<DeadGroup> group(Fingerprint fingerprint);

  /**
   * Groups, the one in which a task died last first; quick however many tasks there are.
   *
   * @param type only of that type; null for all
   * @param before where the page before ended; null for the first one
   */
  List<DeadGroup> groups(@Nullable TaskType type, @Nullable Place before, int limit);
}
