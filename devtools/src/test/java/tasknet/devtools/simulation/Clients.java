package tasknet.devtools.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.LoopByHand;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;

/** Those who submit tasks, wait for them, and cancel some; they live through everything. */
final class Clients extends SimulatedProcess {
  private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
  private static final int REPETITIONS = 3;
  private static final int CANCELLED_LATE = 20;
  private static final long AT_THE_SAME_TIME = Duration.ofMillis(4).toNanos();

  private final World world;
  private final SplittableRandom random;
  private final List<TaskId> known = new ArrayList<>();
  private int keys;

  /**
   * @param key of its submission; null when it is not repeated
   */
  private record Wish(TaskPlan plan, TaskRequest request, @Nullable String key, boolean awaited) {}

  /** What the dispatcher answered: null for a refusal. */
  private record Answer(@Nullable TaskId task) {}

  Clients(World world, SplittableRandom random) {
    super("10.0.2.1", world.time, random.split());
    this.world = world;
    this.random = random;
  }

  /** Schedules what clients do. */
  void script(long length) {
    int tasks = 10 + random.nextInt(51);
    long burst = random.nextInt(3) == 0 ? length / 20 : length;
    for (int number = 0; number < tasks; number++) {
      after(random.nextLong(burst), this::submit);
    }
    int cancels = random.nextInt(2) == 0 ? 0 : random.nextInt(tasks / 3);
    for (int number = 0; number < cancels; number++) {
      after(random.nextLong(length), this::cancel);
    }
  }

  // ---- submissions -----------------------------------------------------------------------------

  private void submit() {
    String key = random.nextInt(3) == 0 ? "key-" + ++keys : null;
    submit(new Wish(TaskPlan.any(random), anyRequest(), key, random.nextInt(3) == 0), 0);
  }

  private void submit(Wish wish, int repetitions) {
    world.ledger.count(
        repetitions == 0 ? Ledger.Entry.TASKS_SUBMITTED : Ledger.Entry.SUBMISSIONS_REPEATED);
    world.network.<Answer>call(
        this,
        world.dispatcher,
        PATIENCE,
        answer -> serve(wish, answer),
        answer -> answered(wish, answer),
        () -> {
          world.ledger.count(Ledger.Entry.SUBMISSIONS_UNANSWERED);
          if (wish.key != null && repetitions < REPETITIONS) {
            after(random.nextLong(PATIENCE), () -> submit(wish, repetitions + 1));
          }
        });
  }

  private void serve(Wish wish, Consumer<Answer> answer) {
    DispatchLoop loop = world.dispatcher.loop();
    TaskId id = world.dispatcher.nextId();
    world.planned(id, wish.plan, wish.request);
    world.trace.add("submitted {} {} {}", id, wish.plan, wish.request);
    CompletableFuture<@Nullable TaskEnd> end =
        wish.awaited
            ? loop.waiters().await(id, LoopByHand.PATIENCE)
            : CompletableFuture.completedFuture(null);
    var _ = end.thenAccept(told -> told(id, told));
    var _ =
        kept(loop, wish, id)
            .whenComplete(
                (kept, failure) -> {
                  if (failure != null || !id.equals(kept)) {
                    end.complete(null); // nobody waits for what is not there
                  }
                  answer.accept(new Answer(failure == null ? kept : null));
                });
  }

  private void told(TaskId id, @Nullable TaskEnd end) {
    if (end != null) {
      world.checks.told(id, end);
    }
  }

  private CompletableFuture<@Nullable TaskId> kept(DispatchLoop loop, Wish wish, TaskId id) {
    if (wish.key == null) {
      return loop.submit(id, wish.request).thenApply(_ -> id);
    }
    Instant until = world.dispatcher.instant().plus(Duration.ofDays(1));
    return loop.submitOnce(id, wish.request, new SubmissionKey(wish.key, wish.key, until))
        .thenApply(addition -> kept(addition, id));
  }

  private @Nullable TaskId kept(Addition addition, TaskId id) {
    return switch (addition) {
      case Addition.Added _ -> id;
      case Addition.Known(TaskId other) -> other;
      case Addition.KeyTaken _ -> {
        world.checks.violated("a key of one client is said to be taken");
        yield null;
      }
    };
  }

  private void answered(Wish wish, Answer answer) {
    if (answer.task == null) {
      world.ledger.count(Ledger.Entry.TASKS_REFUSED);
    } else {
      world.ledger.count(Ledger.Entry.TASKS_ACKNOWLEDGED);
      world.checks.acknowledged(answer.task, wish.key);
      known.add(answer.task);
    }
  }

  private TaskRequest anyRequest() {
    Instant now = world.dispatcher.instant();
    Instant runAt = random.nextInt(6) == 0 ? now.plusMillis(1 + random.nextInt(30_000)) : null;
    Instant deadline =
        random.nextInt(4) == 0
            ? (runAt == null ? now : runAt).plusMillis(1 + random.nextInt(20_000))
            : null;
    int attempts = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(5);
    Duration first = Duration.ofMillis(random.nextInt(1_000));
    return new TaskRequest(
        world.types.get(random.nextInt(world.types.size())),
        new JsonText('"' + "x".repeat(random.nextInt(random.nextInt(12) == 0 ? 2_000 : 500)) + '"'),
        Duration.ofMillis(random.nextInt(5) == 0 ? 50 + random.nextInt(500) : 10_000),
        attempts,
        new Backoff(first, 1 + random.nextInt(3), first.plusSeconds(2), random.nextDouble()),
        TaskTerms.STANDARD
            .withRunAt(runAt)
            .withDeadline(deadline)
            .withPriority(random.nextInt(10))
            .withDurable(random.nextInt(3) > 0));
  }

  // ---- cancels ---------------------------------------------------------------------------------

  private void cancel() {
    if (!known.isEmpty()) {
      cancel(known.get(Math.max(0, known.size() - 1 - random.nextInt(10))));
    }
  }

  /** A handler has just ended: now and then its task is cancelled before that is known. */
  void handlerEnds(TaskId task) {
    if (random.nextInt(CANCELLED_LATE) == 0) {
      time.after(random.nextLong(AT_THE_SAME_TIME), () -> cancel(task));
    }
  }

  private void cancel(TaskId task) {
    world.ledger.count(Ledger.Entry.CANCELS);
    world.network.<Cancellation>call(
        this,
        world.dispatcher,
        PATIENCE,
        answer -> {
          var _ = world.dispatcher.loop().cancel(task).thenAccept(answer);
        },
        answer -> {
          world.trace.add("cancel of {}: {}", task, answer);
          world.checks.cancelAnswered(task, answer);
        },
        () -> {});
  }
}
