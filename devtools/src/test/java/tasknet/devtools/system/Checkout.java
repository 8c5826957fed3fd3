package tasknet.devtools.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The checkout, its compose file, and the images that are made of its jars under a tag of their
 * own.
 */
final class Checkout implements AutoCloseable {
  /** The label of everything that these tests start; its value is the process that runs them. */
  static final String LABEL = "io.tasknet.system-test";

  static final String RUN = Long.toString(ProcessHandle.current().pid());
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  static final Path COMPOSE_FILE = HOME.resolve("docker-compose.yml");

  private static final String TAG = "test-" + RUN;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("TASKNET_VERSION", TAG, "TASKNET_JARS", "prebuilt");

  /** Removes what earlier runs left that were killed, and builds the images. */
  Checkout() throws IOException {
    removeLeftovers();
    long started = System.nanoTime();
    build();
    System.out.printf("system: images built in %d ms%n", (System.nanoTime() - started) / 1_000_000);
  }

  /** With jars that are there a build asks nobody for anything. */
  private static void build() throws IOException {
    Path override = Files.createTempFile("tasknet-build", ".json");
    try {
      ObjectNode offline = Json.mapper().createObjectNode();
      ObjectNode services = offline.putObject("services");
      for (Map.Entry<String, JsonNode> service : resolved().path("services").properties()) {
        if (service.getValue().has("build")) {
          services.putObject(service.getKey()).putObject("build").put("network", "none");
        }
      }
      Files.writeString(override, offline.toString());
      compose(List.of("-f", override.toString(), "--profile", "client", "build", "--quiet"));
    } finally {
      Files.delete(override);
    }
  }

  /** The variables by which the compose file takes these images. */
  Map<String, String> environment() {
    return ENVIRONMENT;
  }

  /** The compose file with everything filled in, for instance {@code services.dispatcher}. */
  static ObjectNode resolved() throws IOException {
    String json = compose(List.of("--profile", "client", "config", "--format", "json"));
    return (ObjectNode) Json.mapper().readTree(json);
  }

  @Override
  public void close() throws IOException {
    List<String> images = new ArrayList<>();
    for (String image :
        Ran.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").lines().toList()) {
      if (image.startsWith("tasknet/") && image.endsWith(":" + TAG)) {
        images.add(image);
      }
    }
    for (String image : images) {
      Ran.docker("image", "rm", image);
    }
  }

  private static String compose(List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("docker", "compose", "-f", COMPOSE_FILE.toString()));
    command.addAll(arguments);
    return Ran.in(HOME, new HashMap<>(ENVIRONMENT), command).orFail();
  }

  private static void removeLeftovers() throws IOException {
    String format = "{{.Label \"" + LABEL + "\"}} {{.Label \"com.docker.compose.project\"}}";
    String all = Ran.docker("ps", "-a", "--filter", "label=" + LABEL, "--format", format);
    for (String line : all.lines().distinct().toList()) {
      String[] runAndProject = line.split(" ", 2);
      boolean over = ProcessHandle.of(Long.parseLong(runAndProject[0])).isEmpty();
      if (over) {
        Ran.docker("compose", "-p", runAndProject[1], "kill");
        Ran.docker("compose", "-p", runAndProject[1], "down", "-v", "--remove-orphans");
      }
    }
  }

  /** Whether a mounted volume of a resolved service is at that place. */
  static boolean isAt(JsonNode volume, String target) {
    return volume.path("target").asString().equals(target);
  }
}
