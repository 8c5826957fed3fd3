package tasknet.cli;

import java.util.Optional;
import tasknet.client.EventStream;
import tasknet.client.TasknetClient;
import tasknet.client.Told;
import tasknet.client.UnreachableException;
import tasknet.http.ProblemException;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;

/**
 * Shows on a terminal how far a task is, on one changing line of standard error, while somebody
 * waits for it. It is a nicety: when it cannot listen, it shows nothing.
 */
final class ProgressBar implements AutoCloseable {
  private static final int NOTE_SHOWN = 40;
  private static final String CLEAR = "\r\u001b[K";

  private final CommandEnvironment environment;
  private final Thread thread;
  private boolean closed;
  private boolean shown;

  private ProgressBar(TasknetClient client, TaskId task, CommandEnvironment environment) {
    this.environment = environment;
    this.thread = Thread.ofVirtual().unstarted(() -> listen(client, task));
  }

  /** Begins to listen, where there is a terminal. */
  static ProgressBar show(TasknetClient client, TaskId task, CommandEnvironment environment) {
    ProgressBar bar = new ProgressBar(client, task, environment);
    if (environment.terminal()) {
      bar.thread.start();
    }
    return bar;
  }

  /** Removes the line. */
  @Override
  public void close() {
    thread.interrupt();
    synchronized (this) {
      closed = true;
      clear();
    }
  }

  private void listen(TasknetClient client, TaskId task) {
    try (EventStream stream = client.events().of(task)) {
      for (Optional<Told> told = stream.next(); told.isPresent(); told = stream.next()) {
        switch (told.get()) {
          case Told.Changed(TaskEvent event) -> paint(event);
          case Told.Progressed(TaskEvent event) -> paint(event);
          case Told.Gap _ -> {}
        }
      }
    } catch (InterruptedException e) {
      // Nobody waits any more.
    } catch (UnreachableException | ProblemException e) {
      // Whoever waits is told in another way.
    }
  }

  private synchronized void paint(TaskEvent event) {
    if (closed) {
      return;
    }
    if (event.progress() == null) {
      clear();
    } else {
      environment.err().print(CLEAR + EventText.bar(event.progress(), NOTE_SHOWN));
      environment.err().flush();
      shown = true;
    }
  }

  private void clear() {
    if (shown) {
      environment.err().print(CLEAR);
      environment.err().flush();
      shown = false;
    }
  }
}
