package tasknet.monitoring.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page: resources of {@code tasknet/monitoring/page} in the class path, and under
 * {@code lib/} what browsers need of libraries. They are kept in memory once they were asked for.
 */
final class PageFiles {
  private static final String PAGE = "tasknet/monitoring/page/";
  private static final String LIBRARIES = "lib/";

  /** No name begins with a dot, so that none leads out of the folder. */
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*");

  private static final List<WebJar> JARS =
      List.of(
          new WebJar("lit-html", "", Pattern.compile("(directives/)?[a-z-]+\\.js")),
          new WebJar("uplot", "dist/", Pattern.compile("uPlot\\.(esm\\.js|min\\.css)")));

  private final Map<String, PageFile> kept = new ConcurrentHashMap<>();

  /** The file of a path without a slash before it; null when there is none. */
  @Nullable PageFile find(String path) {
    PageFile known = kept.get(path);
    if (known != null) {
      return known;
    }
    String resource = resource(path);
    URL url = resource == null ? null : PageFiles.class.getClassLoader().getResource(resource);
    if (url == null) {
      return null;
    }
    PageFile file = read(path, url);
    if (file != null && !url.getProtocol().equals("file")) { // which somebody may be working on
      kept.put(path, file);
    }
    return file;
  }

  private static @Nullable String resource(String path) {
    if (!NAME.matcher(path).matches()) {
      return null;
    }
    for (WebJar jar : JARS) {
      String folder = LIBRARIES + jar.name() + '/';
      if (path.startsWith(folder)) {
        return jar.resource(path.substring(folder.length()));
      }
    }
    return PAGE + path;
  }

  private static @Nullable PageFile read(String path, URL url) {
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false); // else the jar stays open
      try (InputStream in = connection.getInputStream()) {
        return PageFile.of(path, in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
