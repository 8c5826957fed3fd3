package tasknet.monitoring.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the page, as it is answered.
 *
 * @param packed by gzip; null when that spares nothing
 * @param tag by which a browser knows that it has it already, without quotes
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record PageFile(String type, byte[] bytes, byte @Nullable [] packed, String tag) {
  private static final int TAG_BYTES = 12;
  private static final int LEAST_SPARED = 100;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");

  /** The file of that name; null when its kind is none that is served. */
  static @Nullable PageFile of(String name, byte[] bytes) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    return type == null ? null : new PageFile(type, bytes, packed(bytes), tag(bytes));
  }

  private static byte @Nullable [] packed(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.size() + LEAST_SPARED < bytes.length ? packed.toByteArray() : null;
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
