package tasknet.monitoring.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer in pieces, as they come, of which one at a time is held. Whoever closes it
 * before its end hangs up.
 */
final class Pieces implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  private record Piece(List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

  // The one that was asked for, and the end.
  private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(2);
  private Flow.@Nullable Subscription subscription;
  private boolean closed;
  private boolean ended;

  /**
   * The next piece.
   *
   * @return empty when none came within the wait, or all was read
   * @throws IOException if the answer breaks off
   */
  List<ByteBuffer> next(Duration wait) throws IOException, InterruptedException {
    Piece piece = ended ? null : pieces.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    if (piece == null) {
      return List.of();
    }
    if (piece.failure() != null) {
      ended = true;
      throw new IOException("the answer broke off: " + piece.failure(), piece.failure());
    }
    ended = piece.last();
    if (!ended) {
      more();
    }
    return piece.bytes();
  }

  /** Whether all was read. */
  boolean ended() {
    return ended;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    pieces.add(new Piece(bytes, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece(List.of(), true, null));
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private synchronized void more() {
    if (subscription != null && !closed) {
      subscription.request(1);
    }
  }
}
