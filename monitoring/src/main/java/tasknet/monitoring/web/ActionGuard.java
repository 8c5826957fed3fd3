package tasknet.monitoring.web;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.http.Problem;

/**
 * Who may act: nobody unless monitoring is writable, and then only the page itself. Nothing asks
 * for a password, so a browser that shows a page of somebody else must not be able to act in the
 * name of whoever sits before it.
 */
final class ActionGuard {
  /**
   * What a request says of where it comes from, each null when it does not.
   *
   * @param host to whom it believes to speak
   * @param action a header of our own, which other pages cannot send without asking first
   * @param origin the page that sends it
   * @param site how that page and we belong together, as the browser sees it
   */
  record Sender(
      @Nullable String host,
      @Nullable String action,
      @Nullable String origin,
      @Nullable String site) {}

  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final Pattern IP_4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");
  private static final Pattern IP_6 = Pattern.compile("\\[[0-9a-f:.]+(%[0-9a-z]+)?]");

  private final PageSettings settings;

  ActionGuard(PageSettings settings) {
    this.settings = settings;
  }

  /** Why a request may not act; null when it may. */
  @Nullable Problem objection(Sender sender) {
    if (!settings.writable()) {
      return Problem.of(
          403,
          "read-only",
          "Read-only",
          "this monitoring only looks; start it with TASKNET_MONITORING_WRITABLE=true to act");
    }
    String host = sender.host() == null ? "" : sender.host().toLowerCase(Locale.ROOT);
    if (!isOurs(PORT.matcher(host).replaceFirst(""))) {
      return crossSite(
          "the host '"
              + host
              + "' is neither an IP address nor localhost nor listed in TASKNET_MONITORING_HOSTS");
    }
    if (!"1".equals(sender.action())) {
      return crossSite("the header X-Tasknet-Action must be 1");
    }
    if (sender.origin() != null && !isSame(sender.origin(), host)) {
      return crossSite("the page of '" + sender.origin() + "' may not act here");
    }
    if (sender.site() != null && !sender.site().equals("same-origin")) {
      return crossSite("Sec-Fetch-Site is '" + sender.site() + "', not same-origin");
    }
    return null;
  }

  /** A name that anybody can register may be made to point here, and is then no name of ours. */
  private boolean isOurs(String host) {
    return host.equals("localhost")
        || IP_4.matcher(host).matches()
        || IP_6.matcher(host).matches()
        || settings.hosts().contains(host);
  }

  /** A proxy before us may speak TLS, so that the page's scheme is another than ours. */
  private static boolean isSame(String origin, String host) {
    try {
      URI uri = URI.create(origin);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && host.equals(String.valueOf(uri.getRawAuthority()).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Problem crossSite(String detail) {
    return Problem.of(403, "cross-site", "Cross-site request", detail);
  }
}
