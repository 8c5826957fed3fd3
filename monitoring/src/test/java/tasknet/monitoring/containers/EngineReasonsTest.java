package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class EngineReasonsTest {
  private static final String SOCKET = "unix:///var/run/docker.sock";

  @Test
  void eachFailureSaysWhatToDo() {
    assertThat(reason(new SocketException("Permission denied")))
        .isEqualTo(
            "no permission on /var/run/docker.sock; the user of this process must be in the group"
                + " that owns it");
    assertThat(reason(new SocketException("No such file or directory")))
        .startsWith("nothing at /var/run/docker.sock; install Docker, or mount its socket");
    assertThat(reason(new ConnectException("Connection refused")))
        .isEqualTo("nothing listens at /var/run/docker.sock; start the Docker engine");
    assertThat(EngineReasons.of("tcp://engine:2375", new UnknownHostException("engine")))
        .isEqualTo("the host of tcp://engine:2375 is not known");
    assertThat(reason(new SocketTimeoutException("Connect timed out")))
        .isEqualTo("no answer from " + SOCKET + " within 2 s");
    assertThat(reason(new IOException("Premature end of chunk")))
        .isEqualTo("the connection with " + SOCKET + " broke: Premature end of chunk");
    assertThat(EngineReasons.of(SOCKET, new InternalServerErrorException("no space left")))
        .contains("answered 500: ", "no space left");
    assertThat(EngineReasons.of(SOCKET, null))
        .isEqualTo("the engine at " + SOCKET + " ended the connection");
  }

  private static String reason(IOException cause) {
    return EngineReasons.of(SOCKET, new RuntimeException(cause));
  }
}
