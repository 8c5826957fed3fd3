package tasknet.devtools;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something that a thread of its own does, while others do something else. */
final class Meanwhile<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private Meanwhile(FutureTask<T> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  /**
   * Begins it.
   *
   * @param name of the thread
   * @param call throws nothing but {@link IOException} and {@link RuntimeException}s
   */
  static <T> Meanwhile<T> begin(String name, Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    return new Meanwhile<>(task, Thread.ofPlatform().name(name).start(task));
  }

  /** Waits until it is over, however it ended. */
  void await() throws InterruptedException {
    thread.join();
  }

  /**
   * What it has brought; waits for that.
   *
   * @throws IOException if it ended with one
   */
  T get() throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }
}
