package tasknet.registry;

/**
 * Where to send tasks of one type: the answer of {@code GET /lookup/{type}}.
 *
 * @param host a host name or an address
 * @param port a UDP port
 */
public record WorkerEndpoint(WorkerId id, String host, int port) {}
