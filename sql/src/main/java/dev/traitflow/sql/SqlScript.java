package dev.traitflow.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Splits a text of SQL into statements. Semicolons in texts, quoted names and comments do not end a
 * statement; comments are left out.
 */
final class SqlScript {
  private final String text;
  private final List<String> statements = new ArrayList<>();
  private final StringBuilder statement = new StringBuilder();
  private int position;

  private SqlScript(String text) {
    this.text = text;
  }

  /** Returns the statements of {@code text} in order, without comments and semicolons. */
  static List<String> statements(String text) {
    return new SqlScript(text).split();
  }

  /**
   * Replaces each <code>${name}</code> by its value, with quotes doubled: placeholders stand in SQL
   * texts.
   */
  static String fill(String text, Map<String, String> values) {
    String filled = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + "}", value.getValue().replace("'", "''"));
    }
    return filled;
  }

  /** Options of a table, each with a comma behind it, in the order of their names. */
  static String options(String prefix, Map<String, String> values) {
    StringBuilder options = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                options
                    .append(text(prefix + name))
                    .append(" = ")
                    .append(text(value))
                    .append(",\n  "));
    return options.toString();
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private List<String> split() {
    while (position < text.length()) {
      char next = text.charAt(position);
      if (text.startsWith("--", position)) {
        skipTo("\n");
      } else if (text.startsWith("/*", position) && !text.startsWith("/*+", position)) {
        skipTo("*/");
        position = Math.min(text.length(), position + 2);
        statement.append(' ');
      } else if (next == '\'' || next == '`' || next == '"') {
        copyQuoted(next);
      } else if (next == ';') {
        end();
        position++;
      } else {
        statement.append(next);
        position++;
      }
    }
    end();
    return statements;
  }

  private void skipTo(String end) {
    int found = text.indexOf(end, position);
    position = found < 0 ? text.length() : found;
  }

  /** A doubled quote closes and opens again, which comes to the same. */
  private void copyQuoted(char quote) {
    int close = text.indexOf(quote, position + 1);
    int end = close < 0 ? text.length() : close + 1;
    statement.append(text, position, end);
    position = end;
  }

  private void end() {
    String finished = statement.toString().strip();
    if (!finished.isEmpty()) {
      statements.add(finished);
    }
    statement.setLength(0);
  }
}
