package tasknet.devtools.doctor;

import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/**
 * How arguments and names of files are read.
 *
 * @param encoding the system's, as Java names it
 */
public record EncodingCheck(String encoding) implements Check {
  /** That of this process. */
  public static EncodingCheck ofProcess() {
    return new EncodingCheck(System.getProperty("sun.jnu.encoding", "not known"));
  }

  @Override
  public String name() {
    return "Encoding";
  }

  @Override
  public Finding look() {
    return encoding.equalsIgnoreCase("UTF-8")
        ? new Ok(encoding)
        : new Warn(encoding, "letters beyond ASCII get lost in arguments; export LC_ALL=C.UTF-8");
  }
}
