package dev.traitflow.core.identity;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;

/**
 * A regular expression from outside. It runs on RE2, in time linear in the text and in the size of
 * its program, so that no value can hold the lane; what only backtracking can do is refused.
 */
final class LinearPattern {
  /** Longer expressions are refused. */
  static final int CHARS_MAX = 1000;

  /** An expression whose program has more steps is refused. */
  static final int STEPS_MAX = 1000;

  private static final int SHOWN_MAX = 40;
  private static final String UNOPENED = "regexp/syntax: internal error";

  /** Problems that are the whole expression's. */
  private static final List<String> UNPLACED = List.of("missing closing )", UNOPENED);

  private final Pattern pattern;

  private LinearPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Compiles an expression. */
  static LinearPattern compile(String expression) throws RefusedExpressionException {
    if (expression.length() > CHARS_MAX) {
      throw new RefusedExpressionException(
          "has " + expression.length() + " characters (expected at most " + CHARS_MAX + ")");
    }
    // Before it is compiled: nested repetitions multiply, and compiling writes each of them out.
    refuseMore(ExpressionSize.of(expression));
    try {
      Pattern compiled = Pattern.compile(expression);
      refuseMore(compiled.programSize());
      return new LinearPattern(compiled);
    } catch (PatternSyntaxException e) {
      throw new RefusedExpressionException(explain(expression, e));
    }
  }

  /** True if the expression finds a match anywhere in the text. */
  boolean isIn(String text) {
    return pattern.matcher(text).find();
  }

  /** How many steps its program has. */
  int steps() {
    return pattern.programSize();
  }

  private static void refuseMore(long steps) throws RefusedExpressionException {
    if (steps > STEPS_MAX) {
      throw new RefusedExpressionException(
          "got an expression of "
              + steps
              + " steps when its repetitions are written out (expected at most "
              + STEPS_MAX
              + ")");
    }
  }

  private static String explain(String expression, PatternSyntaxException problem) {
    String part = problem.getPattern();
    String description = problem.getDescription();
    String why = why(part, description);
    boolean hasPlace = !part.isEmpty() && !UNPLACED.contains(description);
    return "is no regular expression of RE2"
        + (hasPlace
            ? ", at index "
                + place(expression, part, description)
                + ": '"
                + shortened(part)
                + "' is "
                + why
            : ": " + why);
  }

  /** Some parts reach to the expression's end: their first characters say what they are. */
  private static String shortened(String part) {
    boolean group = part.startsWith("(?<");
    return group || part.length() > SHOWN_MAX
        ? part.substring(0, Math.min(part.length(), group ? 4 : SHOWN_MAX))
        : part;
  }

  /** The reader names the part it refuses, not its place: the first at which it refuses it. */
  private static int place(String expression, String part, String description) {
    int first = expression.indexOf(part);
    for (int at = first; at >= 0; at = expression.indexOf(part, at + 1)) {
      try {
        Pattern.compile(expression.substring(0, at + part.length()));
      } catch (PatternSyntaxException e) {
        if (e.getDescription().equals(description) && e.getPattern().equals(part)) {
          return at;
        }
      }
    }
    return Math.max(first, 0);
  }

  private static String why(String part, String description) {
    boolean digit = part.length() > 1 && part.charAt(1) >= '1' && part.charAt(1) <= '9';
    if (part.startsWith("\\k") || (part.startsWith("\\") && digit)) {
      return "a backreference (expected none: RE2 never goes back)";
    }
    if (part.startsWith("(?=") || part.startsWith("(?!")) {
      return "a lookahead (expected none: RE2 never looks ahead)";
    }
    if (part.startsWith("(?<=") || part.startsWith("(?<!")) {
      return "a lookbehind (expected none: RE2 never looks back)";
    }
    if (part.startsWith("(?>")) {
      return "an atomic group (expected a plain one)";
    }
    return switch (description) {
      case "invalid nested repetition operator" ->
          "a repetition of a repetition (expected one of * + ? and {n,m})";
      case "invalid repeat count" -> "an invalid repeat count (expected 0 to 1000)";
      case UNOPENED -> "unexpected )";
      default ->
          part.isEmpty() || UNPLACED.contains(description)
              ? description
              : "not expected: " + description;
    };
  }
}
