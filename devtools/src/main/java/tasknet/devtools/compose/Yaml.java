package tasknet.devtools.compose;

import java.math.BigDecimal;

/** Values of others as YAML that cannot be taken for anything else. */
final class Yaml {
  private Yaml() {}

  /** Any text, in double quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            letter -> {
              if (letter == '"' || letter == '\\') {
                quoted.append('\\').appendCodePoint(letter);
              } else if (isPlain(letter)) {
                quoted.appendCodePoint(letter);
              } else {
                quoted.append((letter > 0xffff ? "\\U%08x" : "\\u%04x").formatted(letter));
              }
            });
    return quoted.append('"').toString();
  }

  /** Any text, in double quotes, in which Compose puts no variables. */
  static String uninterpolated(String text) {
    return quoted(text.replace("$", "$$"));
  }

  /** Any text as the rest of a comment: on one line. */
  static String comment(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().forEach(letter -> line.appendCodePoint(isPlain(letter) ? letter : ' '));
    return line.toString().strip();
  }

  /** A number without exponent. */
  static String decimal(double number) {
    return BigDecimal.valueOf(number).toPlainString();
  }

  private static boolean isPlain(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
