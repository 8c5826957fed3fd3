package tasknet.dispatcher.task;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;

/**
 * Who may be told of outcomes: only listed hosts, because the dispatcher may stand where its
 * clients cannot reach.
 *
 * @param allowed none for nobody
 */
public record CallbackHosts(List<Host> allowed) {
  /** Nobody. */
  public static final CallbackHosts NONE = new CallbackHosts(List.of());

  private static final Pattern HOST =
      Pattern.compile(
          "(?<below>\\*\\.)?(?<name>[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\*|\\d{1,5}))?");

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  public CallbackHosts {
    allowed = List.copyOf(allowed);
  }

  /**
   * A host that may be called.
   *
   * @param below whether it is every host below that name, and not the name itself
   * @param port 0 for any; null for the standard one
   */
  public record Host(boolean below, String name, @Nullable Integer port) {
    private boolean is(String host, int called, int standard) {
      boolean named = below ? host.endsWith('.' + name) : host.equals(name);
      return named && (port == null ? called == standard : port == 0 || port == called);
    }
  }

  /**
   * Reads {@code example.org, *.example.org, localhost:8080, [::1]:*}.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static CallbackHosts parse(String text) {
    List<Host> hosts = new ArrayList<>();
    for (String entry : text.split(",", -1)) {
      Matcher matcher = HOST.matcher(entry.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException("'" + entry.strip() + "' is no host");
      }
      String port = matcher.group("port");
      int number = port == null || port.equals("*") ? 0 : Integer.parseInt(port);
      if (number > 65_535) {
        throw new IllegalArgumentException(number + " is no port");
      }
      hosts.add(
          new Host(
              matcher.group("below") != null,
              matcher.group("name").toLowerCase(Locale.ROOT),
              port == null ? null : Integer.valueOf(number)));
    }
    return new CallbackHosts(hosts);
  }

  /** Whether nobody may be told. */
  public boolean isEmpty() {
    return allowed.isEmpty();
  }

  /** Whether that address may be called. */
  public boolean allow(URI url) {
    String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    int standard = "https".equals(url.getScheme()) ? HTTPS : HTTP;
    int port = url.getPort() < 0 ? standard : url.getPort();
    return allowed.stream().anyMatch(each -> each.is(host, port, standard));
  }

  /**
   * Refuses what may not be called.
   *
   * @throws InvalidValueException if that address may not be called
   */
  public void check(URI url) {
    if (isEmpty()) {
      throw new InvalidValueException(
          "callback",
          url,
          "left out: callbacks are off, as TASKNET_CALLBACK_HOSTS of the dispatcher lists no host");
    }
    if (!allow(url)) {
      throw new InvalidValueException(
          "callback", url, "at a host that TASKNET_CALLBACK_HOSTS of the dispatcher lists");
    }
  }
}
