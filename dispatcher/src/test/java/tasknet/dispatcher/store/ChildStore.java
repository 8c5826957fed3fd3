package tasknet.dispatcher.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Semaphore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.ChildProcess;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskIds;
import tasknet.task.TaskState;

/**
 * A process of its own with a store, which adds, begins and ends tasks for as long as it lives, and
 * prints what it did only when that is committed.
 */
final class ChildStore {
  private static final int IN_FLIGHT = 200;

  private ChildStore() {}

  static ChildProcess start(Path folder) throws IOException {
    return ChildProcess.start(ChildStore.class, folder.toString(), "keeping");
  }

  /** One that removes its ended tasks as fast as it can, and prints how many. */
  static ChildProcess startCleaning(Path folder) throws IOException {
    return ChildProcess.start(ChildStore.class, folder.toString(), "cleaning");
  }

  /** The process. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    SqliteTaskStore store;
    try {
      store = SqliteStores.open(Path.of(arguments[0]));
    } catch (StoreException e) {
      out.println("refused: " + e.getMessage());
      return;
    }
    out.println("open .");
    if (arguments[1].equals("cleaning")) {
      Thread.ofVirtual().start(() -> clean(store, out));
    }
    TaskIds ids = new TaskIds(InstantSource.system(), new Random());
    Semaphore slots = new Semaphore(IN_FLIGHT);
    for (int number = 0; ; number++) {
      slots.acquire();
      int way = number % 4;
      var _ =
          store
              .add(ids.next(), Sample.request(Sample.HASH), Instant.now())
              .thenAccept(task -> goOn(store, task, way, out))
              .whenComplete((done, failure) -> slots.release());
    }
  }

  private static void clean(SqliteTaskStore store, PrintStream out) {
    EndedTasks ended = store.ended();
    EndedTasks.Batch batch = new EndedTasks.Batch(100, 1 << 20);
    while (true) {
      for (EndedTasks.Group group : ended.groups()) {
        out.println("removed " + ended.remove(group, Instant.now(), batch).join() + " .");
      }
      ended.shrink(10).join();
    }
  }

  private static void goOn(SqliteTaskStore store, QueuedTask task, int way, PrintStream out) {
    out.println("added " + task.id() + " .");
    if (way == 0) {
      return;
    }
    AttemptStart start =
        new AttemptStart(task.nextAttempt(), new WorkerId("w"), "127.0.0.1", 1, 1L, Instant.now());
    Outcome done = new Outcome.Completed(new JsonText("1"));
    AttemptEnd end =
        new AttemptEnd(start.attempt(), Instant.now(), done, TaskState.COMPLETED, null, false);
    var _ = store.begin(start).thenAccept(yes -> print(out, yes, "began", task));
    if (way > 1) {
      var _ = store.end(end).thenAccept(yes -> print(out, yes, "ended", task));
    }
  }

  private static void print(PrintStream out, boolean yes, String what, QueuedTask task) {
    out.println((yes ? what : "refused") + " " + task.id() + " .");
  }
}
