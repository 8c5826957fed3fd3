package tasknet.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tasknet.runtime.NanoClock;

/**
 * What surrounds a command: everything that it reads or writes besides its arguments.
 *
 * @param variables the environment variables
 * @param terminal whether a person sits in front of it: neither input nor output is redirected
 * @param clock for the age of tasks
 * @param nanoClock for latencies
 */
public record CommandEnvironment(
    Map<String, String> variables,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    InstantSource clock,
    NanoClock nanoClock) {

  public CommandEnvironment {
    variables = Map.copyOf(variables);
  }

  /**
   * The surroundings of this process. Output is UTF-8 whatever the locale: containers often have
   * none, and results would lose their letters.
   */
  public static CommandEnvironment ofProcess(Map<String, String> variables) {
    return new CommandEnvironment(
        variables,
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(),
        InstantSource.system(),
        NanoClock.SYSTEM);
  }

  /** The same surroundings with another input. */
  CommandEnvironment withIn(InputStream other) {
    return new CommandEnvironment(variables, other, out, err, terminal, clock, nanoClock);
  }

  /** The same surroundings with one variable set. */
  CommandEnvironment withVariable(String name, String value) {
    Map<String, String> more = new HashMap<>(variables);
    more.put(name, value);
    return new CommandEnvironment(more, in, out, err, terminal, clock, nanoClock);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
