package tasknet.dispatcher.store;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a store tells; it is asked again only when it was changed. */
public final class UntilChanged<T> {
  private record Told<T>(T value, long asOf) {}

  private final LongSupplier changes;
  private final Supplier<T> question;
  private @Nullable Told<T> last;

  /**
   * @param changes how many changes the store has carried out
   */
  public UntilChanged(LongSupplier changes, Supplier<T> question) {
    this.changes = changes;
    this.question = question;
  }

  /** As it is now. */
  public synchronized T now() {
    long now = changes.getAsLong(); // first: what comes meanwhile is found the next time
    Told<T> told = last;
    if (told == null || told.asOf() != now) {
      told = new Told<>(question.get(), now);
      last = told;
    }
    return told.value();
  }
}
