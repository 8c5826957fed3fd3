package tasknet.cli;

/** What a command tells the shell that started it. */
public final class ExitCodes {
  /** Done. */
  public static final int DONE = 0;

  /** The task ended without a result or is not known, or the dispatcher refused. */
  public static final int FAILED = 1;

  /** The command line, or a value that it gives, is not allowed. */
  public static final int USAGE = 2;

  /** There is no dispatcher. */
  public static final int UNREACHABLE = 3;

  /** The task had not ended when the wait was over. */
  public static final int NO_ANSWER = 4;

  /** Ctrl-C, as shells count it. */
  public static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
