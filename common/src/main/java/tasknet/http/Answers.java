package tasknet.http;

import java.io.IOException;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;

/** How clients read what a server answered. */
public final class Answers {
  private Answers() {}

  /**
   * What an answer says.
   *
   * @param reader of its JSON
   * @throws IOException if it is not what was expected
   */
  public static <T> T read(URI from, Supplier<@Nullable T> reader) throws IOException {
    String unexpected = from + " answered something that is not expected: ";
    try {
      T value = reader.get();
      if (value == null) {
        throw new IOException(unexpected + "null");
      }
      return value;
    } catch (JacksonException e) {
      throw new IOException(unexpected + e.getOriginalMessage(), e);
    } catch (InvalidValueException e) {
      throw new IOException(unexpected + e.getMessage(), e);
    }
  }
}
