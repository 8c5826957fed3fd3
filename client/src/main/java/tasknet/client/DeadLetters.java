package tasknet.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tasknet.http.ProblemException;
import tasknet.task.DeadChange;
import tasknet.task.DeadGroup;
import tasknet.task.DeadPage;
import tasknet.task.Fingerprint;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/**
 * The tasks of a dispatcher that are DEAD, in groups of the same fingerprint. A change of a group
 * that takes long goes on after the answer, which says so.
 */
public final class DeadLetters {
  private final Calls calls;

  DeadLetters(Calls calls) {
    this.calls = calls;
  }

  /**
   * One page of groups, the one in which a task died last first.
   *
   * @param type only of that type; null for all
   * @param limit the most groups on a page, 1 to 1,000
   * @param cursor {@link DeadPage#next()} of the page before; null for the first page
   */
  public DeadPage groups(@Nullable TaskType type, int limit, @Nullable String cursor)
      throws InterruptedException {
    StringJoiner parameters = new StringJoiner("&", "/dead?", "");
    parameters.add("limit=" + limit);
    if (type != null) {
      parameters.add("type=" + type);
    }
    if (cursor != null) {
      parameters.add("cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
    }
    return calls.get(parameters.toString(), DeadPage.class);
  }

  /** A group; empty when no task is in it. */
  public Optional<DeadGroup> group(Fingerprint fingerprint) throws InterruptedException {
    return calls.ifKnown("GET", "/dead/" + fingerprint, DeadGroup.class);
  }

  /** Brings back all tasks of a group; empty when no task is in it. */
  public Optional<DeadChange> requeue(Fingerprint fingerprint) throws InterruptedException {
    return calls.ifKnown("POST", "/dead/" + fingerprint + "/requeue", DeadChange.class);
  }

  /** Deletes all tasks of a group; empty when no task is in it. */
  public Optional<DeadChange> delete(Fingerprint fingerprint) throws InterruptedException {
    return calls.ifKnown("DELETE", "/dead/" + fingerprint, DeadChange.class);
  }

  /** Deletes one task. */
  public DeletionOutcome delete(TaskId id) throws InterruptedException {
    try {
      return new DeletionOutcome.Deleted(
          calls.send("DELETE", "/dead/tasks/" + id, null, DeadChange.class));
    } catch (ProblemException e) {
      return switch (e.problem().code()) {
        case "not-dead" -> new DeletionOutcome.NotDead(e.problem().detail());
        case "not-found" -> new DeletionOutcome.Unknown();
        default -> throw e;
      };
    }
  }
}
