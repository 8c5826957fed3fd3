package tasknet.dispatcher.api;

import java.net.URI;
import java.net.URISyntaxException;
import tasknet.task.InvalidValueException;

/** Reads the address of a callback. */
final class CallbackUrl {
  private static final int LONGEST = 2000;

  private CallbackUrl() {}

  /**
   * @throws InvalidValueException if it is not one
   */
  static URI read(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null
          && url.getPort() <= 65_535
          && text.length() <= LONGEST) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException(
        "callback",
        text,
        "an http or https address of at most 2,000 characters such as"
            + " https://example.org/done, without user and fragment");
  }
}
