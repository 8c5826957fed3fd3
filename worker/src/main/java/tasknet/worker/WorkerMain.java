package tasknet.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import tasknet.http.PortTakenException;
import tasknet.logging.ServiceLog;
import tasknet.runtime.SettingsException;

/** Runs a worker; its arguments are the task types. Exits with 0, 1 (failed) or 2 (settings). */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] arguments) {
    try {
      Map<String, String> environment = System.getenv();
      run(
          WorkerSettings.read(
              environment, Handlers.onClassPath(), List.of(arguments), process(environment)));
    } catch (SettingsException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void run(WorkerSettings settings) throws IOException {
    ServiceLog serviceLog =
        ServiceLog.open(settings.service(), settings.logFolder(), settings.logLevel());
    Logger log = serviceLog.logger();
    Worker worker = new Worker(settings, InstantSource.system(), log);
    AtomicInteger status = new AtomicInteger();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      worker.close();
                      serviceLog.close();
                      Runtime.getRuntime().halt(status.get());
                    }));
    try {
      worker.start();
    } catch (UncheckedIOException | PortTakenException e) {
      log.error("worker cannot start: {}", e.getMessage());
      exit(1, status);
    } catch (RuntimeException e) {
      log.error("worker cannot start", e);
      exit(1, status);
    }
    worker.failure().toCompletableFuture().join();
    exit(1, status);
  }

  private static void exit(int code, AtomicInteger status) {
    status.set(code);
    System.exit(code);
  }

  private static String process(Map<String, String> environment) {
    return environment.getOrDefault("HOSTNAME", hostName()) + '-' + ProcessHandle.current().pid();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "host";
    }
  }
}
