package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

class MessageCodecTest {
  private static final String TASK = "01KATXK2S0ABCDEFGHJKMNPQRS";
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final AttemptId ATTEMPT = new AttemptId(TaskId.parse(TASK), 2);

  static Stream<Message> messages() {
    Stream<Message> payloads =
        Stream.of(
                "null",
                "0",
                "-1.50e3",
                "true",
                "\"\"",
                "\"a\\n\\\"ü😀\"",
                "[]",
                "{}",
                "[1,[2,{\"a\":\"}\"}]]",
                "{\"b\": [1, 2 ] , \"c\":null}",
                "123456789012345678901234567890.10")
            .map(
                json ->
                    new Message.Execute(
                        ATTEMPT,
                        new TaskType("reverse"),
                        Duration.ofSeconds(30),
                        new Payload.Inline(new JsonText(json))));
    Stream<Message> results =
        Stream.of("\"IAnepO\"", "0.30", "null", "{\"x\":[]}")
            .map(json -> new Message.Result(ATTEMPT, new Outcome.Completed(new JsonText(json)), 3));
    return Stream.of(
            payloads,
            results,
            Stream.of(
                new Message.Accepted(ATTEMPT, 7),
                new Message.Rejected(ATTEMPT, Message.Rejection.BUSY, "", 0),
                new Message.Rejected(ATTEMPT, Message.Rejection.UNKNOWN_TYPE, "no \"x\" here", 4),
                new Message.Progress(ATTEMPT, 40, "half of it"),
                new Message.Result(
                    ATTEMPT, new Outcome.Failed(new TaskError("timeout", "after 3 s\n", true)), 1),
                new Message.Execute(
                    ATTEMPT,
                    new TaskType("hash"),
                    Duration.ofSeconds(1),
                    new Payload.Reference(
                        URI.create("http://10.0.0.2:4000/attempts/x/1/payload?key=a_b-c"), 5_000)),
                new Message.Execute(
                    ATTEMPT,
                    new TaskType("hash"),
                    Duration.ofSeconds(1),
                    new Payload.Inline(JsonText.NULL),
                    1_795_000_000_000L),
                traced(new TraceContext(PARENT, null)),
                traced(new TraceContext(PARENT, "vendor=\"1\\\"")),
                new Message.ResultReady(ATTEMPT, 70_000, 3),
                new Message.ResultReady(ATTEMPT, 70_000, 3, Duration.ofDays(1)),
                new Message.Result(
                    ATTEMPT,
                    new Outcome.Completed(JsonText.NULL),
                    3,
                    Duration.of(1_250_001, ChronoUnit.MICROS)),
                new Message.Upload(ATTEMPT, URI.create("http://[::1]:4000/a?key=b")),
                new Message.ResultAck(ATTEMPT),
                new Message.Cancel(ATTEMPT),
                new Message.Probe(ATTEMPT),
                new Message.Unknown(ATTEMPT, 2)))
        .flatMap(stream -> stream);
  }

  private static Message.Execute traced(@Nullable TraceContext trace) {
    return new Message.Execute(
        ATTEMPT,
        new TaskType("hash"),
        Duration.ofSeconds(1),
        new Payload.Inline(JsonText.NULL),
        0,
        trace);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"traceparent\":\"rubbish\"",
        "\"traceparent\":null",
        "\"traceparent\":{\"a\":[1]}",
        "\"tracestate\":\"vendor=1\""
      })
  void aMalformedTraceDoesNotMakeTheMessageMalformed(String trace) {
    byte[] line =
        ("{\"op\":\"execute\",\"task\":\""
                + TASK
                + "\",\"attempt\":2,\"type\":\"hash\",\"timeout\":1000,"
                + trace
                + ",\"payload\":null}")
            .getBytes(StandardCharsets.UTF_8);

    assertThat(MessageCodec.decode(line, 0, line.length))
        .isEqualTo(new MessageCodec.Known(traced(null)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageIsReadAsItWasWritten(Message message) {
    byte[] line = MessageCodec.encode(message);
    byte[] around = new byte[line.length + 20];
    System.arraycopy(line, 0, around, 13, line.length);

    assertThat(line).endsWith((byte) '\n').doesNotContain(new byte[] {'\r'});
    assertThat(MessageCodec.decode(around, 13, 13 + line.length - 1))
        .isEqualTo(new MessageCodec.Known(message));
  }

  @Test
  void theBytesAreThoseOfTheSpecification() {
    Message execute =
        new Message.Execute(
            ATTEMPT,
            new TaskType("reverse"),
            Duration.ofSeconds(30),
            new Payload.Inline(new JsonText("\"OpenAI\"")));

    assertThat(text(MessageCodec.encode(execute)))
        .isEqualTo(
            "{\"op\":\"execute\",\"task\":\"01KATXK2S0ABCDEFGHJKMNPQRS\",\"attempt\":2,"
                + "\"type\":\"reverse\",\"timeout\":30000,\"payload\":\"OpenAI\"}\n");
  }

  @Test
  void fieldsComeInAnyOrderAndUnknownOnesArePassedOver() {
    assertThat(
            decode(
                "{ \"new\":{\"a\":[1]}, \"credit\" : 5, \"attempt\":2,\"task\":\""
                    + TASK
                    + "\", \"op\":\"accepted\" }"))
        .isEqualTo(new MessageCodec.Known(new Message.Accepted(ATTEMPT, 5)));
  }

  @Test
  void anUnknownMessageIsToldFromAMalformedOne() {
    assertThat(undecodable("{\"op\":\"dance\",\"task\":\"" + TASK + "\",\"attempt\":2}").reason())
        .isEqualTo(Drop.UNKNOWN_OP);
  }

  @Test
  void aMalformedMessageStillNamesItsAttemptWhereItCan() {
    MessageCodec.Undecodable wrong =
        undecodable("{\"op\":\"execute\",\"task\":\"" + TASK + "\",\"attempt\":2,\"payload\":1}");

    assertThat(wrong.attempt()).isEqualTo(ATTEMPT);
    assertThat(wrong.detail()).contains("type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "{",
        "{}",
        "[]",
        "{\"op\":\"probe\"}",
        "{\"op\":\"probe\",\"task\":\"x\",\"attempt\":1}",
        "{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":0}",
        "{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":99999999999999999999}",
        "{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":1.5}",
        "{\"op\":\"probe\",\"task\":7,\"attempt\":1}",
        "{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":1} trailing",
        "{\"op\":null,\"task\":\"" + TASK + "\",\"attempt\":1}",
        "{\"op\":\"rejected\",\"task\":\"" + TASK + "\",\"attempt\":1,\"reason\":\"mood\"}",
        "{\"op\":\"result\",\"task\":\"" + TASK + "\",\"attempt\":1}",
        "{\"op\":\"upload\",\"task\":\"" + TASK + "\",\"attempt\":1}",
        "{\"op\":\"upload\",\"task\":\"" + TASK + "\",\"attempt\":1,\"url\":\"file:/etc/passwd\"}",
        "{\"op\":\"upload\",\"task\":\"" + TASK + "\",\"attempt\":1,\"url\":\"http:// x\"}",
        "{\"op\":\"result-ready\",\"task\":\"" + TASK + "\",\"attempt\":1}",
        "{\"op\":\"result\",\"task\":\"" + TASK + "\",\"attempt\":1,\"error\":7}",
        "{\"op\":\"result\",\"task\":\"" + TASK + "\",\"attempt\":1,\"error\":null}",
        "{\"op\":\"result\",\"task\":\""
            + TASK
            + "\",\"attempt\":1,\"error\":{\"retryable\":\"no\"}}",
        "{\"op\":\"accepted\",\"task\":\"" + TASK + "\",\"attempt\":1,\"credit\":-1}",
        "{\"op\":\"execute\",\"task\":\""
            + TASK
            + "\",\"attempt\":1,\"type\":\"A b\",\"timeout\":1,\"payload\":1}",
        "{\"op\":\"execute\",\"task\":\"" + TASK + "\",\"attempt\":1,\"type\":\"a\",\"payload\":1}",
      })
  void whatIsNoMessageIsRefused(String line) {
    assertThat(undecodable(line).reason()).isEqualTo(Drop.MALFORMED);
  }

  @Test
  void deepNestingIsRefusedWithoutHarm() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);

    assertThat(
            undecodable(
                    "{\"op\":\"execute\",\"type\":\"a\",\"timeout\":1,\"payload\":" + deep + "}")
                .reason())
        .isEqualTo(Drop.MALFORMED);
  }

  @Test
  void aPayloadThatIsNestedTooDeepStillNamesItsAttempt() {
    String execute =
        "{\"op\":\"execute\",\"task\":\""
            + TASK
            + "\",\"attempt\":2,\"type\":\"a\",\"timeout\":1,\"payload\":";

    assertThat(decode(execute + "[".repeat(100) + "]".repeat(100) + "}"))
        .isInstanceOf(MessageCodec.Known.class);
    assertThat(undecodable(execute + "[".repeat(101) + "]".repeat(101) + "}").attempt())
        .isEqualTo(ATTEMPT);
  }

  @Test
  void aLineThatBreaksOffNamesNoAttempt() {
    // The number may have been cut: an answer could hit the wrong attempt.
    assertThat(undecodable("{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":1").attempt())
        .isNull();
  }

  @Test
  void textThatUnicodeForbidsIsReplacedAndNeverFails() {
    String half = "\ud83d";
    Message failed =
        new Message.Result(ATTEMPT, new Outcome.Failed(new TaskError(half, half, true)), 0);
    Message completed =
        new Message.Result(ATTEMPT, new Outcome.Completed(new JsonText('"' + half + '"')), 0);

    assertThat(text(MessageCodec.encode(failed))).contains("\"code\":\"?\",\"message\":\"?\"");
    assertThat(text(MessageCodec.encode(completed))).contains("\"result\":\"\\ud83d\"");
    assertThat(
            decode(
                "{\"op\":\"progress\",\"task\":\""
                    + TASK
                    + "\",\"attempt\":2,\"note\":\"\\ud83d\"}"))
        .isEqualTo(new MessageCodec.Known(new Message.Progress(ATTEMPT, 0, "?")));
  }

  @Test
  void anErrorThatIsNullIsNone() {
    assertThat(
            decode(
                "{\"op\":\"result\",\"task\":\""
                    + TASK
                    + "\",\"attempt\":2,\"error\":null,\"result\":1}"))
        .isEqualTo(
            new MessageCodec.Known(
                new Message.Result(ATTEMPT, new Outcome.Completed(new JsonText("1")), 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "172800000001", "99999999999999999999", "1.5", "\"1\"", "null"})
  void howLongAnAttemptRanIsAWholeNumberOfMicrosecondsUpToTwoDays(String ran) {
    assertThat(
            decode(
                "{\"op\":\"result\",\"task\":\""
                    + TASK
                    + "\",\"attempt\":2,\"result\":1,\"ran\":"
                    + ran
                    + "}"))
        .isInstanceOfSatisfying(
            MessageCodec.Undecodable.class,
            undecodable ->
                assertThat(undecodable.detail()).contains("ran", "from 0 to 172800000000"));
  }

  @Test
  void carriageReturnsBetweenTokensDoNotBreakTheLine() {
    assertThat(
            decode(
                "{\"op\":\"result\",\"task\":\"" + TASK + "\",\"attempt\":2,\"result\":[1,\r2]}\r"))
        .isEqualTo(
            new MessageCodec.Known(
                new Message.Result(ATTEMPT, new Outcome.Completed(new JsonText("[1, 2]")), 0)));
  }

  @Test
  void randomlyDamagedMessagesNeverThrow() {
    Random random = new Random(42);
    List<byte[]> lines = messages().map(MessageCodec::encode).toList();
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] line = lines.get(random.nextInt(lines.size())).clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        line[random.nextInt(line.length)] = (byte) random.nextInt(256);
      }
      if (MessageCodec.decode(line, 0, random.nextInt(line.length + 1))
          instanceof MessageCodec.Undecodable) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  private static MessageCodec.Decoded decode(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return MessageCodec.decode(bytes, 0, bytes.length);
  }

  private static MessageCodec.Undecodable undecodable(String line) {
    assertThat(decode(line)).isInstanceOf(MessageCodec.Undecodable.class);
    return (MessageCodec.Undecodable) decode(line);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
