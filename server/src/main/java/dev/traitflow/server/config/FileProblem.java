package dev.traitflow.server.config;

import dev.traitflow.core.definition.Problem;
import java.util.regex.Pattern;

/**
 * Something that is wrong with a file, at its place.
 *
 * @param file how the file is called
 * @param line counted from 1
 * @param column counted from 1, in characters
 * @param text the line; empty if there is none
 * @param problem what is wrong
 */
public record FileProblem(String file, int line, int column, String text, Problem problem) {
  private static final int SHOWN_BEFORE = 60;
  private static final int SHOWN_MAX = 120;

  /** What a line of a space file says in plain after one of these must not reach a build's log. */
  private static final Pattern SECRET =
      Pattern.compile("(?<=\\b(?:write_key|token)[\"']?:[ \\t]{1,8})(?!\"?\\$\\{)[^\\s,}]+");

  /** The place and what is wrong, in one line: {@code FILE:LINE:COLUMN: POINTER: message}. */
  @Override
  public String toString() {
    String what = problem.pointer().isEmpty() ? problem.message() : problem.toString();
    return file + ":" + line + ":" + column + ": " + what;
  }

  /** The same with the line below it, and a caret below the place; plain secrets are starred. */
  public String shown() {
    int[] points =
        SECRET
            .matcher(text)
            .replaceAll(m -> "*".repeat(m.end() - m.start()))
            .codePoints()
            .toArray();
    int from = column <= SHOWN_BEFORE + 1 ? 0 : column - 1 - SHOWN_BEFORE;
    int to = Math.min(points.length, from + SHOWN_MAX);
    if (points.length == 0 || from >= points.length) {
      return toString();
    }
    StringBuilder line = new StringBuilder(from == 0 ? "  " : "  ...");
    StringBuilder caret = new StringBuilder(from == 0 ? "  " : "     ");
    for (int i = from; i < to; i++) {
      line.appendCodePoint(
          Character.isISOControl(points[i]) && points[i] != '\t' ? ' ' : points[i]);
      if (i < column - 1) {
        caret.append(points[i] == '\t' ? '\t' : ' ');
      }
    }
    return this + "\n" + line + (to < points.length ? "..." : "") + "\n" + caret + "^";
  }
}
