package tasknet.devtools.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.dispatcher.DispatcherMain;
import tasknet.nameservice.NameserviceMain;
import tasknet.worker.WorkerMain;

/**
 * A cluster of separate processes on loopback: nameservice, dispatcher and workers of one type,
 * with data and logs in a folder that goes with them. To be closed by any thread.
 */
public final class BenchCluster implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /**
   * What it is made of.
   *
   * @param type that the workers run
   * @param loss the probability with which a datagram between dispatcher and workers is lost
   * @param parent of the folder
   * @param environment what all services are told
   */
  public record Options(
      String type,
      int workers,
      double loss,
      Path parent,
      List<String> javaOptions,
      Map<String, String> environment) {}

  private final Options options;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<BenchProcess> processes = new ArrayList<>();
  private boolean closed;

  public BenchCluster(Options options) {
    this.options = options;
  }

  /**
   * Returns when the dispatcher can give tasks to all workers.
   *
   * @return the dispatcher's address
   * @throws IOException if a process does not start
   */
  public URI start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(options.parent(), "tasknet-bench-");
    keep(() -> delete(folder));
    int nameservicePort = freePort();
    int dispatcherPort = freePort();
    String nameservice = "http://localhost:" + nameservicePort;
    start(
        "nameservice",
        folder,
        Map.of(
            "TASKNET_HTTP_PORT",
            "" + nameservicePort,
            "TASKNET_DATA_DIR",
            folder.resolve("registry").toString()),
        NameserviceMain.class);
    start(
        "dispatcher",
        folder,
        Map.of(
            "TASKNET_HTTP_PORT",
            "" + dispatcherPort,
            "TASKNET_NAMESERVICE_URL",
            nameservice,
            "TASKNET_DATA_DIR",
            folder.resolve("store").toString()),
        DispatcherMain.class);
    for (int number = 1; number <= options.workers(); number++) {
      startWorker("worker-" + number, folder, nameservice);
    }
    URI dispatcher = URI.create("http://localhost:" + dispatcherPort);
    awaitWorkers(dispatcher);
    return dispatcher;
  }

  /** Its processes. */
  List<BenchProcess> processes() {
    return processes;
  }

  /** Ends all processes, and removes the folder. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("the cluster was not removed: " + e.getMessage(), e);
      }
    }
  }

  private void startWorker(String name, Path folder, String nameservice) throws IOException {
    Map<String, String> told = new HashMap<>();
    told.put("TASKNET_WORKER_ID", name);
    told.put("TASKNET_HTTP_PORT", "0");
    told.put("TASKNET_NAMESERVICE_URL", nameservice);
    if (options.loss() > 0) {
      LossyPath path = new LossyPath(options.loss());
      keep(path);
      told.put("TASKNET_UDP_PORT", "" + path.start());
      told.put("TASKNET_BIND_ADDRESS", LossyPath.WORKER);
      told.put("TASKNET_ADVERTISE_HOST", LossyPath.ENTRANCE);
    } else {
      told.put("TASKNET_UDP_PORT", "0");
    }
    start(name, folder, told, WorkerMain.class, options.type());
  }

  private void start(
      String name, Path folder, Map<String, String> more, Class<?> main, String... arguments)
      throws IOException {
    Map<String, String> told = new HashMap<>(options.environment());
    told.put("LOG_DIR", folder.resolve("logs").toString());
    told.putAll(more);
    BenchProcess process =
        BenchProcess.start(name, folder, options.javaOptions(), told, main, arguments);
    keep(process);
    processes.add(process);
  }

  /** A signal may have closed it while it starts: nothing is to be left then. */
  private synchronized void keep(AutoCloseable part) throws IOException {
    opened.push(part);
    if (closed) {
      close();
      throw new IOException("stopped while it was starting");
    }
  }

  private void awaitWorkers(URI dispatcher) throws IOException, InterruptedException {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    try (TasknetClient client = new TasknetClient(dispatcher)) {
      while (!areReady(client)) {
        for (BenchProcess process : processes) {
          if (!process.isAlive()) {
            throw new IOException(process.name() + " has ended: " + process.lastWords());
          }
        }
        if (System.nanoTime() - until > 0) {
          throw new IOException(
              "not all were ready within " + READY_WITHIN.toMinutes() + " minutes");
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private boolean areReady(TasknetClient client) throws InterruptedException {
    try {
      return client.workers().workers().stream().filter(worker -> worker.free() > 0).count()
          == options.workers();
    } catch (UnreachableException e) {
      return false;
    }
  }

  /** Below those that the system gives to connections, one of which could else come first. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
        return port;
      } catch (java.net.BindException e) {
        // Taken: try another.
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
