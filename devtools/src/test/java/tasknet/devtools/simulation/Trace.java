package tasknet.devtools.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** What happened in a history, in order. It costs time, so it is only kept when asked for. */
final class Trace {
  private static final double SECOND = 1e9;

  private final VirtualTime time;
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();

  Trace(VirtualTime time, boolean kept) {
    this.time = time;
    this.kept = kept;
  }

  boolean isKept() {
    return kept;
  }

  void add(String what, Object... values) {
    if (kept) {
      lines.add(
          String.format(Locale.ROOT, "%12.6f ", time.nanoTime() / SECOND)
              + MessageFormatter.basicArrayFormat(what, values));
    }
  }

  List<String> lines() {
    return lines;
  }

  /** The log of a process; what it logs as an error is also told to {@code onError}. */
  AbstractLogger log(String process, java.util.function.Consumer<String> onError) {
    return new Log(process, onError);
  }

  private final class Log extends AbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient java.util.function.Consumer<String> onError;

    Log(String process, java.util.function.Consumer<String> onError) {
      this.name = process;
      this.onError = onError;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] values,
        @Nullable Throwable cause) {
      String text = MessageFormatter.basicArrayFormat(message, values);
      if (cause != null) {
        StackTraceElement[] stack = cause.getStackTrace();
        text += ": " + cause + (stack.length == 0 ? "" : " at " + stack[0]);
      }
      add("{} {} {}", name, level, text);
      if (level == Level.ERROR) {
        onError.accept(name + ": " + text);
      }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return kept;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
      return kept;
    }

    @Override
    public boolean isInfoEnabled() {
      return kept;
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
      return kept;
    }

    @Override
    public boolean isWarnEnabled() {
      return kept;
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
      return kept;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
      return true;
    }
  }
}
