package tasknet.http;

import javax.net.ssl.SSLContext;

/**
 * For a client that speaks plain HTTP only. Without it clients read all certificates that the
 * machine trusts, and keep them.
 */
public final class NoTls extends SSLContext {
  public NoTls() {
    super(null, null, "none");
  }
}
