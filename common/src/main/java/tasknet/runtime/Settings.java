package tasknet.runtime;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a service's settings from environment variables. Every reading method takes a fallback that
 * holds when the variable is unset or empty; what is wrong is collected, and {@link #check()}
 * reports all of it together.
 */
public final class Settings {
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private static final String A_PATH = "a path of the file system";

  private final Map<String, String> environment;
  private final List<String> errors = new ArrayList<>();

  /**
   * @param environment asked for a variable when it is read
   */
  public Settings(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Any text. */
  public String text(String name, String fallback) {
    String value = given(name);
    return value == null ? fallback : value;
  }

  /** Any text, or null when it is not given. */
  public @Nullable String optionalText(String name) {
    return given(name);
  }

  /** A port; 0 lets the system choose a free one. */
  public int port(String name, int fallback) {
    return integer(name, fallback, 0, 65_535);
  }

  /** An address of this machine: a literal, so that nothing has to be looked up. */
  public InetAddress address(String name, InetAddress fallback) {
    return read(
        name,
        fallback,
        "an IP address of this machine such as 127.0.0.1, or 0.0.0.0 for all",
        InetAddress::ofLiteral);
  }

  /** A whole number within bounds, both included. */
  public int integer(String name, int fallback, int least, int most) {
    return Math.toIntExact(wholeNumber(name, fallback, least, most));
  }

  /** A whole number within bounds, both included. */
  public long wholeNumber(String name, long fallback, long least, long most) {
    String allowed = "a whole number from " + least + " to " + most;
    return read(
        name,
        fallback,
        allowed,
        text -> {
          long value = Long.parseLong(text);
          if (value < least || value > most) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean fallback) {
    return read(
        name,
        fallback,
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** A positive duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code PT1.5S}. */
  public Duration duration(String name, Duration fallback) {
    return read(
        name,
        fallback,
        "a duration above zero such as 500ms, 30s, 5m, 2h or PT1.5S",
        text -> {
          Duration value = parseDuration(text);
          if (!value.isPositive()) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /**
   * A value of a type that is not known here.
   *
   * @param allowed what {@code parse} takes; for the rest it throws IllegalArgumentException
   */
  public <T> T value(String name, T fallback, String allowed, Function<String, T> parse) {
    return read(name, fallback, allowed, parse);
  }

  /** The address of an HTTP server. */
  public URI httpUri(String name, String fallback) {
    return read(name, URI.create(fallback), addressSuchAs(fallback), Settings::parseHttpUri);
  }

  /** The address of an HTTP server, or null when it is not given. */
  public @Nullable URI optionalHttpUri(String name, String example) {
    return this.<@Nullable URI>read(name, null, addressSuchAs(example), Settings::parseHttpUri);
  }

  private static String addressSuchAs(String example) {
    return "an address such as " + example;
  }

  private static URI parseHttpUri(String text) {
    URI uri = URI.create(text);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null) {
      throw new IllegalArgumentException();
    }
    return uri;
  }

  /** A file or folder; it need not exist. */
  public Path path(String name, String fallback) {
    return read(name, Path.of(fallback), A_PATH, Path::of);
  }

  /** A file or folder, or null when it is not given. */
  public @Nullable Path optionalPath(String name) {
    return this.<@Nullable Path>read(name, null, A_PATH, Path::of);
  }

  /** One of the constants of an enum, in any case. */
  public <E extends Enum<E>> E choice(String name, E fallback) {
    E[] constants = fallback.getDeclaringClass().getEnumConstants();
    List<String> allowed = List.of(constants).stream().map(Enum::name).toList();
    return read(
        name,
        fallback,
        "one of " + String.join(", ", allowed),
        text -> Enum.valueOf(fallback.getDeclaringClass(), text.toUpperCase(Locale.ROOT)));
  }

  /** Reports a rule that binds several variables. */
  public void require(boolean holds, String otherwise) {
    if (!holds) {
      errors.add(otherwise);
    }
  }

  /**
   * To be called when everything was read.
   *
   * @throws SettingsException with every error, if there was one
   */
  public void check() {
    if (!errors.isEmpty()) {
      throw new SettingsException(errors);
    }
  }

  /**
   * Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d} or ISO-8601.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Duration parseDuration(String text) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private @Nullable String given(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private <T extends @Nullable Object> T read(
      String name, T fallback, String allowed, Function<String, T> parse) {
    String value = given(name);
    if (value == null) {
      return fallback;
    }
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      errors.add(name + ": '" + value + "' is not allowed; it must be " + allowed);
      return fallback;
    }
  }
}
