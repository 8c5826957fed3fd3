package tasknet.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.logging.Level;
import org.slf4j.Logger;

/** Tells the service's log when spans begin to be lost, and when they are taken again. */
final class ReportingExporter implements SpanExporter {
  /**
   * The library would tell each failure on the console. Held, else the setting may be forgotten.
   */
  private static final java.util.logging.Logger OF_LIBRARY =
      java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

  private final SpanExporter exporter;
  private final String endpoint;
  private final Logger log;
  private final Object lock = new Object();
  private long lost;

  ReportingExporter(SpanExporter exporter, String endpoint, Logger log) {
    this.exporter = exporter;
    this.endpoint = endpoint;
    this.log = log;
    OF_LIBRARY.setLevel(Level.OFF);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> ended(result, count));
  }

  private void ended(CompletableResultCode result, int count) {
    synchronized (lock) {
      if (result.isSuccess()) {
        if (lost > 0) {
          log.info("spans are exported again lost={} endpoint={}", lost, endpoint);
          lost = 0;
        }
      } else {
        if (lost == 0) {
          String cause = String.valueOf(result.getFailureThrowable());
          log.warn("spans cannot be exported and are lost endpoint={} cause={}", endpoint, cause);
        }
        lost += count;
      }
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
