package dev.traitflow.core.codec;

import java.util.Arrays;

/**
 * The constants of an enum by their {@link WireCode}. Immutable; a look-up is one access to an
 * array.
 *
 * @param <E> the enum
 */
public final class WireCodes<E extends Enum<E> & WireCode> {
  private static final int CODE_MAX = 255;

  private final String what;

  /** Null where no constant has the code. */
  private final E[] byCode;

  /**
   * The codes of an enum.
   *
   * @param what what a constant is, for sentences, such as {@code event type}
   * @param constants all of them
   * @throws IllegalArgumentException if two have the same code, or one does not fit into a byte
   */
  public WireCodes(String what, E[] constants) {
    this.what = what;
    int last = Arrays.stream(constants).mapToInt(WireCode::wireCode).max().orElse(-1);
    byCode = Arrays.copyOf(constants, last + 1);
    Arrays.fill(byCode, null);
    for (E constant : constants) {
      int code = constant.wireCode();
      if (code < 0 || code > CODE_MAX || byCode[code] != null) {
        throw new IllegalArgumentException(
            what + " " + constant + ": got code " + code + " (expected one of its own, 0 to 255)");
      }
      byCode[code] = constant;
    }
  }

  /**
   * The constant of a code.
   *
   * @throws IllegalArgumentException if there is none: the bytes are damaged, or of a program that
   *     is newer than this one
   */
  public E of(int code) {
    E constant = code >= 0 && code < byCode.length ? byCode[code] : null;
    if (constant == null) {
      throw new IllegalArgumentException(
          what + ": got code " + code + " (expected one of " + known() + ")");
    }
    return constant;
  }

  private String known() {
    StringBuilder known = new StringBuilder();
    for (E constant : byCode) {
      if (constant != null) {
        known.append(known.isEmpty() ? "" : ", ");
        known.append(constant.wireCode()).append(' ').append(constant);
      }
    }
    return known.toString();
  }
}
