package tasknet.devtools.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

class ComposeFileTest {
  private static final WorkerEntry HASH = WorkerEntry.of(new TaskType("hash"));

  private static final List<String> TRACES =
      List.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_HEADERS",
          "OTEL_RESOURCE_ATTRIBUTES",
          "OTEL_TRACES_SAMPLER",
          "OTEL_TRACES_SAMPLER_ARG");

  private final SortedMap<TaskType, Integer> scale = new TreeMap<>();
  private boolean publish;

  @Test
  void everyActiveTypeIsAServiceAndNoOther() {
    WorkerEntry off =
        new WorkerEntry(
            new TaskType("off"),
            false,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);

    Yml file = generate(HASH, off, WorkerEntry.of(new TaskType("random_fact")));

    assertThat(file.services().keySet())
        .containsExactlyInAnyOrder(
            "logs",
            "nameservice",
            "dispatcher",
            "monitoring",
            "worker-hash",
            "worker-random_fact",
            "client");
    assertThat(file.text).contains("Not active: off.");
  }

  @Test
  void whatTheEntrySaysIsWhatItsContainersGet() {
    WorkerEntry entry =
        new WorkerEntry(
            new TaskType("hash"),
            true,
            "first\nsecond: # \u2028",
            4,
            8,
            true,
            null,
            null,
            null,
            null,
            "1g",
            0.5,
            new TreeMap<>(Map.of("B", "it's \"5 $HOME\"\n# ü😀\u007f", "A", "yes")));

    Yml file = generate(entry);

    assertThat(file.text).contains("# from workers.json: hash, first second: #\n");
    assertThat(file.service("worker-hash"))
        .containsEntry("command", List.of("hash"))
        .containsEntry("deploy", Map.of("replicas", 4))
        .containsEntry("mem_limit", "1g")
        .containsEntry("cpus", 0.5)
        .containsEntry(
            "environment",
            withTraces(
                Map.of(
                    "TASKNET_NAMESERVICE_URL",
                    "http://nameservice:5001",
                    "TASKNET_CONCURRENCY",
                    "8",
                    "A",
                    "yes",
                    "B",
                    "it's \"5 $$HOME\"\n# ü😀\u007f")));
  }

  @Test
  void whatTheEntryLeavesOutHasADefault() {
    assertThat(generate(HASH).service("worker-hash"))
        .containsEntry("deploy", Map.of("replicas", 1))
        .containsEntry("mem_limit", "256m")
        .containsEntry("cpus", 1.0)
        .containsEntry(
            "environment",
            withTraces(Map.of("TASKNET_NAMESERVICE_URL", "http://nameservice:5001")));
  }

  @Test
  void whereSpansGoIsHandedOnToThoseThatMakeThem() {
    Yml file = generate(HASH);

    assertThat(environment(file, "dispatcher")).containsAll(TRACES);
    for (String other : List.of("nameservice", "monitoring", "client")) {
      assertThat(environment(file, other)).doesNotContainAnyElementsOf(TRACES);
    }
  }

  private static Set<Object> environment(Yml file, String service) {
    return new HashSet<>(
        ((Map<?, ?>) file.service(service).getOrDefault("environment", Map.of())).keySet());
  }

  private static Map<String, Object> withTraces(Map<String, Object> own) {
    Map<String, Object> all = new TreeMap<>(own);
    TRACES.forEach(name -> all.put(name, "${" + name + ":-}"));
    return all;
  }

  @Test
  void theScaleThatIsGivenGoesBeforeTheFile() {
    ComposeChoices.readScale("hash=3", scale);

    Yml file = generate(HASH);

    assertThat(file.service("worker-hash")).containsEntry("deploy", Map.of("replicas", 3));
    assertThat(file.text).contains("deploy: {replicas: 3} # from --scale");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hash", "hash=", "=3", "hash=x", "hash=-1", "hash=0", "hash=1001", "h 1=2"})
  void aScaleThatIsNoneIsRefused(String given) {
    assertThatThrownBy(() -> ComposeChoices.readScale(given, scale))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void aScaleOfAnUnknownTypeNamesTheTypesThatThereAre() {
    ComposeChoices.readScale("hsah=3", scale);

    assertThatThrownBy(() -> generate(HASH, WorkerEntry.of(new TaskType("sum"))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage(
            "--scale: 'hsah' is not allowed; it must be an active type of workers.json: hash, sum");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TASKNET_NAMESERVICE_URL", "TASKNET_CONCURRENCY", "TASKNET_WORKER_ID", "LOG_DIR"})
  void aVariableOfTheGeneratorIsNotTheEntrys(String variable) {
    WorkerEntry entry =
        new WorkerEntry(
            new TaskType("hash"),
            true,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new TreeMap<>(Map.of(variable, "x")));

    assertThatThrownBy(() -> generate(entry))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith(
            "hash.environment: '"
                + variable
                + "' is not allowed; it must be a variable that the compose file does not set itself");
  }

  @Test
  void onlyTwoPortsAreOpenAndOnlyToThisMachine() {
    Yml file = generate(HASH);

    assertThat(file.all("ports"))
        .containsExactlyInAnyOrder(
            "dispatcher=[127.0.0.1:${TASKNET_DISPATCHER_PORT:-4000}:4000]",
            "monitoring=[127.0.0.1:${TASKNET_MONITORING_PORT:-8080}:8080]");
  }

  @Test
  void publishedTheyAreOpenToAll() {
    publish = true;

    assertThat(generate(HASH).all("ports"))
        .containsExactlyInAnyOrder(
            "dispatcher=[0.0.0.0:${TASKNET_DISPATCHER_PORT:-4000}:4000]",
            "monitoring=[0.0.0.0:${TASKNET_MONITORING_PORT:-8080}:8080]");
  }

  @Test
  void onlyMonitoringHasTheDockerSocket() {
    assertThat(generate(HASH).all("volumes"))
        .filteredOn(volumes -> volumes.contains("docker.sock"))
        .singleElement()
        .asString()
        .startsWith("monitoring=")
        .contains("${TASKNET_DOCKER_SOCKET:-/var/run/docker.sock}:/var/run/docker.sock:ro");
  }

  @Test
  void workersGetTheHandlersOfTheCheckoutOrThoseThatAreNamed() {
    assertThat(generate(HASH).service("worker-hash").get("volumes"))
        .asString()
        .contains("source=${TASKNET_HANDLERS:-./handlers}");
  }

  @Test
  void everyContainerIsContained() {
    Yml file = generate(HASH);

    assertThat(file.services().keySet())
        .allSatisfy(
            name ->
                assertThat(file.service(name))
                    .as(name)
                    .containsEntry("read_only", true)
                    .containsEntry("init", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"))
                    .containsEntry("pids_limit", 512)
                    .containsEntry("pull_policy", "never")
                    .containsKeys("mem_limit", "cpus", "logging", "tmpfs")
                    .doesNotContainKeys("container_name", "privileged"));
    assertThat(file.all("cap_add"))
        .containsExactlyInAnyOrder("logs=[FOWNER, CHOWN]", "monitoring=[SETUID, SETGID, KILL]");
  }

  @Test
  void allServicesWaitForTheLogFolderAndForNothingElse() {
    Yml file = generate(HASH);

    assertThat(file.all("depends_on"))
        .hasSize(4)
        .allSatisfy(
            line ->
                assertThat(line).endsWith("={logs={condition=service_completed_successfully}}"));
  }

  @Test
  void noImageIsBuiltTwice() {
    Yml file = generate(HASH, WorkerEntry.of(new TaskType("sum")));

    List<@Nullable Object> built = new ArrayList<>();
    for (String name : file.services().keySet()) {
      if (file.service(name).containsKey("build")) {
        built.add(file.service(name).get("image"));
      }
    }
    assertThat(built).hasSize(5).doesNotHaveDuplicates();
    assertThat(file.all("image"))
        .allSatisfy(line -> assertThat(built).contains(line.substring(line.indexOf('=') + 1)));
  }

  @Test
  void aWorkersFileElsewhereIsMountedFromThere() {
    ComposeChoices elsewhere =
        new ComposeChoices("./tasknet compose", "../fleets/my $ \"a\".json", "..", scale, false);

    Yml file = new Yml(new ComposeFile(new WorkersFile(null, List.of(HASH)), elsewhere).text());

    assertThat(file.all("volumes"))
        .filteredOn(volumes -> volumes.contains("source=../fleets/my $$ \"a\".json"))
        .hasSize(2);
    assertThat(file.service("dispatcher").get("build")).asString().contains("context=..");
  }

  private Yml generate(WorkerEntry... entries) {
    ComposeChoices choices =
        new ComposeChoices("./tasknet compose", "workers.json", ".", scale, publish);
    return new Yml(new ComposeFile(new WorkersFile(null, List.of(entries)), choices).text());
  }

  /** The file as Compose reads it, merged. */
  private record Yml(String text, Map<String, Object> root) {
    Yml(String text) {
      this(text, map(new Load(LoadSettings.builder().build()).loadFromString(text)));
    }

    Map<String, Object> services() {
      return map(root.get("services"));
    }

    Map<String, Object> service(String name) {
      return merged(map(services().get(name)));
    }

    /** {@code service=value} for each service that has the key. */
    List<String> all(String key) {
      return services().keySet().stream()
          .filter(name -> service(name).containsKey(key))
          .map(name -> name + '=' + service(name).get(key))
          .toList();
    }

    /** {@code <<} is not YAML 1.2, and left to whoever reads it. */
    private static Map<String, Object> merged(Map<String, Object> own) {
      Map<String, Object> all = new TreeMap<>();
      if (own.get("<<") != null) {
        all.putAll(merged(map(own.get("<<"))));
      }
      own.forEach(
          (key, value) -> all.put(key, value instanceof Map<?, ?> ? merged(map(value)) : value));
      all.remove("<<");
      return all;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
      assertThat(value).isInstanceOf(Map.class);
      return (Map<String, Object>) java.util.Objects.requireNonNull(value);
    }
  }
}
