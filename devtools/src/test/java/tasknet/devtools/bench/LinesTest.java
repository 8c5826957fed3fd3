package tasknet.devtools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  @Test
  void linesOfAnyLengthComeOneByOne() throws IOException {
    String longOne = "x".repeat(200_000);
    String text = "a\n\n" + longOne + "\nb\nunfinished";
    Lines lines = new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));

    List<String> read = new ArrayList<>();
    while (lines.next()) {
      read.add(new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8));
    }

    assertThat(read).containsExactly("a", "", longOne, "b");
  }

  @Test
  void anAnswerIsReadAsFarAsItMatters() {
    byte[] answer =
        "{\"line\":4711,\"id\":\"x\",\"state\":\"COMPLETED\",\"result\":1}"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(Answers.line(answer, answer.length)).isEqualTo(4711);
    assertThat(Answers.isCompleted(answer, answer.length)).isTrue();
    assertThat(Answers.isCompleted(answer, 20)).isFalse();
    assertThat(Answers.line(answer, 0)).isZero();
    assertThat(
            Answers.cause("{\"line\":1,\"problem\":{\"type\":\"urn:tasknet:problem:queue-full\"}}"))
        .isEqualTo("queue-full");
    assertThat(
            Answers.cause(
                "{\"line\":1,\"type\":\"sum\",\"state\":\"DEAD\",\"error\":{\"code\":\"failed\"}}"))
        .isEqualTo("failed DEAD");
  }
}
