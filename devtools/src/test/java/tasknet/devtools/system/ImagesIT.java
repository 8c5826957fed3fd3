package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the images are made of. */
class ImagesIT extends OnProject {
  private static final String BASE = "eclipse-temurin:25-jre";
  private static final long MOST_ADDED = 40_000_000;

  ImagesIT(ComposeProject project) {
    super(project);
  }

  @Test
  void anImageAddsLessThan40MegabytesToItsBase() throws Exception {
    JsonNode base = ComposeProject.inspect(BASE);
    for (String container : project.services()) {
      JsonNode image = image(container);
      long added = image.path("Size").asLong() - base.path("Size").asLong();
      System.out.printf("system: image of %s adds %,d bytes%n", container, added);
      assertThat(layers(image)).as(container).containsAll(layers(base));
      assertThat(added).as(container).isBetween(1L, MOST_ADDED);
    }
  }

  @Test
  void theLibrariesThatAllNeedAreOneLayerOfAll() throws Exception {
    List<String> shared = null;
    for (String container : project.services()) {
      List<String> layers = layers(image(container));
      if (shared == null) {
        shared = layers;
      }
      shared.retainAll(layers);
    }

    assertThat(shared).hasSizeGreaterThan(layers(ComposeProject.inspect(BASE)).size());
  }

  @Test
  void anImageSaysWhatItIs() throws Exception {
    JsonNode labels = image(project.container("dispatcher")).path("Config").path("Labels");

    assertThat(labels.path("org.opencontainers.image.version").asString()).startsWith("test-");
    assertThat(labels.path("org.opencontainers.image.revision").asString()).isNotEmpty();
    assertThat(labels.path("org.opencontainers.image.source").asString()).isNotEmpty();
  }

  private static JsonNode image(String container) throws Exception {
    return ComposeProject.inspect(ComposeProject.inspect(container).path("Image").asString());
  }

  private static List<String> layers(JsonNode image) {
    List<String> layers = new ArrayList<>();
    image.path("RootFS").path("Layers").forEach(layer -> layers.add(layer.asString()));
    return layers;
  }
}
