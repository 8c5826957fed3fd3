package tasknet.monitoring.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasknet.http.Problem;
import tasknet.http.ProblemException;

/**
 * The page. A path without a dot is a place within the page, which the page itself finds; so its
 * routes come after all others.
 */
public final class PageApi {
  private static final String INDEX = "index.html";

  /** With what their paths begin that are for programs, which are told of a wrong one. */
  private static final List<String> CALLS = List.of("api", "metrics", "health");

  /** Nothing comes from elsewhere, nothing stands inline, and nobody frames the page. */
  private static final Map<String, String> SECURITY =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
              + "frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "X-Frame-Options",
          "DENY",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=()");

  /** As one of the encodings, and not with the weight 0, which refuses it. */
  private static final Pattern GZIP =
      Pattern.compile(
          "(^|[, ])gzip(?! *; *q *= *0(\\.0*)? *(,|$)) *([,;]|$)", Pattern.CASE_INSENSITIVE);

  private final PageFiles files = new PageFiles();

  /** To be called after those of all others. */
  public void routes(RoutesConfig routes) {
    routes.before(context -> SECURITY.forEach(context::header));
    routes.get("/*", this::file);
    routes.head("/*", this::head);
  }

  /** Javalin by itself answers 200 where there is a GET, and so do the calls that are no pages. */
  private void head(Context context) throws IOException {
    if (!isCall(context.path().substring(1))) {
      file(context);
    }
  }

  private void file(Context context) throws IOException {
    PageFile file = find(context.path());
    if (file == null) {
      throw new ProblemException(
          Problem.notFound("there is no " + context.method() + ' ' + context.path()));
    }
    byte[] packed = accepts(context.header("Accept-Encoding")) ? file.packed() : null;
    String tag = '"' + file.tag() + (packed == null ? "" : "-gzip") + '"';
    context.header("ETag", tag).header("Cache-Control", "no-cache");
    context.header("Vary", "Accept-Encoding");
    if (isKnown(context.header("If-None-Match"), tag)) {
      context.status(304);
    } else if (packed == null) {
      send(context, file.type(), file.bytes());
    } else {
      context.header("Content-Encoding", "gzip");
      send(context, file.type(), packed);
    }
  }

  private @Nullable PageFile find(String path) {
    String name = path.substring(1);
    PageFile file = files.find(name);
    boolean isPlace = !name.contains(".") && !isCall(name) && !name.startsWith("lib/");
    return file == null && isPlace ? files.find(INDEX) : file;
  }

  private static boolean isCall(String name) {
    return CALLS.contains(name.contains("/") ? name.substring(0, name.indexOf('/')) : name);
  }

  /** Not by Javalin's own stream, which would compress it anew for each reader. */
  private static void send(Context context, String type, byte[] bytes) throws IOException {
    HttpServletResponse response = context.res();
    response.setContentType(type);
    response.setContentLength(bytes.length);
    if (!context.req().getMethod().equals("HEAD")) {
      response.getOutputStream().write(bytes);
    }
  }

  private static boolean accepts(@Nullable String encodings) {
    return encodings != null && GZIP.matcher(encodings).find();
  }

  private static boolean isKnown(@Nullable String tags, String tag) {
    return tags != null && (tags.strip().equals("*") || tags.contains(tag));
  }
}
