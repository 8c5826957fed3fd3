package tasknet.process;

import java.io.IOException;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import tasknet.http.PortTakenException;
import tasknet.logging.ServiceLog;
import tasknet.runtime.SettingsException;

/**
 * The whole program of one service. It exits 2 when the settings are wrong, 1 when the service
 * cannot start or does not stop cleanly, and 0 after a clean stop on SIGTERM or SIGINT.
 */
public final class ServiceProcess {
  private static final int WRONG_SETTINGS = 2;
  private static final int FAILED = 1;

  private final ServiceLog log;
  private final Service service;
  private final Object startOrStop = new Object();
  private volatile int exitCode;

  private ServiceProcess(ServiceLog log, Service service) {
    this.log = log;
    this.service = service;
  }

  /**
   * Runs a service until a signal ends the process; returns only while it does.
   *
   * @param name the service's, also of its log file
   * @param args must be empty
   * @param settings reads the environment; may throw {@link SettingsException}
   * @param wiring makes the service from its settings and its log
   */
  public static <S extends ServiceSettings> void run(
      String name,
      String[] args,
      Map<String, String> environment,
      Function<Map<String, String>, S> settings,
      BiFunction<S, Logger, ? extends Service> wiring) {
    if (args.length > 0) {
      exit(WRONG_SETTINGS, name + " takes no arguments; environment variables set it up");
      return;
    }
    run(_ -> name, () -> settings.apply(environment), wiring);
  }

  /**
   * Runs a service that is named after its settings.
   *
   * @param settings reads them; may throw {@link SettingsException}
   */
  public static <S extends ServiceSettings> void run(
      Function<S, String> name,
      Supplier<S> settings,
      BiFunction<S, Logger, ? extends Service> wiring) {
    try {
      S read = settings.get();
      ServiceLog log = ServiceLog.open(name.apply(read), read.logFolder(), read.logLevel());
      new ServiceProcess(log, wiring.apply(read, log.logger())).serve();
    } catch (SettingsException e) {
      exit(WRONG_SETTINGS, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      exit(FAILED, "cannot open the log in LOG_DIR: " + e);
    }
  }

  private static void exit(int code, String message) {
    System.err.println(message);
    System.exit(code);
  }

  private void serve() {
    Logger logger = log.logger();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> logger.error("thread {} ended by a fault", thread.getName(), e));
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    } catch (IllegalStateException e) {
      return; // a signal came before it was asked for
    }
    if (started(logger)) {
      logger.error("cannot go on: {}", service.failure().toCompletableFuture().join());
    }
    exitCode = FAILED;
    System.exit(FAILED);
  }

  private boolean started(Logger logger) {
    synchronized (startOrStop) {
      try {
        service.start();
        return true;
      } catch (PortTakenException e) {
        logger.error("cannot start: {}; TASKNET_HTTP_PORT chooses another", e.getMessage());
      } catch (IOException e) {
        logger.error("cannot start: {}", e.toString());
      } catch (RuntimeException e) {
        logger.error("cannot start", e);
      }
      return false;
    }
  }

  /** The shutdown hook. Halts, because a JVM that a signal ends would otherwise exit 143. */
  private void stop() {
    synchronized (startOrStop) {
      try {
        service.close();
      } catch (RuntimeException e) {
        log.logger().error("did not stop cleanly", e);
        exitCode = FAILED;
      }
    }
    log.close();
    Runtime.getRuntime().halt(exitCode);
  }
}
