package tasknet.http;

import io.javalin.json.JavalinJackson3;
import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * JSON for Javalin. An answer that cannot be written is a fault of the server, and must not look
 * like a request that cannot be read.
 */
@SuppressWarnings("TypeParameterUnusedInFormals") // the signatures are Javalin's
final class JavalinJson implements JsonMapper {
  private final JsonMapper jackson = new JavalinJackson3(Json.mapper(), true);

  @Override
  public String toJsonString(Object answer, Type type) {
    try {
      return jackson.toJsonString(answer, type);
    } catch (JacksonException e) {
      throw unwritable(e);
    }
  }

  @Override
  public InputStream toJsonStream(Object answer, Type type) {
    try {
      return jackson.toJsonStream(answer, type);
    } catch (JacksonException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void writeToOutputStream(Stream<?> answers, OutputStream out) {
    try {
      jackson.writeToOutputStream(answers, out);
    } catch (JacksonException e) {
      throw unwritable(e);
    }
  }

  @Override
  public <T> T fromJsonString(String json, Type type) {
    return jackson.fromJsonString(json, type);
  }

  @Override
  public <T> T fromJsonStream(InputStream json, Type type) {
    return jackson.fromJsonStream(json, type);
  }

  private static IllegalStateException unwritable(JacksonException e) {
    return new IllegalStateException("the answer cannot be written", e);
  }
}
