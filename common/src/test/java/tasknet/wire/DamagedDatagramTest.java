package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/** Whatever arrives: nothing is thrown, and all of it is counted. */
class DamagedDatagramTest {
  private static final int DATAGRAMS = 100_000;
  private static final AttemptId ATTEMPT =
      new AttemptId(TaskId.parse("01KATXK2S0ABCDEFGHJKMNPQRS"), 2);
  private static final Message[] MESSAGES = {
    new Message.Probe(ATTEMPT),
    new Message.Execute(
        ATTEMPT,
        new TaskType("reverse"),
        Duration.ofSeconds(30),
        new Payload.Inline(new JsonText("{\"a\":[1,-2.5e3,\"ü😀\\n\",null,true]}"))),
    new Message.Result(ATTEMPT, new Outcome.Completed(new JsonText("[[],{}]")), 3),
    new Message.Result(ATTEMPT, new Outcome.Failed(new TaskError("timeout", "x", true)), 3),
    new Message.Rejected(ATTEMPT, Message.Rejection.BUSY, "no slot", 0),
  };

  @Test
  void aDamagedDatagramDoesNoHarm() {
    MemoryLink network = new MemoryLink();
    LinkCounters counters = new LinkCounters();
    long[] delivered = new long[1];
    new MessageLink(network, "d", 1, 1200, counters, NOPLogger.NOP_LOGGER)
        .start(
            inbound -> {
              delivered[0]++;
              inbound.messages().forEach(MessageCodec::encode);
            });
    byte[][] whole =
        Arrays.stream(MESSAGES).map(DamagedDatagramTest::datagram).toArray(byte[][]::new);
    SplittableRandom random = new SplittableRandom(20_261_123);
    for (int round = 0; round < DATAGRAMS; round++) {
      network.arrives(damaged(whole[random.nextInt(whole.length)], random));
    }

    long withoutHeader = counters.datagramsReceived() - delivered[0];
    assertThat(withoutHeader).isZero();
    assertThat(delivered[0]).isBetween(DATAGRAMS / 10L, DATAGRAMS - 1L);
    assertThat(counters.dropped(Drop.VERSION)).isPositive();
    assertThat(counters.dropped(Drop.UNKNOWN_OP)).isPositive();
    assertThat(counters.dropped(Drop.MALFORMED)).isGreaterThan(DATAGRAMS / 4L);
  }

  @Test
  void aDatagramInAnotherEncodingIsRefusedAsAMessage() {
    MemoryLink network = new MemoryLink();
    LinkCounters counters = new LinkCounters();
    new MessageLink(network, "d", 1, 1200, counters, NOPLogger.NOP_LOGGER).start(_ -> {});
    String line = new String(MessageCodec.encode(MESSAGES[1]), StandardCharsets.UTF_8).strip();
    for (var encoding :
        new java.nio.charset.Charset[] {
          StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_32BE
        }) {
      byte[] header = new Header("w", 1, 1).encode();
      byte[] body = line.getBytes(encoding);
      byte[] datagram = Arrays.copyOf(header, header.length + body.length);
      System.arraycopy(body, 0, datagram, header.length, body.length);
      network.arrives(datagram);
    }

    assertThat(counters.messagesReceived()).isZero();
    assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
  }

  private static byte[] datagram(Message message) {
    String line = new String(MessageCodec.encode(message), StandardCharsets.UTF_8);
    return ("TN1 worker-1 1795000000000 17\n" + line + line).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] data =
        switch (random.nextInt(4)) {
          case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
          case 1 -> {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            yield noise;
          }
          default -> whole.clone();
        };
    for (int changes = random.nextInt(1, 5); changes > 0 && data.length > 0; changes--) {
      // Half of the damage in the header, half of it anywhere, often with bytes that mean
      // something.
      int where = random.nextInt(random.nextBoolean() ? Math.min(30, data.length) : data.length);
      data[where] =
          random.nextBoolean()
              ? (byte) "{}[]\",:\\\n\r 019-eTN\0".charAt(random.nextInt(19))
              : (byte) random.nextInt(256);
    }
    return data;
  }
}
