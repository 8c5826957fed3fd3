package tasknet.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.http.ProblemException;
import tasknet.task.SchedulePage;
import tasknet.task.ScheduleStatus;

/**
 * The schedules of a dispatcher; see {@link TasknetClient#schedules()}. What is asked for by a name
 * that is not known answers empty.
 */
public final class Schedules {
  private static final String PATH = "/schedules";

  private final Calls calls;

  Schedules(Calls calls) {
    this.calls = calls;
  }

  /**
   * Makes a schedule; making the same again changes nothing.
   *
   * @throws ProblemException with the code {@code name-taken} if another one has the name
   */
  public ScheduleStatus add(ScheduleSubmission schedule) throws InterruptedException {
    return calls.send("POST", PATH, schedule, ScheduleStatus.class);
  }

  /** Makes a schedule in place of the one of that name, if there is one. */
  public ScheduleStatus put(ScheduleSubmission schedule) throws InterruptedException {
    return calls.send("PUT", path(schedule.name()), schedule, ScheduleStatus.class);
  }

  /** A schedule with its next five ticks and its last run. */
  public Optional<ScheduleStatus> find(String name) throws InterruptedException {
    return ifKnown("GET", path(name));
  }

  /**
   * One page of schedules, by name, each with its next tick.
   *
   * @param cursor {@link SchedulePage#next()} of the page before; null for the first page
   */
  public SchedulePage list(@Nullable String cursor) throws InterruptedException {
    String after = cursor == null ? "" : "?cursor=" + encoded(cursor);
    return calls.get(PATH + after, SchedulePage.class);
  }

  /** Ends its ticks until it is resumed; those of the time between are not made up for. */
  public Optional<ScheduleStatus> pause(String name) throws InterruptedException {
    return ifKnown("POST", path(name) + "/pause");
  }

  /** Lets it tick again, from now on. */
  public Optional<ScheduleStatus> resume(String name) throws InterruptedException {
    return ifKnown("POST", path(name) + "/resume");
  }

  /** Removes it; its tasks stay. Answers what it was. */
  public Optional<ScheduleStatus> delete(String name) throws InterruptedException {
    return ifKnown("DELETE", path(name));
  }

  private Optional<ScheduleStatus> ifKnown(String method, String path) throws InterruptedException {
    return calls.ifKnown(method, path, ScheduleStatus.class);
  }

  private static String path(String name) {
    return PATH + "/" + encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
