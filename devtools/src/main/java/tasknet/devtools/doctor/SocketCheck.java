package tasknet.devtools.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;

/**
 * The engine's socket, which the docker command opens and monitoring mounts.
 *
 * @param socket for instance {@code /var/run/docker.sock}
 */
public record SocketCheck(Path socket) implements Check {
  static final String JOIN_GROUP =
      "sudo usermod -aG docker \"$USER\", and log in again (who may use Docker is root-equivalent)";

  @Override
  public String name() {
    return "Docker socket";
  }

  @Override
  public Finding look() {
    if (!Files.exists(socket)) {
      return new Warn(
          socket + " does not exist",
          "monitoring in a container sees other containers by it; start Docker, or, when its"
              + " socket is elsewhere, mount that in docker-compose.override.yml");
    }
    return Files.isReadable(socket) && Files.isWritable(socket)
        ? new Ok(socket + " can be read and written")
        : new Fail(socket + ": permission denied", JOIN_GROUP);
  }
}
