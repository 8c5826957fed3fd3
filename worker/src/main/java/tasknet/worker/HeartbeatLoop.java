package tasknet.worker;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.ProblemException;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;

/**
 * Registers the worker at the nameservice, again and again, so that it stays registered; and takes
 * it off the register when it stops. Work goes on while the nameservice is away.
 */
final class HeartbeatLoop implements AutoCloseable {
  /** Between tries until the nameservice has told its interval. */
  private static final Duration FIRST_INTERVAL = Duration.ofMillis(250);

  private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
  private static final int CONFLICT = 409;

  private final WorkerId id;
  private final RegistrationSource registrations;
  private final Consumer<String> onReplaced;
  private final Logger log;
  private final URI nameservice;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable HeartbeatCalls calls;
  private long epoch;
  private Duration interval = FIRST_INTERVAL;
  private boolean away;
  private volatile boolean registered;
  private volatile boolean everRegistered;

  /** Tells what to register, anew each time: an address may change. */
  interface RegistrationSource {
    Registration current() throws IOException;
  }

  /**
   * @param onReplaced told when another live process has the id and a newer epoch
   */
  HeartbeatLoop(
      WorkerId id,
      URI nameservice,
      RegistrationSource registrations,
      Consumer<String> onReplaced,
      Logger log) {
    this.id = id;
    this.nameservice = nameservice;
    this.registrations = registrations;
    this.onReplaced = onReplaced;
    this.log = log;
    this.thread = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::run);
  }

  void start() {
    calls = new HeartbeatCalls(nameservice, CALL_TIMEOUT);
    thread.start();
  }

  /** Whether it was ever registered. */
  boolean everRegistered() {
    return everRegistered;
  }

  private void run() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = beat() && !stopped.await(interval.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      log.debug("heartbeat interrupted worker={}", id);
    }
  }

  /** One heartbeat; returns whether there shall be more. */
  private boolean beat() throws InterruptedException {
    try {
      Registration registration = registrations.current();
      epoch = registration.epoch();
      Heartbeat answer = calls().put("/workers/" + id, registration);
      interval =
          answer.interval().compareTo(LEAST_INTERVAL) < 0 ? LEAST_INTERVAL : answer.interval();
      succeeded(registration);
    } catch (ProblemException e) {
      if (e.problem().status() == CONFLICT) {
        registered = false;
        onReplaced.accept(
            "another process is registered as worker " + id + ": " + e.problem().detail());
        return false;
      }
      failed(e);
    } catch (IOException | RuntimeException | Error e) { // nothing may end the heartbeat
      failed(e);
    }
    return true;
  }

  private void succeeded(Registration registration) {
    if (!everRegistered || away) {
      log.info(
          "registered at {} as {}:{} types={} capacity={} worker={}",
          nameservice,
          registration.host(),
          registration.port(),
          registration.types(),
          registration.capacity(),
          id);
    }
    registered = true;
    everRegistered = true;
    away = false;
  }

  private void failed(Throwable e) {
    if (!away) {
      away = true;
      log.warn(
          "not registered, trying again every {} ms: {}: {} worker={}",
          interval.toMillis(),
          nameservice,
          e.toString(),
          id);
    }
  }

  private HeartbeatCalls calls() {
    if (calls == null) {
      throw new IllegalStateException("not started");
    }
    return calls;
  }

  /** Lets a heartbeat that is under way finish, or it might undo the deregistration. */
  @Override
  public void close() {
    stopped.countDown();
    if (calls == null) {
      return;
    }
    try {
      thread.join(CALL_TIMEOUT.plusSeconds(1));
      deregister(calls);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls = null;
  }

  private void deregister(HeartbeatCalls last) {
    if (registered) {
      registered = false;
      try {
        last.delete("/workers/" + id + "?epoch=" + epoch);
        log.info("deregistered worker={}", id);
      } catch (IOException | ProblemException e) {
        log.warn("not deregistered: {} worker={}", e.toString(), id);
      }
    }
  }
}
