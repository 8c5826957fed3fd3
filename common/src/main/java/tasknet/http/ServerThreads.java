package tasknet.http;

import java.util.concurrent.ThreadFactory;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * The threads of a server. Those that it begins with wait for connections and requests; they are
 * platform threads, because a virtual one that waits for a socket is woken by way of several
 * others. All else is done by virtual threads, of which there may be any number.
 */
final class ServerThreads implements ThreadPool {
  private final ThreadFactory waiting = Thread.ofPlatform().daemon().name("http-", 0).factory();
  private final ThreadFactory working = Thread.ofVirtual().name("request-", 0).factory();
  private volatile boolean started;

  @Override
  public void execute(Runnable task) {
    (started ? working : waiting).newThread(task).start();
  }

  /** The server has begun: all that comes is work. */
  void started() {
    started = true;
  }

  /** Nobody waits for these threads: the server ends what they do. */
  @Override
  public void join() {}

  @Override
  public int getThreads() {
    return 1;
  }

  @Override
  public int getIdleThreads() {
    return 1;
  }

  @Override
  public boolean isLowOnThreads() {
    return false;
  }
}
