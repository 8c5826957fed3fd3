package tasknet.devtools.doctor;

import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/** One thing to look at. It changes nothing, and takes seconds at most. */
public interface Check {
  /** What is looked at, in one or two words. */
  String name();

  /** Looks; never throws because of what it finds. */
  Finding look() throws InterruptedException;

  /** The worse of the two ends of a number: too little fails, little warns. */
  static Finding ofLeast(long given, long least, long comfortable, String what, String advice) {
    if (given < least) {
      return new Fail(what, advice);
    }
    return given < comfortable ? new Warn(what, advice) : new Ok(what);
  }
}
