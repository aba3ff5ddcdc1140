package dev.traitflow.core.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What UTF-8 can hold: whether bytes are UTF-8 by the strict definition (Unicode standard, table
 * 3-7), what a text that came escaped becomes in it, and how many bytes a text takes.
 *
 * <p>The JSON reader skips over strings nobody asks for without looking at their encoding, so a
 * broken byte inside a property would surface only when a definition reads it, days later.
 */
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Stands where a character was lost. */
  public static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /**
   * The text with U+FFFD in place of every half of a surrogate pair that stands alone. JSON can
   * escape such halves but UTF-8 cannot hold them, and clients that cut texts do send them. An
   * encoder would write a question mark, which people write too.
   */
  public static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
      out.appendCodePoint(lone ? REPLACEMENT : codePoint);
    }
    return out.toString();
  }

  /** Returns the offset of the first byte that is not UTF-8, or -1 if there is none. */
  public static int firstInvalid(byte[] bytes) {
    int position = 0;
    while (position < bytes.length) {
      if (position + 8 <= bytes.length && ((long) LONGS.get(bytes, position) & HIGH_BITS) == 0) {
        position += 8;
        continue;
      }
      int length = lengthAt(bytes, position);
      if (length == 0) {
        return position;
      }
      position += length;
    }
    return -1;
  }

  /** Number of bytes a text takes in UTF-8; half a surrogate pair takes one, as it becomes '?'. */
  public static int length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        bytes++;
      }
    }
    return bytes;
  }

  /** The text, or its first {@code charsMax} characters, never half a surrogate pair. */
  public static String cut(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    boolean halves = Character.isHighSurrogate(text.charAt(charsMax - 1));
    return text.substring(0, halves ? charsMax - 1 : charsMax);
  }

  /** Number of bytes of the character at {@code at}, or 0 if there is no valid one. */
  private static int lengthAt(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > bytes.length) {
      return 0;
    }
    // The second byte is narrower after four of the first bytes: no overlong forms, no
    // surrogates, nothing above U+10FFFF.
    int second = bytes[at + 1] & 0xFF;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int greatest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > greatest) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
