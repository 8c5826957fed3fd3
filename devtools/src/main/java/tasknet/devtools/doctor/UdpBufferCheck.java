package tasknet.devtools.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/**
 * What the system grants of the receive buffer that a UDP socket asks for.
 *
 * @param most the file with the system's limit in bytes; only Linux has it
 * @param asked in bytes
 */
public record UdpBufferCheck(Path most, int asked) implements Check {
  @Override
  public String name() {
    return "UDP buffer";
  }

  @Override
  public Finding look() {
    long granted;
    // In one read: from its second byte on, a file of /proc/sys is empty.
    try (BufferedReader file = Files.newBufferedReader(most)) {
      granted = Long.parseLong(String.valueOf(file.readLine()).strip());
    } catch (IOException | NumberFormatException e) {
      return new Ok("not known: this system has no " + most);
    }
    String what = "the system grants " + granted + " of the " + asked + " bytes that are asked for";
    return granted >= asked
        ? new Ok(what)
        : new Warn(
            what,
            "bursts of datagrams get lost and are sent again; sudo sysctl -w net.core.rmem_max="
                + asked);
  }
}
