package tasknet.devtools;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import tasknet.cli.CommandEnvironment;
import tasknet.runtime.NanoClock;

/** What commands print that a test runs in its own process. */
final class Printed {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** The surroundings of a command that prints here and has no input. */
  CommandEnvironment environment(Map<String, String> variables, InstantSource clock) {
    return new CommandEnvironment(
        variables,
        InputStream.nullInputStream(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        clock,
        NanoClock.SYSTEM);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  void clear() {
    out.reset();
    err.reset();
  }
}
