package tasknet.devtools.compose;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tasknet.fleet.WorkerEntry;
import tasknet.task.InvalidValueException;

/** The service of one type of worker. */
record WorkerService(WorkerEntry entry, ComposeChoices choices) {
  private static final String NAMESERVICE = "TASKNET_NAMESERVICE_URL";
  private static final String CONCURRENCY = "TASKNET_CONCURRENCY";

  /** A worker without them would not be found, would have no log, or not be the only one. */
  private static final Set<String> OURS =
      Set.of(NAMESERVICE, CONCURRENCY, "LOG_DIR", "TASKNET_WORKER_ID");

  /**
   * @throws InvalidValueException if the entry sets a variable that is not its own
   */
  static void check(WorkerEntry entry) {
    for (String variable : variables(entry).keySet()) {
      if (OURS.contains(variable)) {
        throw new InvalidValueException(
            entry.name() + ".environment",
            variable,
            "a variable that the compose file does not set itself"
                + (variable.equals(CONCURRENCY) ? "; the entry has 'concurrency' for it" : ""));
      }
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append("  # from ")
        .append(Yaml.comment(choices.workersFile()))
        .append(": ")
        .append(entry.name());
    String description = entry.description();
    if (description != null && !description.isBlank()) {
      text.append(", ").append(Yaml.comment(description));
    }
    text.append(
        """

          worker-%s:
            <<: *worker
            command: [%s]
            deploy: {replicas: %d}%s
        """
            .formatted(entry.name(), Yaml.quoted(entry.name().name()), replicas(), whoSaysSo()));
    if (entry.memory() != null) {
      text.append("    mem_limit: ").append(entry.memory()).append('\n');
    }
    Double cpus = entry.cpus();
    if (cpus != null) {
      text.append("    cpus: ").append(Yaml.decimal(cpus)).append('\n');
    }
    appendEnvironment(text);
    return text.toString();
  }

  private int replicas() {
    return choices.replicas().getOrDefault(entry.name(), entry.desired());
  }

  private String whoSaysSo() {
    return choices.replicas().containsKey(entry.name()) ? " # from --scale" : "";
  }

  private void appendEnvironment(StringBuilder text) {
    SortedMap<String, String> variables = variables(entry);
    Integer concurrency = entry.concurrency();
    if (variables.isEmpty() && concurrency == null) {
      return;
    }
    text.append("    environment:\n      <<: *worker-environment\n");
    if (concurrency != null) {
      text.append("      ").append(CONCURRENCY).append(": \"").append(concurrency).append("\"\n");
    }
    variables.forEach(
        (name, value) ->
            text.append("      ")
                .append(name)
                .append(": ")
                .append(Yaml.uninterpolated(value))
                .append('\n'));
  }

  private static SortedMap<String, String> variables(WorkerEntry entry) {
    SortedMap<String, String> variables = entry.environment();
    return variables == null ? new TreeMap<>() : variables;
  }
}
