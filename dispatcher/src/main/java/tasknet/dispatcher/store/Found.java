package tasknet.dispatcher.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/**
 * What a bounded search has found.
 *
 * @param tasks newest first, without attempts and without long payloads and results
 * @param next where the next page goes on, see {@link TaskFilter#before}; null when there is none
 * @param looked how many tasks in the store were looked at
 */
public record Found(List<TaskStatus> tasks, @Nullable TaskId next, int looked) {
  /**
   * The page of tasks of which some are in memory and the others in the store. Whoever goes on
   * after it, in both, comes to each task once.
   *
   * @param inMemory those in memory that the filter matches, in any order, as they were before the
   *     store was asked: so that none is missed that comes to the store meanwhile. Where the store
   *     has one too, that is as new or newer, and is shown.
   * @param stored what the store has found with the same filter and limit
   * @param limit how many tasks the page has at most; with 0 there is no page to go on after
   */
  public static Found merged(Collection<TaskStatus> inMemory, Found stored, int limit) {
    if (inMemory.isEmpty()) {
      return stored;
    }
    TreeMap<TaskId, TaskStatus> all = new TreeMap<>(Comparator.reverseOrder());
    TaskId reached = stored.next();
    for (TaskStatus task : inMemory) {
      // The store has not looked at older ones, so there may be some of its own before them.
      if (reached == null || task.id().compareTo(reached) >= 0) {
        all.put(task.id(), task);
      }
    }
    stored.tasks().forEach(task -> all.put(task.id(), task));
    List<TaskStatus> page = new ArrayList<>(Math.min(all.size(), limit));
    for (TaskStatus task : all.values()) {
      if (page.size() == limit) {
        return new Found(page, page.isEmpty() ? null : page.getLast().id(), stored.looked());
      }
      page.add(listed(task));
    }
    return new Found(page, limit == 0 ? null : reached, stored.looked());
  }

  /** A task as listings show it: without attempts, and without a long payload and result. */
  public static TaskStatus listed(TaskStatus task) {
    return new TaskStatus(
        task.id(),
        task.type(),
        task.state(),
        task.createdAt(),
        task.nextAttemptAt(),
        task.deadline(),
        task.endedAt(),
        task.timeout(),
        task.maxAttempts(),
        task.priority(),
        task.labels(),
        isLargePayload(task.payload()) ? null : task.payload(),
        isLongResult(task.result()) ? null : task.result(),
        task.error(),
        task.fingerprint(),
        null,
        task.schedule(),
        null,
        null,
        List.of());
  }

  private static boolean isLargePayload(@Nullable JsonText payload) {
    return payload != null && payload.text().length() > TaskWrites.LARGE_PAYLOAD;
  }

  /** By code points, which SQL counts. */
  private static boolean isLongResult(@Nullable JsonText result) {
    if (result == null || result.text().length() <= TaskWrites.LARGE_PAYLOAD) {
      return false;
    }
    return result.text().codePointCount(0, result.text().length()) > TaskWrites.LARGE_PAYLOAD;
  }
}
