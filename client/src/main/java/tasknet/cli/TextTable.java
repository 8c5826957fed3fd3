package tasknet.cli;

import java.util.ArrayList;
import java.util.List;

/** A plain table: a header, aligned columns two spaces apart, no lines, no colours. */
public final class TextTable {
  /** On which side the cells of a column are flush. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String header, Align align) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column; all columns come before the first row. */
  public TextTable column(String header, Align align) {
    columns.add(new Column(header, align));
    return this;
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   */
  public TextTable row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(List.of(cells).stream().map(cell -> printable(cell.toString())).toList());
    return this;
  }

  /** The table, a line for the header and one for each row. */
  public List<String> lines() {
    List<List<String>> all = new ArrayList<>();
    all.add(columns.stream().map(Column::header).toList());
    all.addAll(rows);
    int[] widths = new int[columns.size()];
    for (List<String> row : all) {
      for (int index = 0; index < widths.length; index++) {
        widths[index] = Math.max(widths[index], width(row.get(index)));
      }
    }
    return all.stream().map(row -> line(row, widths)).toList();
  }

  /** A text on one line, at most so many characters long, that cannot steer a terminal. */
  public static String shortened(String text, int most) {
    String line = printable(text);
    return width(line) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int index = 0; index < widths.length; index++) {
      String cell = cells.get(index);
      String padding = " ".repeat(widths[index] - width(cell));
      line.append(index == 0 ? "" : "  ");
      line.append(columns.get(index).align() == Align.RIGHT ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
