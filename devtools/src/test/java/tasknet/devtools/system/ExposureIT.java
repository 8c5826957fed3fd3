package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What of the system others reach, and what its processes may do. */
class ExposureIT extends OnProject {
  private static final int OUR_USER = 1000;

  ExposureIT(ComposeProject project) {
    super(project);
  }

  @Test
  void onlyTheTcpPortsOfDispatcherAndMonitoringArePublishedAndOnlyForThisMachine()
      throws Exception {
    List<String> published = new ArrayList<>();
    for (String container : project.containers()) {
      JsonNode ports = ComposeProject.inspect(container).path("NetworkSettings").path("Ports");
      for (Map.Entry<String, JsonNode> port : ports.properties()) {
        for (JsonNode binding : port.getValue()) {
          published.add(
              container.replace(project.name() + "-", "")
                  + " "
                  + port.getKey()
                  + " at "
                  + binding.path("HostIp").asString()
                  + ":"
                  + binding.path("HostPort").asString());
        }
      }
    }

    assertThat(published)
        .containsExactlyInAnyOrder(
            "dispatcher-1 4000/tcp at 127.0.0.1:" + project.dispatcher().getPort(),
            "monitoring-1 8080/tcp at 127.0.0.1:" + project.monitoring().getPort());
  }

  @Test
  void onlyMonitoringHasTheDockerSocketAndReadOnly() throws Exception {
    List<String> sockets = new ArrayList<>();
    for (String container : project.containers()) {
      for (JsonNode mount : ComposeProject.inspect(container).path("Mounts")) {
        if (mount.toString().contains("docker.sock")) {
          sockets.add(container + " writable=" + mount.path("RW").asBoolean());
        }
      }
    }

    assertThat(sockets).containsExactly(project.container("monitoring") + " writable=false");
  }

  @Test
  void noProcessIsRootOrHasACapabilityOrWritesOutsideItsVolumes() throws Exception {
    for (String container : project.services()) {
      JsonNode inspected = ComposeProject.inspect(container);
      JsonNode host = inspected.path("HostConfig");
      assertThat(host.path("ReadonlyRootfs").asBoolean()).as(container).isTrue();
      assertThat(host.path("Privileged").asBoolean()).as(container).isFalse();
      assertThat(host.path("CapDrop").toString()).as(container).isEqualTo("[\"ALL\"]");
      assertThat(host.path("SecurityOpt").toString())
          .as(container)
          .contains("no-new-privileges:true");
      assertThat(host.path("NetworkMode").asString())
          .as(container)
          .isEqualTo(project.name() + "_tasknet");
      assertThat(host.path("Memory").asLong()).as(container).isPositive();
      assertThat(host.path("NanoCpus").asLong()).as(container).isPositive();
      assertThat(host.path("PidsLimit").asLong()).as(container).isPositive();

      String status = java(container);
      assertThat(numbers(status, "Uid", 10)).as(container).containsOnly((long) OUR_USER);
      assertThat(numbers(status, "Gid", 10)).as(container).containsOnly((long) OUR_USER);
      for (String capabilities : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
        assertThat(numbers(status, capabilities, 16)).as(container).containsOnly(0L);
      }
      assertThat(numbers(status, "NoNewPrivs", 10)).as(container).containsOnly(1L);
      assertThat(numbers(status, "Seccomp", 10)).as(container).containsOnly(2L);
    }
  }

  /** What the machine says of the service's process, which is init's only child. */
  private static String java(String container) throws Exception {
    String init = ComposeProject.inspect(container).path("State").path("Pid").asString();
    Path children = Path.of("/proc", init, "task", init, "children");
    String child = Files.readString(children).strip();
    assertThat(child).as("children of init in " + container).matches("\\d+");
    assertThat(Files.readString(Path.of("/proc", child, "comm")).strip()).isEqualTo("java");
    return Files.readString(Path.of("/proc", child, "status"));
  }

  private static List<Long> numbers(String status, String name, int radix) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(.*)$").matcher(status);
    assertThat(line.find()).as(name).isTrue();
    return Pattern.compile("\\s+")
        .splitAsStream(line.group(1).strip())
        .map(number -> Long.parseLong(number, radix))
        .toList();
  }
}
