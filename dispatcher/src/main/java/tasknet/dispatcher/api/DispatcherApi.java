package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.events.TaskEvents;
import tasknet.dispatcher.retention.Retention;
import tasknet.dispatcher.schedule.ScheduleTicks;
import tasknet.dispatcher.schedule.TaskTemplate;
import tasknet.dispatcher.store.Schedules;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.task.CallbackHosts;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.RequestSpans;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskIds;
import tasknet.tracing.Tracing;
import tasknet.wire.LinkCounters;

/** All calls of the dispatcher. */
public final class DispatcherApi {
  private final Admission admission;
  private final BulkApi bulk;
  private final StreamApi streams;
  private final TaskApi tasks;
  private final TypesApi types;
  private final StatusApi status;
  private final AttemptApi attempts;
  private final DeadApi dead;
  private final ScheduleApi schedules;
  private final EventsApi events;

  /**
   * What may be asked of the dispatcher.
   *
   * @param maxPayloadBytes the largest payload, in bytes of UTF-8
   * @param maxLineBytes the longest line of a bulk submission or a stream, in bytes
   * @param bulkPulse after so long without an answer the client of such is sent a blank line
   * @param callTimeout how long {@code POST /task} waits for the result
   * @param keysKept how long an {@code Idempotency-Key} is kept
   * @param callbacks who may be told of outcomes
   * @param heartbeat how often a stream of events in which nothing happens shows that it lives
   */
  public record Limits(
      int maxPayloadBytes,
      int maxLineBytes,
      Duration bulkPulse,
      Duration callTimeout,
      Duration keysKept,
      CallbackHosts callbacks,
      Duration heartbeat) {}

  /** Schedules, and what makes their tasks. */
  public record Scheduling(Schedules kept, ScheduleTicks ticks) {}

  /**
   * @param rules what holds for the types
   * @param tracing where the spans of requests go
   * @param executor where answers are made
   */
  public DispatcherApi(
      DispatchLoop loop,
      TaskStore store,
      Scheduling scheduling,
      TaskIds ids,
      TypeRules rules,
      AttemptLinks links,
      LinkCounters link,
      Retention retention,
      Limits limits,
      TaskEvents events,
      InstantSource clock,
      Tracing tracing,
      Executor executor,
      Logger log) {
    RequestSpans spans = new RequestSpans(tracing, clock);
    this.admission = new Admission(loop, limits.maxPayloadBytes(), limits.callbacks());
    this.schedules =
        new ScheduleApi(scheduling.kept(), scheduling.ticks(), admission, rules, clock, executor);
    MemoryPatience memory = new MemoryPatience(store::memoryLeft, NanoClock.SYSTEM);
    this.bulk =
        new BulkApi(
            loop,
            store,
            admission,
            memory,
            ids,
            rules,
            clock,
            limits.maxLineBytes(),
            limits.bulkPulse(),
            log);
    IdempotencyKeys keys = new IdempotencyKeys(limits.keysKept());
    this.streams =
        new StreamApi(
            new StreamSubmission.Context(
                loop,
                store,
                admission,
                memory,
                ids,
                rules,
                keys,
                spans,
                clock,
                executor,
                limits.maxLineBytes(),
                new LineCounters()),
            limits.bulkPulse(),
            log);
    this.tasks =
        new TaskApi(
            loop,
            store,
            admission,
            ids,
            rules,
            limits.callTimeout(),
            keys,
            bulk,
            spans,
            clock,
            executor);
    this.dead = new DeadApi(loop.deadTasks(), store, admission, tasks, spans, executor);
    this.attempts = new AttemptApi(loop, store, links, executor);
    this.events = new EventsApi(events, store, limits.heartbeat(), log);
    this.status = new StatusApi(loop, new Stats(loop, store, retention, link, clock), executor);
    this.types = new TypesApi(loop, store, rules, executor);
  }

  public void routes(RoutesConfig routes) {
    tasks.routes(routes);
    streams.routes(routes);
    types.routes(routes);
    status.routes(routes);
    attempts.routes(routes);
    dead.routes(routes);
    schedules.routes(routes);
    events.routes(routes);
    ContractApi.routes(routes);
  }

  /** How the task of a schedule is read. */
  public static TaskTemplate template(TypeRules rules) {
    return (task, now) -> ScheduleSubmission.task(task, rules, now);
  }

  /** What bulk submissions do. */
  public LineCounters bulk() {
    return bulk.counters();
  }

  /** What streams do. */
  public LineCounters streams() {
    return streams.counters();
  }

  /** Ends all streams: what is under way on them is answered as it stands. */
  public void endStreams() {
    streams.close();
  }

  /** No task is taken from now on; everything else is still answered. */
  public void refuseTasks() {
    admission.close();
  }
}
