package tasknet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastReadTest {
  private final LastRead<String> last = new LastRead<>();
  private final List<String> parsed = new ArrayList<>();

  @Test
  void theSameBytesAreReadOnce() {
    assertThat(read("a")).isEqualTo("<a>");
    assertThat(read("a")).isEqualTo("<a>");
    assertThat(parsed).containsExactly("a");

    assertThat(read("b")).isEqualTo("<b>");
    assertThat(read("a")).isEqualTo("<a>");
    assertThat(parsed).containsExactly("a", "b", "a");
  }

  @Test
  void whatCannotBeReadIsNotKept() {
    read("a");

    for (int time = 0; time < 2; time++) {
      assertThatThrownBy(() -> read("bad")).isInstanceOf(IllegalArgumentException.class);
    }

    assertThat(parsed).containsExactly("a", "bad", "bad");
    assertThat(read("a")).isEqualTo("<a>");
    assertThat(parsed).hasSize(3);
  }

  private String read(String text) {
    return last.read(
        text.getBytes(UTF_8),
        bytes -> {
          String it = new String(bytes, UTF_8);
          parsed.add(it);
          if (it.equals("bad")) {
            throw new IllegalArgumentException(it);
          }
          return '<' + it + '>';
        });
  }
}
