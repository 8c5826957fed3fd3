package tasknet.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * Walks through bytes of JSON that are as plain as most are: in ASCII, and names and texts without
 * escapes. It is for what is read many thousand times a second; whoever finds it at a loss reads
 * the same bytes again with {@link Json}, which alone decides what is allowed and what is wrong. It
 * never takes for JSON what is not.
 */
public final class PlainJson {
  /** Longer numbers and names are left to Jackson, which has limits for them. */
  private static final int LONGEST = 500;

  private static final int MOST_DIGITS = 18;

  private final byte[] data;
  private final int end;
  private int position;

  /** Walks from one byte to before another. */
  public PlainJson(byte[] data, int from, int to) {
    this.data = data;
    this.position = from;
    this.end = to;
  }

  /** Where the next token begins, after white space. */
  public int next() {
    while (position < end && isSpace(data[position])) {
      position++;
    }
    return position;
  }

  /** Where it is: after what was read last. */
  public int position() {
    return position;
  }

  /** Goes past a character; false, and nothing is passed, when another one comes. */
  public boolean pass(char wanted) {
    if (next() < end && data[position] == wanted) {
      position++;
      return true;
    }
    return false;
  }

  /** Whether nothing but white space is left. */
  public boolean isAtEnd() {
    return next() == end;
  }

  /** A text, without its quotation marks; null when it is none, or not plain. */
  public @Nullable String text() {
    int start = next() + 1;
    return passText() ? ascii(start, position - 1) : null;
  }

  /**
   * A text that is probably one of some that are known, which need not be made again; else as
   * {@link #text()}.
   */
  public @Nullable String text(Words known) {
    int start = next() + 1;
    if (!passText()) {
      return null;
    }
    String word = known.find(data, start, position - 1);
    return word == null ? ascii(start, position - 1) : word;
  }

  /** Goes past a text; false when it is none, or not plain. */
  public boolean passText() {
    if (next() == end || data[position] != '"') {
      return false;
    }
    for (int index = position + 1; index < end; index++) {
      byte each = data[index];
      if (each == '"') {
        position = index + 1;
        return true;
      }
      if (each < ' ' || each == '\\') { // what is not ASCII is negative
        return false;
      }
    }
    return false;
  }

  /** A whole number from 0, of at most 18 digits; -1 when it is none. */
  public long wholeNumber() {
    int start = next();
    long value = 0;
    int index = start;
    while (index < end && isDigit(data[index])) {
      value = 10 * value + (data[index++] - '0');
      if (index - start > MOST_DIGITS) {
        return -1;
      }
    }
    boolean plain = index > start && (index == start + 1 || data[start] != '0') && endsAt(index);
    position = plain ? index : position;
    return plain ? value : -1;
  }

  /**
   * Goes past any value.
   *
   * @param depth how deep arrays and objects may be nested in it
   * @return false when it is not plain; a text may have escapes here
   */
  public boolean passValue(int depth) {
    if (next() == end) {
      return false;
    }
    return switch (data[position]) {
      case '"' -> passEscapedText();
      case '{' -> depth > 0 && passObject(depth - 1);
      case '[' -> depth > 0 && passArray(depth - 1);
      case 't' -> passWord("true");
      case 'f' -> passWord("false");
      case 'n' -> passWord("null");
      default -> passNumber();
    };
  }

  /** What stands there, character for character; it must have been passed, and so be ASCII. */
  public String ascii(int from, int to) {
    return new String(data, from, to - from, ISO_8859_1);
  }

  private boolean passObject(int depth) {
    position++;
    if (pass('}')) {
      return true;
    }
    do {
      int start = next();
      if (!passText() || position - start > LONGEST || !pass(':') || !passValue(depth)) {
        return false;
      }
    } while (pass(','));
    return pass('}');
  }

  private boolean passArray(int depth) {
    position++;
    if (pass(']')) {
      return true;
    }
    do {
      if (!passValue(depth)) {
        return false;
      }
    } while (pass(','));
    return pass(']');
  }

  private boolean passEscapedText() {
    int index = position + 1;
    while (index < end) {
      byte each = data[index++];
      if (each == '"') {
        position = index;
        return true;
      }
      if (each < ' ') {
        return false;
      }
      if (each == '\\') {
        int escape = escapeAt(index);
        if (escape == 0) {
          return false;
        }
        index += escape;
      }
    }
    return false;
  }

  /** How many characters follow the backslash before that one; 0 when they are none. */
  private int escapeAt(int index) {
    if (index == end) {
      return 0;
    }
    return switch (data[index]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 1;
      case 'u' -> {
        int last = index + 4;
        for (int digit = index + 1; digit <= last; digit++) {
          if (digit >= end || Character.digit(data[digit], 16) < 0) {
            yield 0;
          }
        }
        yield 5;
      }
      default -> 0;
    };
  }

  private boolean passWord(String word) {
    int length = word.length();
    if (end - position < length) {
      return false;
    }
    for (int index = 0; index < length; index++) {
      if (data[position + index] != word.charAt(index)) {
        return false;
      }
    }
    boolean ends = endsAt(position + length);
    position = ends ? position + length : position;
    return ends;
  }

  private boolean passNumber() {
    int index = position;
    if (data[index] == '-') {
      index++;
    }
    int whole = digits(index);
    if (whole == index || (whole > index + 1 && data[index] == '0')) {
      return false;
    }
    index = whole;
    if (index < end && data[index] == '.') {
      int fraction = digits(index + 1);
      if (fraction == index + 1) {
        return false;
      }
      index = fraction;
    }
    if (index < end && (data[index] == 'e' || data[index] == 'E')) {
      boolean signed = index + 1 < end && (data[index + 1] == '+' || data[index + 1] == '-');
      int first = index + (signed ? 2 : 1);
      int exponent = digits(first);
      if (exponent == first) {
        return false;
      }
      index = exponent;
    }
    if (index - position > LONGEST || !endsAt(index)) {
      return false;
    }
    position = index;
    return true;
  }

  private int digits(int from) {
    int index = from;
    while (index < end && isDigit(data[index])) {
      index++;
    }
    return index;
  }

  /** Whether a number or word that goes up to there is not the beginning of something else. */
  private boolean endsAt(int index) {
    return index == end
        || switch (data[index]) {
          case ',', '}', ']', ' ', '\t', '\r', '\n' -> true;
          default -> false;
        };
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\n' || character == '\t' || character == '\r';
  }

  /** Texts that come again and again, to be found by their bytes. */
  public static final class Words {
    private static final int SIZE = 256;

    private final @Nullable String[] byHash = new String[SIZE];

    /**
     * @throws IllegalArgumentException if two of them have the same place
     */
    public Words(String... words) {
      for (String word : words) {
        int place =
            hash((byte) word.charAt(0), (byte) word.charAt(word.length() - 1), word.length());
        if (byHash[place] != null) {
          throw new IllegalArgumentException(word + " is where " + byHash[place] + " is");
        }
        byHash[place] = word;
      }
    }

    private @Nullable String find(byte[] data, int from, int to) {
      int length = to - from;
      if (length == 0) {
        return null;
      }
      String word = byHash[hash(data[from], data[to - 1], length)];
      if (word == null || word.length() != length) {
        return null;
      }
      for (int index = 0; index < length; index++) {
        if (word.charAt(index) != data[from + index]) {
          return null;
        }
      }
      return word;
    }

    private static int hash(byte first, byte last, int length) {
      return (31 * (31 * first + last) + length) & (SIZE - 1);
    }
  }
}
