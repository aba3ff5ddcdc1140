package dev.traitflow.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures as people or programs read them. */
final class Report {
  private static final JsonMapper JSON = new JsonMapper();

  private Report() {}

  /** Prints the figures as a table. */
  static void table(List<Figure> figures, List<String> notes, PrintWriter out) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"", "measured", "ours", "opponent", "unit", "ratio", "target", ""});
    for (Figure figure : figures) {
      Figure.Target target = figure.target();
      boolean bare = figure.ratio() == figure.ours();
      rows.add(
          new String[] {
            figure.benchmark(),
            figure.what(),
            number(figure.ours()),
            number(figure.opponent()),
            figure.unit(),
            bare ? "" : number(figure.ratio()),
            target == null ? "" : (target.atLeast() ? ">= " : "<= ") + number(target.bound()),
            target == null ? "" : figure.isMet() ? "met" : "MISSED"
          });
    }
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.length; column++) {
        boolean left = column <= 1 || column == 4 || column == 7;
        String padding = " ".repeat(widths[column] - row[column].length());
        line.append(left ? row[column] + padding : padding + row[column]).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
    notes.forEach(out::println);
    out.flush();
  }

  /** Prints the figures as one JSON document. */
  static void json(List<Figure> figures, List<String> notes, boolean quick, PrintWriter out) {
    ObjectNode document = JSON.createObjectNode();
    document.put("quick", quick).put("cores", Runtime.getRuntime().availableProcessors());
    ArrayNode rows = document.putArray("figures");
    for (Figure figure : figures) {
      ObjectNode row = rows.addObject();
      row.put("benchmark", figure.benchmark()).put("what", figure.what());
      row.put("ours", figure.ours()).put("unit", figure.unit());
      if (!Double.isNaN(figure.opponent())) {
        row.put("opponent", figure.opponent());
      }
      if (!Double.isNaN(figure.ratio())) {
        row.put("ratio", figure.ratio());
      }
      Figure.Target target = figure.target();
      if (target != null) {
        row.put(target.atLeast() ? "at_least" : "at_most", target.bound());
        row.put("met", figure.isMet());
      }
    }
    ArrayNode said = document.putArray("notes");
    notes.forEach(said::add);
    out.println(document);
    out.flush();
  }

  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "";
    }
    String format = Math.abs(number) >= 100 ? "%,.0f" : Math.abs(number) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, number);
  }
}
