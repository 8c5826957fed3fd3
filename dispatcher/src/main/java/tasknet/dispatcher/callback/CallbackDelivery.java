package tasknet.dispatcher.callback;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Callbacks;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.DueCallback;
import tasknet.http.Json;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.CallbackStatus.State;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;
import tasknet.task.TraceContext;
import tasknet.tracing.PastSpan;
import tasknet.tracing.Tracing;

/**
 * Tells outcomes to their receivers, each at least once: what is due stands in the store since the
 * transaction that ended the task, and leaves it only when the receiver has taken it or is given
 * up. One thread looks for what is due; each call has a virtual thread. A receiver has a bounded
 * number of calls at a time, so one that is slow or dead holds up nobody else.
 */
public final class CallbackDelivery implements EventLoop.Owner, AutoCloseable {
  private static final int AT_ONCE = 256;
  private static final int AT_ONCE_EACH = 16;
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** A longer sleep is cut, so that a time of day that was set is noticed. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  private final Callbacks callbacks;
  private final Function<TaskId, Optional<TaskStatus>> tasks;
  private final CallbackSettings settings;
  private final Tracing tracing;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Logger log;
  private final CallbackCounters counters = new CallbackCounters();
  private final Map<String, Set<TaskId>> underWay = new HashMap<>();
  private final EventLoop loop;
  private @Nullable CallbackCall call;
  private @Nullable Long lookAt;
  private int turns;

  /**
   * @param tasks shows a task as clients see it
   * @param tracing where the spans of calls go
   */
  public CallbackDelivery(
      Callbacks callbacks,
      Function<TaskId, Optional<TaskStatus>> tasks,
      CallbackSettings settings,
      Tracing tracing,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.callbacks = callbacks;
    this.tasks = tasks;
    this.settings = settings;
    this.tracing = tracing;
    this.clock = clock;
    this.nanos = nanos;
    this.log = log;
    loop =
        new EventLoop(
            "callbacks", nanos, this, (_, fault) -> log.error("a fault in the callbacks", fault));
  }

  /** Begins to deliver; does nothing when nobody may be told. The store is started. */
  public void start() {
    if (settings.secret() != null && !settings.hosts().isEmpty()) {
      call = new CallbackCall(settings.secret(), settings.timeout());
      callbacks.whenDue(this::look);
      look();
      loop.start();
    }
  }

  public CallbackCounters counters() {
    return counters;
  }

  /** Breaks off what is under way; it is delivered after the next start. */
  @Override
  public void close() {
    loop.close();
    if (call != null) {
      call.close();
    }
  }

  private void look() {
    loop.execute(() -> lookAt = nanos.nanoTime());
  }

  @Override
  public @Nullable Long turn(long now) {
    if (lookAt != null && lookAt - now <= 0) {
      lookAt = now + TRY_AGAIN.toNanos(); // unless this look succeeds
      try {
        Duration wait = begin(clock.instant());
        lookAt = nanos.nanoTime() + wait.toNanos();
      } catch (StoreException e) {
        log.warn("callbacks cannot be read and are looked at again cause={}", e.getMessage());
      }
    }
    return lookAt;
  }

  /** Begins the calls that are due and have room. Answers when to look again. */
  private Duration begin(Instant now) {
    int room = AT_ONCE - underWay.values().stream().mapToInt(Set::size).sum();
    List<String> receivers = callbacks.receivers();
    Collections.rotate(receivers, turns++); // so that each is the first in turn
    for (String receiver : receivers) {
      Set<TaskId> calls = underWay.computeIfAbsent(receiver, _ -> new HashSet<>());
      int limit = Math.min(room, AT_ONCE_EACH - calls.size());
      if (limit > 0) {
        // Those that are under way are due as well.
        for (DueCallback due : callbacks.due(receiver, now, limit + calls.size())) {
          if (limit > 0 && calls.add(due.task())) {
            limit--;
            room--;
            Thread.startVirtualThread(() -> deliver(receiver, due));
          }
        }
      }
      if (calls.isEmpty()) {
        underWay.remove(receiver);
      }
    }
    return callbacks
        .nextDue(now)
        .map(next -> Duration.between(now, next))
        .filter(wait -> wait.compareTo(LONGEST_SLEEP) < 0)
        .orElse(LONGEST_SLEEP);
  }

  // ---- one call, on a thread of its own --------------------------------------------------------

  private void deliver(String receiver, DueCallback due) {
    boolean kept = false;
    String trace = TraceContext.inLog(due.trace());
    try {
      Callbacks.Result result = call(due);
      if (callbacks.tried(due, result).join()) {
        count(due, result);
      }
      kept = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException | CompletionException e) {
      log.warn("a callback is made again cause={} task={}{}", e.getMessage(), due.task(), trace);
    } finally {
      boolean done = kept;
      loop.execute(
          () -> {
            underWay.getOrDefault(receiver, new HashSet<>()).remove(due.task());
            lookAt = nanos.nanoTime() + (done ? 0 : TRY_AGAIN.toNanos());
          });
    }
  }

  private Callbacks.Result call(DueCallback due) throws InterruptedException {
    Optional<TaskStatus> task = tasks.apply(due.task());
    CallbackCall calls = call;
    if (task.isEmpty() || calls == null) {
      return new Callbacks.Result(State.FAILED, null, "the task is not kept any more", null);
    }
    if (!task.get().state().ended()) { // it was brought back, and will end again
      return new Callbacks.Result(State.PENDING, null, null, null);
    }
    if (!settings.hosts().allow(due.url())) {
      return new Callbacks.Result(State.FAILED, null, "the host is not allowed any more", null);
    }
    String id = due.outcome() == 1 ? due.task().toString() : due.task() + "-" + due.outcome();
    String body = Json.textOf(task.get()).text();
    Instant now = clock.instant();
    TraceContext trace = due.trace() == null ? null : tracing.begin(due.trace());
    CallbackCall.Answer answer = calls.send(due.url(), id, body, trace, now);
    if (trace != null && tracing.isOn()) {
      record(due, task.get(), trace, now, answer);
    }
    return result(due, answer);
  }

  private void record(
      DueCallback due,
      TaskStatus task,
      TraceContext trace,
      Instant from,
      CallbackCall.Answer answer) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("messaging.message.id", task.id().toString());
    attributes.put("http.request.method", "POST");
    attributes.put("server.address", due.url().getHost());
    if (answer.status() != null) {
      attributes.put("http.response.status_code", (long) answer.status());
    }
    TaskError error =
        answer.isTaken() ? null : new TaskError("callback-failed", answer.toString(), true);
    tracing.record(
        new PastSpan(
            trace,
            due.trace(),
            "callback " + task.type(),
            PastSpan.Kind.CLIENT,
            from,
            clock.instant(),
            attributes,
            error));
  }

  private Callbacks.Result result(DueCallback due, CallbackCall.Answer answer) {
    if (answer.isTaken()) {
      return new Callbacks.Result(State.DELIVERED, answer.status(), null, null);
    }
    Duration wait = settings.backoff().after(due.attempts() + 1, ThreadLocalRandom.current());
    Duration wish = answer.notBefore();
    Instant next = clock.instant().plus(wish != null && wish.compareTo(wait) > 0 ? wish : wait);
    boolean late = next.isAfter(due.since().plus(settings.giveUpAfter()));
    return answer.isGone() || late
        ? new Callbacks.Result(State.FAILED, answer.status(), answer.error(), null)
        : new Callbacks.Result(State.PENDING, answer.status(), answer.error(), next);
  }

  private void count(DueCallback due, Callbacks.Result result) {
    String trace = TraceContext.inLog(due.trace());
    Object last = result.status() == null ? result.error() : "HTTP " + result.status();
    switch (result.state()) {
      case DELIVERED -> counters.delivered.increment();
      case PENDING -> {
        counters.retried.increment();
        log.debug(
            "a callback failed url={} cause={} task={}{}", due.url(), last, due.task(), trace);
      }
      case FAILED -> {
        counters.failed.increment();
        log.warn(
            "a callback is given up url={} attempts={} cause={} task={}{}",
            due.url(),
            due.attempts() + 1,
            last,
            due.task(),
            trace);
      }
    }
  }
}
