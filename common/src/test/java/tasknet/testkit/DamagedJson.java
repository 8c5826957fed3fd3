package tasknet.testkit;

import java.util.random.RandomGenerator;

/** Changes JSON here and there, mostly into something that is nearly JSON. */
public final class DamagedJson {
  private static final String[] PIECES = {
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "nul",
    "true",
    "false",
    "0",
    "9",
    "-",
    "-1",
    "1.5",
    "1e5",
    "e9",
    "00",
    "01",
    "99999999999999999999",
    " ",
    "\t",
    "\r",
    "\n",
    "\u0000",
    "\u0001",
    "\u001f",
    "\u007f",
    "ä",
    "€",
    "😀",
    "\u2028",
    "\uFFFD",
    "\uFEFF",
    "\\u0041",
    "\\u00e9",
    "\\ud83d",
    "\\ud800",
    "\\n",
    "\\/",
    "/",
    "//",
    "'",
    "NaN",
    "a",
    "Z",
    "\"a\"",
    "[1,2]",
    "{\"a\":[]}",
    "\"ref\":1,",
    "\"line\":1,",
    "\"id\":1,",
    "\"state\":\"DEAD\",",
    "\"error\":null,",
    "\"type\":\"hash\",",
    "\"payload\":{\"a\":1,\"a\":2},",
    "\"ack\":1,",
    "\"x\":0,",
    "\"x\":{},",
    "\"credit\":1,",
    "\"op\":\"probe\","
  };

  private DamagedJson() {}

  /** The text with fewer changes than that; often with none. */
  public static String of(String json, RandomGenerator random, int changes) {
    StringBuilder damaged = new StringBuilder(json);
    for (int change = random.nextInt(changes); change > 0; change--) {
      int at = random.nextInt(damaged.length() + 1);
      int until = Math.min(damaged.length(), at + random.nextInt(3));
      String piece = PIECES[random.nextInt(PIECES.length)];
      switch (random.nextInt(3)) {
        case 0 -> damaged.insert(at, piece);
        case 1 -> damaged.replace(at, until, piece);
        default -> damaged.delete(at, until);
      }
    }
    return damaged.toString();
  }
}
