package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskState;

/** What the writer does to attempts that ended with their workers' death: these are counted. */
final class Poison {
  private final Statements sql;
  private final Tally tally;
  private final TaskWrites tasks;
  private final Journal journal;

  Poison(Statements sql, Tally tally, TaskWrites tasks, Journal journal) {
    this.sql = sql;
    this.tally = tally;
    this.tasks = tasks;
    this.journal = journal;
  }

  Optional<AttemptEnd> end(AttemptEnd end, TaskError death, int deadlyAfter) throws SQLException {
    AttemptId attempt = end.attempt();
    Optional<TaskWrites.Running> found = tasks.running(attempt);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TaskWrites.Running running = found.get();
    List<String> died = new ArrayList<>(workersThatDied(attempt));
    died.add(running.worker());
    boolean deadly = deadlyAfter > 0 && died.size() >= deadlyAfter;
    AttemptEnd recorded = deadly && end.next() != TaskState.EXPIRED ? poisoned(end, died) : end;
    TaskError error = recorded.outcome() instanceof Outcome.Failed(var failed) ? failed : death;
    tasks.fail(running, recorded, error);
    tasks.endAttempt(attempt, end.at(), death);
    sql.update(
        "UPDATE attempt SET worker_died = 1 WHERE task = ? AND number = ?",
        Columns.id(attempt.task()),
        attempt.number());
    tally.moved(running.task().type().name(), TaskState.RUNNING, recorded.next());
    journal.attempted(running.task(), recorded.next(), end.at(), attempt, running.worker(), error);
    return Optional.of(recorded);
  }

  int discount(List<AttemptId> attempts) throws SQLException {
    int changed = 0;
    for (AttemptId attempt : attempts) {
      changed +=
          sql.update(
              "UPDATE attempt SET worker_died = 0"
                  + " WHERE task = ? AND number = ? AND worker_died = 1",
              Columns.id(attempt.task()),
              attempt.number());
    }
    return changed;
  }

  private List<String> workersThatDied(AttemptId attempt) throws SQLException {
    return sql.list(
        row -> row.text(1),
        "SELECT worker FROM attempt WHERE task = ? AND worker_died = 1 ORDER BY number",
        Columns.id(attempt.task()));
  }

  private static AttemptEnd poisoned(AttemptEnd end, List<String> died) {
    String names = died.stream().map(name -> "worker " + name).collect(Collectors.joining(", "));
    TaskError error =
        new TaskError(
            TaskError.POISON,
            "It is not given to another worker, because workers died with it: " + names,
            false);
    return new AttemptEnd(
        end.attempt(), end.at(), new Outcome.Failed(error), TaskState.DEAD, null, true);
  }
}
