package tasknet.monitoring.containers;

import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A log between the engine that tells it and whoever reads it; a slow reader slows the engine. */
final class DockerLog implements LogReader {
  private static final int PIECES = 256;
  private static final byte[] NOTHING = {};

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
  private final Function<Throwable, String> reason;
  private volatile @Nullable DockerStream<Frame> stream;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean ended;

  DockerLog(Function<Throwable, String> reason) {
    this.reason = reason;
  }

  void opened(DockerStream<Frame> opened) {
    stream = opened;
  }

  void add(Frame frame) {
    try {
      pieces.put(frame.getPayload().clone()); // docker-java uses the array again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it was closed
    }
  }

  void end(@Nullable Throwable cause) {
    failure = cause;
    complete = true;
    var _ = pieces.offer(NOTHING); // wakes a reader; one that finds pieces needs none
  }

  @Override
  public byte[] next(Duration wait) throws IOException, InterruptedException {
    byte[] piece = complete ? pieces.poll() : pieces.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    if (piece != null && piece.length > 0) {
      return piece;
    }
    if (complete && pieces.isEmpty()) {
      ended = true;
      Throwable cause = failure;
      if (cause != null) {
        throw new EngineAwayException(reason.apply(cause));
      }
    }
    return NOTHING;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void close() {
    DockerStream<Frame> open = stream;
    if (open != null) {
      open.close();
    }
  }
}
