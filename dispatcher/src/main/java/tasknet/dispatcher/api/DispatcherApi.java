package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.retention.Retention;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.task.TypeRules;
import tasknet.task.TaskIds;
import tasknet.wire.LinkCounters;

/** All calls of the dispatcher. */
public final class DispatcherApi {
  private final Admission admission;
  private final BulkApi bulk;
  private final TaskApi tasks;
  private final StatusApi status;
  private final AttemptApi attempts;

  /**
   * What may be asked of the dispatcher.
   *
   * @param maxWaiting how many tasks may wait at the same time
   * @param maxPayloadBytes the largest payload, in bytes of UTF-8
   * @param maxLineBytes the longest line of a bulk submission, in bytes
   * @param bulkPulse after so long without an answer a bulk's client is sent a blank line
   * @param callTimeout how long {@code POST /task} waits for the result
   * @param keysKept how long an {@code Idempotency-Key} is kept
   */
  public record Limits(
      long maxWaiting,
      int maxPayloadBytes,
      int maxLineBytes,
      Duration bulkPulse,
      Duration callTimeout,
      Duration keysKept) {}

  /**
   * @param rules what holds for the types
   * @param executor where answers are made
   */
  public DispatcherApi(
      DispatchLoop loop,
      TaskStore store,
      TaskIds ids,
      TypeRules rules,
      AttemptLinks links,
      LinkCounters link,
      Retention retention,
      Limits limits,
      InstantSource clock,
      Executor executor,
      Logger log) {
    this.admission = new Admission(loop, limits.maxWaiting(), limits.maxPayloadBytes());
    this.bulk =
        new BulkApi(
            loop,
            store,
            admission,
            ids,
            rules,
            clock,
            limits.maxLineBytes(),
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
            new IdempotencyKeys(limits.keysKept()),
            bulk,
            clock,
            executor);
    this.attempts = new AttemptApi(loop, store, links, executor);
    this.status =
        new StatusApi(loop, store, rules, new Stats(loop, retention, link, clock), executor);
  }

  public void routes(RoutesConfig routes) {
    tasks.routes(routes);
    status.routes(routes);
    attempts.routes(routes);
    ContractApi.routes(routes);
  }

  /** What bulk submissions do. */
  public BulkCounters bulk() {
    return bulk.counters();
  }

  /** No task is taken from now on; everything else is still answered. */
  public void refuseTasks() {
    admission.close();
  }
}
