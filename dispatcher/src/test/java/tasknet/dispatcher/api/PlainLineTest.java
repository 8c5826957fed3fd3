package tasknet.dispatcher.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.HttpServer;
import tasknet.http.Json;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskRequest;
import tasknet.testkit.DamagedJson;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Nobody sees by what a line was read: the mapper reads the same of it, or says what is wrong. */
class PlainLineTest {
  private static final ObjectReader LINES = mapper(StreamLine.class);
  private static final ObjectReader TASKS = mapper(Submission.class);

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final int MUTANTS = 20_000;

  private static final String[] VALUES = {
    "\"x\"",
    "\"\"",
    "\"a b\"",
    "\"ä€😀\"",
    "\"\\n\\\"\\\\\\b\\f\\r\\t\"",
    "\"\\/\"",
    "\"\\u00e9\"",
    "\"a/b\"",
    "0",
    "-0",
    "7",
    "10",
    "123456789",
    "1234567890",
    "99999999999999999999",
    "1.50",
    "-1.5E-7",
    "1e5",
    "1e400",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "-",
    "true",
    "false",
    "null",
    "tru",
    "{}",
    "[]",
    "{\"a\":1}",
    "{\"a\":1,\"a\":1}",
    "{\"a\\n\":1,\"a\\n\":2}",
    "{\"ä\":[],\"b\":{}}",
    "[ 1 , [ 2 ] , { \"a b\" : \" \\\" \" } ]",
    "[1,]",
    "[,1]",
    "{\"a\"}",
    "{1:2}",
    "[1}",
    "\"30s\"",
    "\"PT1.5S\"",
    "\"soon\"",
    "\"hash\"",
    "\"Hash\"",
    "\"1\"",
    "\"true\"",
    "\"" + "x".repeat(300) + "\"",
    "9".repeat(100),
    "9".repeat(101),
    "9".repeat(1001),
    "\"\u0007\"",
    "\"" + "y".repeat(40_000) + "\"",
    nested(19),
    nested(20),
    nested(99),
    nested(100),
    nested(101),
    nested(200),
    "[\"\uFFFD\"]",
    "{\"first\":1}",
    "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"",
    "\"https://a/b?c\""
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"ref\":1,\"type\":\"hash\"}",
        "{\"ref\":\"a-1\",\"type\":\"hash\",\"payload\":\"x\",\"durable\":false,\"ack\":true}\r",
        " { \"type\" : \"hash\" , \"payload\" : { \"a\" : [ 1 , { } ] } , \"ref\" : 0 } ",
        "{\"type\":\"a\",\"payload\":\"\\\"ä€\\n\",\"timeout\":\"5s\",\"delay\":7,\"priority\":9}",
        "{\"type\":\"a\",\"maxAttempts\":3,\"callback\":\"http://a/b\",\"idempotencyKey\":\"k\"}",
        "{\"type\":\"a\",\"traceparent\":\"x\",\"tracestate\":\"y\",\"payload\":null}"
      })
  void usualLinesArePlain(String line) {
    assertThat(PlainLine.read(bytes(line))).isNotNull().isEqualTo(LINES.readValue(bytes(line)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ref", "ack", "idempotencyKey", "type", "payload", "timeout", "maxAttempts", "backoff",
        "deadline", "delay", "runAt", "priority", "labels", "callback", "durable", "traceparent",
        "tracestate", "none", "", "re\\u0066", "ä"
      })
  void everyFieldIsReadAsTheMapperReadsIt(String field) {
    for (String value : VALUES) {
      same("{\"" + field + "\":" + value + "}");
      same("{\"" + field + "\":" + value + ",\"" + field + "\":" + value + "}");
      same("{\"ref\":1,\"type\":\"hash\",\"" + field + "\" : " + value + " } ");
      same("{\"" + field + "\":" + value + ",\"payload\":[" + value + "]}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"x\"",
        "[]",
        "{",
        "{}{}",
        "{}x",
        "{}ä",
        "{},",
        "{,}",
        "{\"ref\":1,}",
        "{\"ref\" 1}",
        "{\"ref\":}",
        "{\"ref\"",
        "{\"ref\":1",
        "{'ref':1}",
        "{ref:1}",
        "\uFEFF{}",
        "{}\u0000",
        "{\"ref\":1}//",
        "/**/{}",
        "{\"ref\":1;}",
        "{\"payload\":\"\\"
      })
  void whatIsNoLineIsRefusedByTheMapper(String line) {
    same(line);
  }

  @Test
  void bytesThatAreNoTextAreRefusedByTheMapper() {
    int[][] malformed = {
      {0xff},
      {0x80},
      {0xc3},
      {0xc0, 0x80},
      {0xed, 0xa0, 0x80},
      {0xf4, 0x90, 0x80, 0x80},
      {0xe2, 0x82}
    };
    for (String frame :
        new String[] {"{\"payload\":\"?\"}", "{\"payload\":{\"?\":1}}", "{\"?\":1}?"}) {
      for (int[] bytes : malformed) {
        StringBuilder binary = new StringBuilder();
        IntStream.of(bytes).forEach(next -> binary.append((char) next));
        String line = frame.replace("?", binary);
        same(line.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }

  @Test
  void whateverIsInALineItIsReadAsTheMapperReadsIt() {
    Random random = new Random(4711);
    int plain = 0;
    for (int number = 0; number < MUTANTS; number++) {
      plain += same(DamagedJson.of(line(random), random, 4)) ? 1 : 0;
    }
    assertThat(plain).isBetween(MUTANTS / 10, MUTANTS * 9 / 10); // else it proves little
  }

  private static String line(Random random) {
    String[] fields = {
      "\"ref\":" + random.nextInt(1000),
      "\"type\":\"hash\"",
      "\"payload\":" + VALUES[random.nextInt(27)],
      "\"durable\":" + random.nextBoolean(),
      "\"priority\":" + random.nextInt(12),
      "\"timeout\":\"" + random.nextInt(100) + "s\"",
      "\"payload\":{\"a\":[1,{\"b\":\"c\"}],\"d\":-1.5e7}"
    };
    int first = random.nextInt(fields.length);
    return Stream.iterate(first, field -> (field + 1) % fields.length)
        .limit(1L + random.nextInt(fields.length - 1))
        .map(field -> fields[field])
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static boolean same(String line) {
    return same(bytes(line));
  }

  /** Whether it was plain. */
  private static boolean same(byte[] line) {
    StreamLine plain = PlainLine.read(line);
    if (plain != null) {
      assertThat(outcome(() -> LINES.readValue(line))).as(text(line)).isEqualTo(plain);
    }
    assertThat(outcome(() -> Submission.read(line, TypeRules.NONE, NOW, null)))
        .as(text(line))
        .isEqualTo(outcome(() -> taskByMapper(line)));
    return plain != null;
  }

  private static TaskRequest taskByMapper(byte[] line) {
    Submission task = TASKS.readValue(line);
    if (task == null) {
      throw new InvalidValueException("body", "null", "an object with at least a type");
    }
    return task.request(TypeRules.NONE, NOW, null);
  }

  /** What is read, or what the client is told is wrong with it. */
  private static @Nullable Object outcome(Supplier<?> reader) {
    try {
      return reader.get();
    } catch (RuntimeException e) {
      return HttpServer.problem(e);
    }
  }

  private static ObjectReader mapper(Class<?> type) {
    return Json.mapper().readerFor(type).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.UTF_8);
  }
}
