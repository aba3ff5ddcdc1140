package dev.traitflow.core.codec;

/**
 * Turns a value into bytes and back.
 *
 * <p>Laws: {@code decode(encode(v)).equals(v)}; the first byte is the version of the format; a
 * codec writes its newest version and reads every version it ever wrote.
 *
 * @param <T> the value
 */
public interface Codec<T> {
  /** Returns the bytes of {@code value} in the newest version. */
  byte[] encode(T value);

  /**
   * Returns the value of {@code bytes}.
   *
   * @throws IllegalArgumentException if the bytes are of an unknown version or cut short
   */
  T decode(byte[] bytes);
}
