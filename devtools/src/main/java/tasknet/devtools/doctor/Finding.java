package tasknet.devtools.doctor;

/** What a check found. */
public sealed interface Finding {
  /** As it is. */
  String what();

  /** All is well, or it does not matter here. */
  record Ok(String what) implements Finding {}

  /**
   * Something does not work, or not well.
   *
   * @param advice what to do
   */
  record Warn(String what, String advice) implements Finding {}

  /**
   * Tasknet will not run.
   *
   * @param advice what to do
   */
  record Fail(String what, String advice) implements Finding {}
}
