package tasknet.dispatcher.callback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.CallbackHosts;
import tasknet.runtime.Backoff;
import tasknet.runtime.Settings;

/**
 * Whether and how outcomes are told.
 *
 * @param hosts who may be told; with none, nobody is
 * @param secret what is signed with; null only when nobody is told
 * @param timeout how long a receiver may take for its answer
 * @param giveUpAfter how long after the end of a task its receiver is called for the last time
 * @param backoff the wait after a call that failed
 */
public record CallbackSettings(
    CallbackHosts hosts,
    @Nullable CallbackSecret secret,
    Duration timeout,
    Duration giveUpAfter,
    Backoff backoff) {
  private static final Backoff STANDARD =
      new Backoff(Duration.ofSeconds(1), 2, Duration.ofHours(1), 0.25);

  /** Reads them; what is wrong is reported by {@link Settings#check}. */
  public static CallbackSettings read(Settings settings) {
    CallbackHosts hosts = hosts(settings);
    CallbackSecret secret = secret(settings);
    settings.require(
        hosts.isEmpty() || secret != null,
        "TASKNET_CALLBACK_SECRET or TASKNET_CALLBACK_SECRET_FILE is needed with"
            + " TASKNET_CALLBACK_HOSTS: "
            + CallbackSecret.ALLOWED);
    return new CallbackSettings(
        hosts,
        secret,
        settings.duration("TASKNET_CALLBACK_TIMEOUT", Duration.ofSeconds(10)),
        settings.duration("TASKNET_CALLBACK_GIVE_UP_AFTER", Duration.ofHours(24)),
        STANDARD);
  }

  private static CallbackHosts hosts(Settings settings) {
    String text = settings.optionalText("TASKNET_CALLBACK_HOSTS");
    if (text != null) {
      try {
        return CallbackHosts.parse(text);
      } catch (IllegalArgumentException e) {
        settings.require(
            false,
            "TASKNET_CALLBACK_HOSTS: "
                + e.getMessage()
                + "; it must be hosts with commas between them, such as"
                + " example.org, *.example.org, localhost:8080, localhost:*");
      }
    }
    return CallbackHosts.NONE;
  }

  private static @Nullable CallbackSecret secret(Settings settings) {
    String text = settings.optionalText("TASKNET_CALLBACK_SECRET");
    Path file = settings.optionalPath("TASKNET_CALLBACK_SECRET_FILE");
    settings.require(
        text == null || file == null,
        "TASKNET_CALLBACK_SECRET and TASKNET_CALLBACK_SECRET_FILE: only one of them is allowed");
    String name = file == null ? "TASKNET_CALLBACK_SECRET" : "TASKNET_CALLBACK_SECRET_FILE";
    try {
      String given = file == null ? text : Files.readString(file).strip();
      return given == null ? null : CallbackSecret.parse(given);
    } catch (IllegalArgumentException e) {
      settings.require(false, name + ": " + e.getMessage());
    } catch (IOException e) {
      settings.require(false, name + ": the file cannot be read: " + e);
    }
    return null;
  }
}
