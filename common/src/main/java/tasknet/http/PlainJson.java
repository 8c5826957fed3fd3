package tasknet.http;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.TaskId;

/**
 * Reads one JSON object that is as plain as nearly all are, many times as fast as the mapper does.
 * It decides nothing: whatever is not plain, and whatever is wrong, it does not read, says null,
 * and leaves it to {@link Json#mapper}, which alone knows what is allowed and what is to be said.
 * So what it reads is read as the mapper reads it.
 */
public final class PlainJson {
  /** Of a longer one its length is what it costs, and the mapper has bounds for its parts. */
  private static final int LONGEST = 32 * 1024;

  private static final int LONGEST_NUMBER = 100;
  private static final int DEEPEST = 20;

  /** Digits of which every number is an int, or a long. */
  private static final int INT_DIGITS = 9;

  private static final int LONG_DIGITS = 18;

  private static final char MALFORMED = '\uFFFD';

  private final byte[] json;
  private final int end;
  private final Words known;
  private int at;
  private boolean begun;
  private boolean ended;

  /**
   * Reads what stands from one byte to before another.
   *
   * @param known names and texts that are likely, which are then not made anew
   */
  public PlainJson(byte[] json, int from, int to, Words known) {
    this.json = json;
    this.at = from;
    this.end = to - from <= LONGEST ? to : from;
    this.known = known;
  }

  /**
   * Reads the object, member by member.
   *
   * @param member reads the value of the member of that name; what it returns false for, or throws
   *     an exception, is for the mapper to read, which says what is wrong with it
   * @return whether all was read: the last member, and nothing came after the object
   */
  public boolean isRead(Predicate<String> member) {
    try {
      String name = name();
      while (name != null && member.test(name)) {
        name = name();
      }
    } catch (RuntimeException e) {
      return false;
    }
    peek();
    return ended && at == end;
  }

  /** The name of the next member; null after the last one, and when it is not plain. */
  private @Nullable String name() {
    if (!begun) {
      begun = skip('{');
      if (!begun || endsObject()) {
        return null;
      }
    } else if (endsObject() || !skip(',')) {
      return null;
    }
    String name = text();
    return name != null && skip(':') ? name : null;
  }

  /** Reads a text without escapes. */
  public @Nullable String text() {
    int start = peek() == '"' ? at + 1 : end;
    int close = start;
    while (close < end && isOrdinary(json[close])) {
      close++;
    }
    if (close >= end || json[close] != '"') {
      return null;
    }
    at = close + 1;
    String word = known.find(json, start, close);
    return word == null ? decoded(json, start, close - start) : word;
  }

  /** Reads a text that is the id of a task. */
  public @Nullable TaskId id() {
    int start = peek() == '"' ? at + 1 : end;
    int close = start + TaskId.LENGTH;
    TaskId id = close < end && json[close] == '"' ? TaskId.readOrNull(json, start) : null;
    at = id == null ? at : close + 1;
    return id;
  }

  /** Reads a whole number that has no sign, and not more digits than any int. */
  public @Nullable Integer number() {
    long number = wholeNumber(INT_DIGITS);
    return number < 0 ? null : (int) number;
  }

  /** Reads a whole number that has no sign, and not more digits than any long; else negative. */
  public long wholeNumber() {
    return wholeNumber(LONG_DIGITS);
  }

  private long wholeNumber(int mostDigits) {
    boolean zero = peek() == '0';
    int start = at;
    long number = 0;
    while (at < end && isDigit(json[at]) && at - start < mostDigits) {
      number = 10 * number + json[at++] - '0';
    }
    boolean whole = at > start && (!zero || at == start + 1) && (at == end || isAfterNumber());
    return whole ? number : -1;
  }

  /** Reads true or false. */
  public @Nullable Boolean flag() {
    return switch (peek()) {
      case 't' -> word("true") ? true : null;
      case 'f' -> word("false") ? false : null;
      default -> null;
    };
  }

  /** Reads any value, as it stands there. */
  public @Nullable JsonText raw() {
    peek();
    int start = at;
    String text = value(0) ? decoded(json, start, at - start) : null;
    return text == null ? null : new JsonText(text);
  }

  /** Reads any value, as the text on one line that the mapper would make of it. */
  public @Nullable JsonText value() {
    peek();
    int start = at;
    if (!value(0)) {
      return null;
    }
    byte first = json[start];
    String text =
        first == '{' || first == '[' ? packed(start, at - start) : decoded(json, start, at - start);
    return text == null ? null : new JsonText(text);
  }

  private boolean endsObject() {
    ended = skip('}');
    return ended;
  }

  private boolean value(int depth) {
    return switch (peek()) {
      case '"' -> string();
      case '{' -> depth < DEEPEST && object(depth + 1);
      case '[' -> depth < DEEPEST && array(depth + 1);
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> decimal();
    };
  }

  private boolean object(int depth) {
    at++;
    if (skip('}')) {
      return true;
    }
    Set<String> names = new HashSet<>();
    do {
      peek();
      int start = at;
      // As they are written: there is only one plain way to write a name.
      if (peek() != '"'
          || !string()
          || !names.add(new String(json, start, at - start, StandardCharsets.ISO_8859_1))) {
        return false;
      }
      if (!skip(':') || !value(depth)) {
        return false;
      }
    } while (skip(','));
    return skip('}');
  }

  private boolean array(int depth) {
    at++;
    if (skip(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
    } while (skip(','));
    return skip(']');
  }

  /** A string whose escapes are those that the mapper writes. */
  private boolean string() {
    for (at++; at < end; at++) {
      byte next = json[at];
      if (next == '"') {
        at++;
        return true;
      }
      if (next == '\\' ? ++at == end || "\"\\bfnrt".indexOf(json[at]) < 0 : !isOrdinary(next)) {
        return false;
      }
    }
    return false;
  }

  private boolean decimal() {
    int start = at;
    if (at < end && json[at] == '-') {
      at++;
    }
    boolean zero = at < end && json[at] == '0';
    int whole = digits();
    if (whole == 0 || (zero && whole > 1)) {
      return false;
    }
    if (at < end && json[at] == '.') {
      at++;
      if (digits() == 0) {
        return false;
      }
    }
    if (at < end && (json[at] | ' ') == 'e') {
      at++;
      if (at < end && (json[at] == '-' || json[at] == '+')) {
        at++;
      }
      if (digits() == 0) {
        return false;
      }
    }
    return at - start <= LONGEST_NUMBER;
  }

  private int digits() {
    int start = at;
    while (at < end && isDigit(json[at])) {
      at++;
    }
    return at - start;
  }

  private boolean isAfterNumber() {
    byte next = json[at];
    return next == ',' || next == '}' || isSpace(next);
  }

  private boolean word(String word) {
    for (int index = 0; index < word.length(); index++, at++) {
      if (at == end || json[at] != word.charAt(index)) {
        return false;
      }
    }
    return true;
  }

  private boolean skip(char expected) {
    boolean is = peek() == expected;
    at += is ? 1 : 0;
    return is;
  }

  /** The next byte that is no space; negative at the end, and when it is not of ASCII. */
  private int peek() {
    while (at < end && isSpace(json[at])) {
      at++;
    }
    return at < end ? json[at] : -1;
  }

  /** Without the spaces between its parts. */
  private @Nullable String packed(int start, int length) {
    byte[] packed = new byte[length];
    int size = 0;
    boolean within = false;
    for (int index = start; index < start + length; index++) {
      byte next = json[index];
      if (within && next == '\\') {
        packed[size++] = next;
        next = json[++index];
      } else if (next == '"') {
        within = !within;
      }
      if (within || !isSpace(next)) {
        packed[size++] = next;
      }
    }
    return decoded(packed, 0, size);
  }

  private static @Nullable String decoded(byte[] utf8, int start, int length) {
    String text = new String(utf8, start, length, StandardCharsets.UTF_8);
    return text.indexOf(MALFORMED) < 0 ? text : null;
  }

  private static boolean isOrdinary(byte next) {
    return next != '"' && next != '\\' && (next >= ' ' || next < 0);
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  private static boolean isDigit(byte next) {
    return next >= '0' && next <= '9';
  }
}
