package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tasknet.cli.TextTable.Align;

final class TextTableTest {
  @Test
  void columnsAreAlignedAndLinesHaveNoTrailingSpaces() {
    TextTable table =
        new TextTable().column("NAME", Align.LEFT).column("N", Align.RIGHT).column("X", Align.LEFT);
    table.row("a", 5, "x").row("longer", 123, "");
    assertThat(table.lines()).containsExactly("NAME      N  X", "a         5  x", "longer  123");
  }

  @Test
  void aCellCannotSteerTheTerminalOrBreakTheLine() {
    TextTable table = new TextTable().column("A", Align.LEFT).row("x\u001B[31m\ny");
    assertThat(table.lines()).containsExactly("A", "x [31m y");
  }

  @Test
  void aLongTextIsShortenedBetweenLetters() {
    assertThat(TextTable.shortened("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TextTable.shortened("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(TextTable.shortened("😀😀😀", 2)).isEqualTo("😀…");
  }

  @Test
  void aRowHasACellForEachColumn() {
    TextTable table = new TextTable().column("A", Align.LEFT);
    assertThatThrownBy(() -> table.row(1, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
