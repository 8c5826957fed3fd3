package tasknet.dispatcher.task;

import org.jspecify.annotations.Nullable;
import tasknet.task.TypeStatus;

/**
 * What people have changed of one type at run time; it goes before {@code workers.json}.
 *
 * @param paused whether none of its tasks begins
 * @param limits those that were set; what is null there is as the file says
 */
public record TypeOverride(boolean paused, TypeStatus.Limits limits) {
  /** Nothing was changed. */
  public static final TypeOverride NONE = new TypeOverride(false, TypeStatus.Limits.NONE);

  /** The same, paused or not. */
  public TypeOverride paused(boolean now) {
    return new TypeOverride(now, limits);
  }

  /** The same with other limits. */
  public TypeOverride limits(TypeStatus.Limits now) {
    return new TypeOverride(paused, now);
  }

  /** The limits that hold for a type of which the file says this. */
  public TypeStatus.Limits over(TypeRule rule) {
    return new TypeStatus.Limits(
        first(limits.running(), rule.running()),
        first(limits.startsPerSecond(), rule.startsPerSecond()),
        first(limits.waiting(), rule.waiting()));
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
    return one == null ? other : one;
  }
}
