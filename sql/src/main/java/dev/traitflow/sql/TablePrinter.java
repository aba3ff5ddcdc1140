package dev.traitflow.sql;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.types.Row;

/**
 * Prints aligned columns, numbers to the right. Widths are those of the first rows, so that a
 * result of any length needs little memory; a later, wider value pushes its line out.
 */
final class TablePrinter implements ResultPrinter {
  private static final int ROWS_MEASURED = 1000;
  private static final int WIDTH_MAX = 80;

  private final PrintStream out;
  private final boolean streaming;
  private boolean first = true;

  /**
   * Prints to {@code out}.
   *
   * @param streaming true to print each row as it comes, with its kind of change
   */
  TablePrinter(PrintStream out, boolean streaming) {
    this.out = out;
    this.streaming = streaming;
  }

  @Override
  public void print(ResolvedSchema schema, Iterator<Row> rows) {
    if (!first) {
      out.println();
    }
    first = false;
    List<String> names = new ArrayList<>(schema.getColumnNames());
    List<Boolean> right =
        new ArrayList<>(schema.getColumns().stream().map(this::isNumber).toList());
    if (streaming) {
      names.add(0, "op");
      right.add(0, false);
    }
    List<List<String>> head = new ArrayList<>();
    head.add(names);
    while (head.size() <= (streaming ? 0 : ROWS_MEASURED) && rows.hasNext()) {
      head.add(cells(rows.next()));
    }
    int[] widths = widths(head, names.size());
    head.forEach(cells -> printLine(cells, widths, right, cells == names));
    long count = head.size() - 1L;
    for (; !(streaming && out.checkError()) && rows.hasNext(); count++) {
      printLine(cells(rows.next()), widths, right, false);
    }
    out.println(count == 1 ? "1 row" : count + " rows");
  }

  @Override
  public void end() {
    out.flush();
  }

  private boolean isNumber(Column column) {
    return column.getDataType().getLogicalType().is(LogicalTypeFamily.NUMERIC);
  }

  private List<String> cells(Row row) {
    List<String> cells = new ArrayList<>(row.getArity() + 1);
    if (streaming) {
      cells.add(row.getKind().shortString());
    }
    for (int i = 0; i < row.getArity(); i++) {
      cells.add(Cells.text(row.getField(i)));
    }
    return cells;
  }

  private int[] widths(List<List<String>> head, int columns) {
    int[] widths = new int[columns];
    Arrays.fill(widths, streaming ? 12 : 1);
    for (List<String> cells : head) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.min(WIDTH_MAX, Math.max(widths[i], cells.get(i).length()));
      }
    }
    return widths;
  }

  private void printLine(List<String> cells, int[] widths, List<Boolean> right, boolean header) {
    StringBuilder line = new StringBuilder();
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blank = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
      line.append(i == 0 ? "" : "  ");
      line.append(right.get(i) ? blank + cells.get(i) : cells.get(i) + blank);
      rule.append(i == 0 ? "" : "  ").append("-".repeat(widths[i]));
    }
    out.println(line.toString().stripTrailing());
    if (header) {
      out.println(rule);
    }
  }
}
