package tasknet.monitoring.containers;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the engine that goes on. Unlike docker-java's own template it also closes one whose
 * beginning comes after the close, and does not take the interrupt of the close for an error.
 */
final class DockerStream<T> implements ResultCallback<T> {
  private final Consumer<T> next;
  private final Consumer<@Nullable Throwable> ended;
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private @Nullable Closeable stream;
  private boolean over;

  /**
   * @param ended told once, with the cause if there is one, when the engine ended it; not when it
   *     was closed here
   */
  DockerStream(Consumer<T> next, Consumer<@Nullable Throwable> ended) {
    this.next = next;
    this.ended = ended;
  }

  /** Completes when the answer begins: true, or false when it ended before, or with the failure. */
  CompletionStage<Boolean> started() {
    return started.minimalCompletionStage();
  }

  @Override
  public void onStart(Closeable answer) {
    synchronized (this) {
      if (!over) {
        stream = answer;
        started.complete(true);
        return;
      }
    }
    close(answer);
  }

  @Override
  public void onNext(T item) {
    next.accept(item);
  }

  @Override
  public void onError(Throwable failure) {
    finish(failure);
  }

  @Override
  public void onComplete() {
    finish(null);
  }

  @Override
  public void close() {
    Closeable open;
    synchronized (this) {
      over = true;
      open = stream;
      stream = null;
    }
    started.complete(false);
    if (open != null) {
      close(open);
    }
  }

  private void finish(@Nullable Throwable failure) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      stream = null;
    }
    if (failure == null) {
      started.complete(false);
    } else {
      started.completeExceptionally(failure);
    }
    ended.accept(failure);
  }

  private static void close(Closeable answer) {
    try {
      answer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
