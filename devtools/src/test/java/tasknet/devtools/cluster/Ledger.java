package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.client.simulation.Answer;
import tasknet.http.ProblemException;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/**
 * What a test handed in, what of that was acknowledged, and what became of it. A task is only owed
 * when its 202 has arrived.
 */
public final class Ledger {
  private static final int SIDE_BY_SIDE = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Backoff PAUSE =
      new Backoff(Duration.ofMillis(50), 2, Duration.ofSeconds(2), 0.5);

  private final Map<TaskId, Job> owed = new ConcurrentHashMap<>();
  private final Map<TaskId, TaskStatus> ended = new ConcurrentHashMap<>();
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> duplicated = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final AtomicInteger attempted = new AtomicInteger();

  /**
   * Hands in one task; one that is not acknowledged is not owed, and was perhaps kept.
   *
   * @return whether it is owed
   */
  public boolean submit(TasknetClient client, Job job) throws InterruptedException {
    attempted.incrementAndGet();
    try {
      owed.put(client.submit(job.task()).id(), job);
      return true;
    } catch (ProblemException e) {
      refused.merge(e.problem().code(), 1, Integer::sum);
      return false;
    } catch (UnreachableException e) {
      refused.merge("unreachable", 1, Integer::sum);
      return false;
    }
  }

  /**
   * Hands in one task, again and again until it is acknowledged, with pauses that grow: hundreds
   * that wait for a dispatcher would else take the processors from it.
   */
  public void submitPatiently(TasknetClient client, Job job) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (int failures = 1; !submit(client, job); failures++) {
        assertThat(System.nanoTime()).as("not acknowledged in time: %s", job).isLessThan(until);
        Thread.sleep(PAUSE.after(failures, ThreadLocalRandom.current()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hands in all, many side by side. */
  public void submitAll(TasknetClient client, List<Job> jobs) throws InterruptedException {
    sideBySide(jobs, job -> submitQuietly(client, job));
  }

  /** How often which error came instead of an acknowledgement. */
  public Map<String, Integer> refused() {
    return Map.copyOf(refused);
  }

  public int acknowledged() {
    return owed.size();
  }

  public List<TaskId> ids() {
    return owed.keySet().stream().sorted().toList();
  }

  /** How a task ended, once it is settled. */
  public Map<TaskId, TaskStatus> ended() {
    return Map.copyOf(ended);
  }

  /** Waits for the end of everything that is owed, and looks at each twice. */
  public void settle(TasknetClient client, Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    sideBySide(ids(), id -> settle(client, id, until));
    sideBySide(List.copyOf(ended.keySet()), id -> lookAgain(client, id));
  }

  /** Looks again at what has ended: nothing of it may be different. */
  public void lookAgain(TasknetClient client) throws InterruptedException {
    sideBySide(List.copyOf(ended.keySet()), id -> lookAgain(client, id));
  }

  /** Prints it. */
  public void print(String title, long retransmissions) {
    System.out.printf(
        "%s: attempted=%d refused=%s acknowledged=%d completed=%d lost=%d duplicated=%d unexpected=%d"
            + " retransmissions=%s attempts=%d%n",
        title,
        attempted.get(),
        refused,
        owed.size(),
        ended.size() - unexpected.size(),
        lost.size(),
        duplicated.size(),
        unexpected.size(),
        retransmissions < 0 ? "?" : String.valueOf(retransmissions),
        ended.values().stream().mapToInt(status -> status.attempts().size()).sum());
  }

  /** Every task that was acknowledged has ended once, as it should. */
  public void assertKept() {
    assertThat(lost).as("lost").isEmpty();
    assertThat(duplicated).as("duplicated").isEmpty();
    assertThat(unexpected).as("unexpected").isEmpty();
    assertThat(ended.keySet()).containsExactlyInAnyOrderElementsOf(owed.keySet());
  }

  /** As {@link #submit}, for threads. */
  public void submitQuietly(TasknetClient client, Job job) {
    try {
      submit(client, job);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle(TasknetClient client, TaskId id, long until) {
    try {
      Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
      TaskStatus status = client.await(id, left).orElse(null);
      if (status == null) {
        lost.add(id + " is not known");
      } else if (!status.state().ended()) {
        lost.add("has not ended: " + status);
      } else {
        ended.put(id, status);
        Job job = owed.get(id);
        if (job == null || !job.expected().isMetBy(answer(status))) {
          unexpected.add(status + " instead of " + job);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAgain(TasknetClient client, TaskId id) {
    try {
      TaskStatus now = client.find(id).orElse(null);
      TaskStatus then = ended.get(id);
      if (!String.valueOf(now).equals(String.valueOf(then))) {
        duplicated.add(then + " and later " + now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Answer answer(TaskStatus status) {
    JsonText result = status.result();
    TaskError error = status.error();
    return switch (status.state()) {
      case COMPLETED -> new Answer.Result(result == null ? JsonText.NULL : result);
      case DEAD -> new Answer.Failure(error == null ? "none" : error.code(), "");
      case CANCELLED, EXPIRED, SCHEDULED, QUEUED, RUNNING ->
          new Answer.Failure(status.state().name(), "");
    };
  }

  private static <T> void sideBySide(List<T> all, Consumer<T> work) throws InterruptedException {
    Semaphore room = new Semaphore(SIDE_BY_SIDE);
    List<Thread> threads = new ArrayList<>();
    for (T each : all) {
      room.acquire();
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  work.accept(each);
                } finally {
                  room.release();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
