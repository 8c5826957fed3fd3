package tasknet.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell on a terminal: Ctrl-C gives up the line or the command, Ctrl-D leaves. */
final class TerminalShell implements AutoCloseable {
  private final ShellLines lines;
  private final ShellCompleter completer;
  private final Terminal terminal;
  private final LineReader reader;

  TerminalShell(ShellLines lines, CommandEnvironment environment) throws IOException {
    this.lines = lines;
    this.completer = new ShellCompleter(lines.commands(), environment);
    // Without leave for native access the JVM would warn on the terminal; stty does as well.
    boolean nativeAccess = TerminalShell.class.getModule().isNativeAccessEnabled();
    this.terminal =
        TerminalBuilder.builder().system(true).ffm(nativeAccess).jni(nativeAccess).build();
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(lines.parser())
            .completer(completer)
            .variable(LineReader.HISTORY_FILE, historyFile(environment))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "   ...> ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  /** Reads and runs lines until the person leaves. */
  int run() {
    terminal.writer().println("Tab completes, help lists the commands, exit or Ctrl-D leaves.");
    boolean on = true;
    while (on) {
      try {
        String line = reader.readLine("tasknet> ");
        on = runInterruptibly(line);
      } catch (UserInterruptException e) {
        // Only this line is given up.
      } catch (EndOfFileException e) {
        on = false;
      }
    }
    return ExitCodes.DONE;
  }

  private boolean runInterruptibly(String line) {
    Thread running = Thread.currentThread();
    Terminal.SignalHandler before =
        terminal.handle(Terminal.Signal.INT, signal -> running.interrupt());
    try {
      return lines.run(line);
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
      Thread.interrupted();
    }
  }

  @Override
  public void close() throws IOException {
    completer.close();
    terminal.close();
  }

  private static Path historyFile(CommandEnvironment environment) {
    String given = environment.variables().get("TASKNET_HISTORY");
    return given == null || given.isBlank()
        ? Path.of(System.getProperty("user.home"), ".tasknet_history")
        : Path.of(given);
  }
}
