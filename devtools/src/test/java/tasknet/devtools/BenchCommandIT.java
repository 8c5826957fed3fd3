package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tasknet.devtools.bench.Mode;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** {@code tasknet bench}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchCommandIT {
  private static final String WORKERS =
      "{\"workers\":[{\"name\":\"reverse\",\"active\":true},{\"name\":\"sum\",\"active\":true}]}";

  private final Printed printed = new Printed();

  private LocalCluster running;
  private URI dispatcher;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path file = java.nio.file.Files.writeString(folder.resolve("workers.json"), WORKERS);
    running =
        new LocalCluster(
            LocalCluster.Ports.FREE,
            file,
            Map.of(
                "TASKNET_DATA_DIR", folder.resolve("data").toString(),
                "LOG_DIR", folder.resolve("logs").toString()));
    dispatcher = running.start().dispatcher();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aClusterOfProcessesIsMeasuredAndNothingIsLeftOfIt(@TempDir Path data) {
    int code =
        bench(
            "--mode call --window 2 --tasks 20 --warmup 0 --loss 0.1 --workers 2 --json --data "
                + data);

    JsonNode report = Json.mapper().readTree(printed.out());
    JsonNode result = report.path("result");
    assertThat(code).as(printed.err()).isZero();
    assertThat(report.path("plan").path("mode").asString()).isEqualTo("call");
    assertThat(result.path("completed").asInt()).isEqualTo(20);
    assertThat(result.path("rate").asDouble()).isPositive();
    assertThat(result.path("latency").path("p999").asDouble())
        .isGreaterThanOrEqualTo(result.path("latency").path("p50").asDouble())
        .isPositive();
    assertThat(result.path("cpuPerTask").asDouble()).isPositive();
    assertThat(result.path("clientCpuPerTask").asDouble()).isPositive();
    for (String part : new String[] {"cpu", "peakMemory"}) {
      assertThat(result.path(part).propertyNames())
          .containsExactly("nameservice", "dispatcher", "worker-1", "worker-2");
    }
    assertThat(data).isEmptyDirectory();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyModeGetsItsResults(Mode mode) {
    int code =
        bench("--mode " + mode + " --window 4 --tasks 50 --warmup 0.01 --durable false" + url());

    assertThat(code).isZero();
    assertThat(printed.out())
        .contains("50 results")
        .containsPattern("failed +none")
        .contains("not durable");
  }

  @ParameterizedTest
  @CsvSource({
    "call,task-failed invalid-payload DEAD",
    "async,invalid-payload DEAD",
    "stream,invalid-payload"
  })
  void failuresAreCountedByTheirCause(String mode, String cause) {
    int code = bench("--mode " + mode + " --type sum --tasks 5 --warmup 0" + url());

    assertThat(code).isEqualTo(1);
    assertThat(printed.out()).containsPattern("failed +5: 5 " + cause);
  }

  @Test
  void withARateTasksAreHandedInAtTheirTimes() {
    int code = bench("--rate 100 --tasks 30 --warmup 0 --json" + url());

    JsonNode result = Json.mapper().readTree(printed.out()).path("result");
    assertThat(code).isZero();
    assertThat(result.path("seconds").asDouble()).isGreaterThanOrEqualTo(0.29);
  }

  @ParameterizedTest
  @CsvSource({
    "--loss 1,--loss",
    "--window 0,--window",
    "--tasks 0,--tasks",
    "--seconds 0,--seconds",
    "--rate -1,--rate",
    "--payload-size -1,--payload-size",
    "--url nowhere,--url",
    "--url http://localhost:1 --loss 0.1,--loss",
    "--mode slow,--mode"
  })
  void whatIsNotAllowedIsNamed(String options, String named) {
    assertThat(bench(options)).isEqualTo(2);
    assertThat(printed.err()).contains(named).hasLineCount(1);
  }

  @Test
  void whereNobodyAnswersIsUnreachable() {
    assertThat(bench("--url http://localhost:1")).isEqualTo(3);
  }

  private String url() {
    return " --url " + dispatcher;
  }

  private int bench(String options) {
    printed.clear();
    return TasknetMain.run(
        printed.environment(Map.of(), InstantSource.system()), ("bench " + options).split(" "));
  }
}
