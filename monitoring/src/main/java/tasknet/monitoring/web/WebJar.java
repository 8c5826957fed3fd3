package tasknet.monitoring.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A library for browsers in a jar of its own. Which version it is, its jar says.
 *
 * @param name of the library, which is also the folder that it is served from
 * @param folder of the jar whose files are served
 * @param files which of them; a jar also has sources, tests and versions for other programs
 */
record WebJar(String name, String folder, Pattern files) {
  /** What resource of the class path a file is; null when it is none for browsers. */
  @Nullable String resource(String file) {
    return files.matcher(file).matches()
        ? "META-INF/resources/webjars/" + name + '/' + version() + '/' + folder + file
        : null;
  }

  private String version() {
    String path = "META-INF/maven/org.webjars.npm/" + name + "/pom.properties";
    try (InputStream in = WebJar.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not in the class path");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
