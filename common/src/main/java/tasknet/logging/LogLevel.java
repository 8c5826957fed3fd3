package tasknet.logging;

/** How much is logged, from little to much. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
