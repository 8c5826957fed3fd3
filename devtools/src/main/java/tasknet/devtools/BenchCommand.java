package tasknet.devtools;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasknet.cli.CommandEnvironment;
import tasknet.client.UnreachableException;
import tasknet.devtools.bench.Bench;
import tasknet.devtools.bench.BenchCluster;
import tasknet.devtools.bench.BenchPlan;
import tasknet.devtools.bench.BenchResult;
import tasknet.devtools.bench.BenchTable;
import tasknet.devtools.bench.Mode;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/** {@code tasknet bench}. */
@Command(
    name = "bench",
    description = {
      "Measure how fast tasks go through a cluster of processes.",
      "The cluster is started for it on loopback, and removed afterwards."
    },
    footer = {"", "docs/performance.md says how to measure, and what was."})
final class BenchCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WINDOW = 64;

  /** As many lines of a bulk as the dispatcher takes before it answers one. */
  private static final int BULK_WINDOW = 10_000;

  private final CommandEnvironment environment;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "call: POST /task on N connections; async: POST /tasks, then GET; "
              + "stream: POST /tasks/stream, N tasks on one connection; "
              + "bulk: all in one request, one a line. Default: ${DEFAULT-VALUE}")
  private Mode mode = Mode.CALL;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Tasks under way at the same time (64; bulk: 10000).")
  private @Nullable Integer window;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      description = "Measure N tasks, however long they take.")
  private @Nullable Long tasks;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Measure for so long, unless --tasks. Default: ${DEFAULT-VALUE}")
  private double seconds = 10;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      description = "Hand in tasks for so long before. Default: ${DEFAULT-VALUE}")
  private double warmUp = 5;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Hand in R tasks a second, however fast they are answered; a task's latency counts "
              + "from when it was to be handed in.")
  private @Nullable Double rate;

  @Option(
      names = "--durable",
      paramLabel = "true|false",
      arity = "1",
      description = "What each task says; as its type has it when not given.")
  private @Nullable Boolean durable;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "One whose payload may be a text. Default: ${DEFAULT-VALUE}")
  private String type = "reverse";

  @Option(
      names = "--payload-size",
      paramLabel = "N",
      description = "Characters of the payload. Default: ${DEFAULT-VALUE}")
  private int payloadSize = 33;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes. Default: ${DEFAULT-VALUE}")
  private @Nullable Integer workers;

  @Option(
      names = "--loss",
      paramLabel = "P",
      description = "Lose datagrams with this probability, for instance 0.1. On Linux only.")
  private @Nullable Double loss;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where the cluster's data is, in a folder that is removed ($TMPDIR).")
  private @Nullable Path data;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Measure the dispatcher that runs there, and start nothing.")
  private @Nullable String url;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  BenchCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    BenchPlan plan = plan();
    try {
      BenchResult result = url == null ? ofOwnCluster(plan) : new Bench(plan, address(url)).run();
      environment
          .out()
          .println(json ? Json.textOf(new Report(plan, result)) : BenchTable.of(plan, result));
      return result.failed() == 0 && result.completed() > 0 ? DONE : FAILED;
    } catch (ConnectException e) {
      throw new UnreachableException(address(String.valueOf(url)), e);
    } catch (IOException e) {
      environment.err().println("tasknet: " + e.getMessage());
      return FAILED;
    }
  }

  /** What {@code --json} prints. */
  private record Report(BenchPlan plan, BenchResult result) {}

  private BenchResult ofOwnCluster(BenchPlan plan) throws IOException, InterruptedException {
    BenchCluster.Options options =
        new BenchCluster.Options(
            type,
            workers == null ? 1 : workers,
            loss == null ? 0 : loss,
            data == null ? Path.of(System.getProperty("java.io.tmpdir")) : data,
            javaOptions(),
            services());
    try (BenchCluster cluster = new BenchCluster(options)) {
      Thread hook = Thread.ofPlatform().name("stop").unstarted(cluster::close);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        URI dispatcher = cluster.start();
        return new Bench(plan, dispatcher, cluster).run();
      } finally {
        ClusterRun.forget(hook);
      }
    }
  }

  private BenchPlan plan() {
    require(seconds > 0 && seconds <= 86_400, "--seconds", seconds, "more than 0, at most 86400");
    require(warmUp >= 0 && warmUp <= 86_400, "--warmup", warmUp, "0 to 86400");
    require(
        window == null || (window > 0 && window <= 1_000_000), "--window", window, "1 to 1000000");
    require(tasks == null || tasks > 0, "--tasks", tasks, "1 or more");
    require(rate == null || rate > 0, "--rate", rate, "more than 0");
    require(
        payloadSize >= 0 && payloadSize <= 16_000_000,
        "--payload-size",
        payloadSize,
        "0 to 16000000");
    require(loss == null || (loss >= 0 && loss < 1), "--loss", loss, "0 or more, and less than 1");
    require(workers == null || workers > 0, "--workers", workers, "1 or more");
    if (url != null) {
      require(loss == null, "--loss", loss, "left out with --url");
      require(workers == null, "--workers", workers, "left out with --url");
      require(data == null, "--data", data, "left out with --url");
    }
    return new BenchPlan(
        mode,
        window != null ? window : mode == Mode.BULK ? BULK_WINDOW : WINDOW,
        tasks,
        durable,
        new TaskType(type).name(),
        payloadSize,
        duration(warmUp),
        duration(seconds),
        rate);
  }

  private static void require(
      boolean holds, String option, @Nullable Object given, String allowed) {
    if (!holds) {
      throw new InvalidValueException(option, String.valueOf(given), allowed);
    }
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private static URI address(String text) {
    try {
      URI address = new URI(text);
      if ("http".equals(address.getScheme())
          && address.getHost() != null
          && address.getPort() > 0) {
        return address;
      }
    } catch (URISyntaxException e) {
      // The same answer as for one that lacks something.
    }
    throw new InvalidValueException("--url", text, "an address such as http://localhost:4000");
  }

  /** What is set for services in general holds for those of the cluster, too. */
  private Map<String, String> services() {
    Map<String, String> told = new HashMap<>(environment.variables());
    told.keySet().removeIf(ClusterOptions::isOneServicesOwn);
    told.keySet().removeIf(name -> !name.startsWith("TASKNET_") && !name.startsWith("LOG_"));
    return told;
  }

  private List<String> javaOptions() {
    String given = environment.variables().getOrDefault("TASKNET_JAVA_OPTIONS", "");
    return Arrays.stream(given.split(" +")).filter(option -> !option.isEmpty()).toList();
  }
}
