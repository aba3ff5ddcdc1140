package dev.traitflow.core.identity;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many steps a regular expression has when its repetitions are written out, by one pass over
 * its text. It may count too many, never far too few: a parenthesis it takes wrongly only widens
 * what a repetition multiplies.
 */
final class ExpressionSize {
  private static final long FAR_TOO_MANY = 1_000_000_000L;

  private final String text;
  private final Deque<Long> outer = new ArrayDeque<>();
  private int at;
  private long sum;
  private long last;

  private ExpressionSize(String text) {
    this.text = text;
  }

  /** The number of steps, about; at most a thousand millions. */
  static long of(String expression) {
    return new ExpressionSize(expression).count();
  }

  private long count() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '\\' -> escape();
        case '[' -> {
          at = endOfClass();
          add(1);
        }
        case '(' -> {
          outer.push(sum);
          sum = 0;
          last = 0;
          at++;
        }
        case ')' -> {
          // A group notes where it begins and ends.
          last = sum + 2;
          sum = limited(last + (outer.isEmpty() ? 0 : outer.pop()));
          at++;
        }
        case '*', '+', '?' -> {
          sum++;
          last++;
          at++;
        }
        case '{' -> repetition();
        default -> {
          add(1);
          at++;
        }
      }
    }
    while (!outer.isEmpty()) {
      sum = limited(sum + outer.pop());
    }
    return sum;
  }

  private void add(long steps) {
    sum = limited(sum + steps);
    last = steps;
  }

  private static long limited(long steps) {
    return Math.min(steps, FAR_TOO_MANY);
  }

  private void escape() {
    if (text.startsWith("\\Q", at)) {
      int end = text.indexOf("\\E", at);
      int stop = end < 0 ? text.length() : end;
      for (int i = at + 2; i < stop; i++) {
        add(1);
      }
      at = end < 0 ? stop : end + 2;
      return;
    }
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    boolean braced = (kind == 'x' || kind == 'p' || kind == 'P') && text.startsWith("{", at + 2);
    int close = braced ? text.indexOf('}', at) : -1;
    at = close < 0 ? at + 2 : close + 1;
    add(1);
  }

  /** Behind the bracket that closes the class; the first in it is one of its characters. */
  private int endOfClass() {
    int i = at + 1;
    if (text.startsWith("^", i)) {
      i++;
    }
    for (boolean first = true; i < text.length(); first = false, i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == ']' && !first) {
        return i + 1;
      }
    }
    return text.length();
  }

  /** {@code {n}}, {@code {n,}} and {@code {n,m}} repeat what is before them; else it is text. */
  private void repetition() {
    int close = text.indexOf('}', at);
    String inside = close < 0 ? "" : text.substring(at + 1, close);
    int comma = inside.indexOf(',');
    long least = number(comma < 0 ? inside : inside.substring(0, comma));
    String upper = comma < 0 ? "" : inside.substring(comma + 1);
    if (least < 0 || (!upper.isEmpty() && number(upper) < 0)) {
      add(1);
      at++;
      return;
    }
    long times = Math.max(1, Math.max(least, upper.isEmpty() ? least + 1 : number(upper)));
    long before = sum - last;
    last = limited(last * times);
    sum = limited(before + last);
    at = close + 1;
  }

  private static long number(String digits) {
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 9
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.parseLong(digits) : -1;
  }
}
