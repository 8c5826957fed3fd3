package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void aShortTextStaysAsItIs() {
    assertThat(OneLine.of("ü 😀", 3)).isEqualTo("ü 😀");
    assertThat(OneLine.of(null, 3)).isEmpty();
  }

  @Test
  void aLongTextIsCutBetweenCodePoints() {
    assertThat(OneLine.of("😀😀😀😀", 3)).isEqualTo("😀😀…");
  }

  @Test
  void controlCharactersAndHalvesOfPairsAreReplaced() {
    assertThat(OneLine.of("a\r\nb\u0000c\u0085\ud800", 10)).isEqualTo("a  b c \ufffd");
  }

  @Test
  void nothingIsLeftWhenNothingMayBe() {
    assertThat(OneLine.of("abc", 0)).isEmpty();
    assertThat(OneLine.of("abc", 1)).isEqualTo("…");
  }
}
