package dev.traitflow.core.text;

import java.util.Comparator;

/**
 * Orders strings by Unicode code point. {@link String#compareTo} orders by UTF-16 unit instead,
 * which puts supplementary characters before U+E000.
 */
public enum CodePointOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String left, String right) {
    int shorter = Math.min(left.length(), right.length());
    for (int i = 0; i < shorter; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogateA = Character.isSurrogate(a);
        boolean surrogateB = Character.isSurrogate(b);
        if (surrogateA != surrogateB) {
          return surrogateA ? 1 : -1;
        }
        return a - b;
      }
    }
    return left.length() - right.length();
  }
}
