package tasknet.devtools.doctor;

/**
 * Who listens at a port.
 *
 * @param name as a person knows it, for instance {@code java, process 4711}
 * @param tasknet whether it is a part of Tasknet
 */
public record PortOwner(String name, boolean tasknet) {}
