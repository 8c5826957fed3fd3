package tasknet.monitoring.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tasknet.runtime.Settings;

/**
 * What the page may do.
 *
 * @param writable whether actions are handed on to the dispatcher
 * @param hosts names, in lower case, under which the page may be called up to act
 */
public record PageSettings(boolean writable, Set<String> hosts) {
  private static final Pattern HOST = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  public PageSettings {
    hosts = Set.copyOf(hosts);
  }

  /** Nothing but looking. */
  public static PageSettings readOnly() {
    return new PageSettings(false, Set.of());
  }

  /** Reads what it can be told; errors are reported with those of the other settings. */
  public static PageSettings read(Settings settings) {
    return new PageSettings(
        settings.flag("TASKNET_MONITORING_WRITABLE", false),
        settings.value(
            "TASKNET_MONITORING_HOSTS",
            Set.of(),
            "host names without ports, with commas between them",
            PageSettings::hosts));
  }

  private static Set<String> hosts(String text) {
    Set<String> hosts =
        Arrays.stream(text.split(",", -1))
            .map(host -> host.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
      throw new IllegalArgumentException();
    }
    return hosts;
  }
}
