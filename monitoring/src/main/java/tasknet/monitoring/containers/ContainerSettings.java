package tasknet.monitoring.containers;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Settings;

/**
 * Which engine and which containers to look at.
 *
 * @param dockerHost {@code unix:///PATH}, {@code tcp://HOST:PORT} or {@code none}
 * @param project the compose project; null for the one that this process runs in
 * @param hostname of this process, by which its own container is found; null when it is not known
 */
public record ContainerSettings(
    String dockerHost, @Nullable String project, @Nullable String hostname) {
  /** When monitoring runs in no container of a project. */
  static final String DEFAULT_PROJECT = "tasknet";

  private static final String NONE = "none";
  private static final int MAX_PORT = 65_535;
  private static final String SOCKET = "unix:///var/run/docker.sock";
  private static final Pattern HOST =
      Pattern.compile(
          "none|unix:///[^?#\\s]+|tcp://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})");
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  /** Do not look. */
  public static ContainerSettings none() {
    return new ContainerSettings(NONE, null, null);
  }

  /** Reads environment variables; what is wrong is collected there. */
  public static ContainerSettings read(Settings settings) {
    String host = settings.text("TASKNET_DOCKER_HOST", SOCKET);
    settings.require(
        isHost(host),
        "TASKNET_DOCKER_HOST: '"
            + host
            + "' is not allowed; it must be unix:///PATH, tcp://HOST:PORT or none");
    String project = settings.optionalText("TASKNET_COMPOSE_PROJECT");
    settings.require(
        project == null || PROJECT.matcher(project).matches(),
        "TASKNET_COMPOSE_PROJECT: '"
            + project
            + "' is not allowed; it must be lower-case letters, digits, '_' or '-'");
    return new ContainerSettings(host, project, settings.optionalText("HOSTNAME"));
  }

  private static boolean isHost(String host) {
    Matcher matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      return false;
    }
    String port = matcher.group(2);
    int number = port == null ? 1 : Integer.parseInt(port);
    return number >= 1 && number <= MAX_PORT;
  }

  /** The name of the machine or container that monitoring runs in. */
  public String host() {
    if (hostname != null) {
      return hostname;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Whether to look at all. */
  public boolean wanted() {
    return !dockerHost.equals(NONE);
  }
}
