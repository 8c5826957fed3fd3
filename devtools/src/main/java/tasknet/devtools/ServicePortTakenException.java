package tasknet.devtools;

import tasknet.http.PortTakenException;

/** The port of one of the cluster's services is used by another program. */
public final class ServicePortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServicePortTakenException(String service, PortTakenException cause) {
    super(
        "port "
            + cause.port()
            + " for the "
            + service
            + " is taken by another program; choose others with --"
            + service
            + "-port N, or any free ones with --port 0",
        cause);
  }
}
