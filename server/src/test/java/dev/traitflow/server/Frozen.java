package dev.traitflow.server;

import dev.traitflow.core.codec.Codec;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One form that bytes are stored in, with a sample that has something in every field.
 *
 * @param name what the bytes stand under in {@code frozen-bytes.properties}; its end is the version
 *     that wrote them
 * @param written the sample as it is written now; null for a version that is only read
 * @param read reads the bytes; null for keys, which are only compared
 * @param sample what the bytes say
 */
public record Frozen(
    String name,
    byte @Nullable [] written,
    @Nullable Function<byte[], ? extends @Nullable Object> read,
    Object sample) {

  /** The form that a codec writes now. */
  public static <T> Frozen of(String name, Codec<T> codec, T sample) {
    return new Frozen(name, codec.encode(sample), codec::decode, sample);
  }

  /** A form that a codec once wrote and reads for good. */
  public static <T> Frozen earlier(String name, Codec<T> codec, T sample) {
    return new Frozen(name, null, codec::decode, sample);
  }

  /** The key of a record or of an entry. */
  public static Frozen key(String name, byte[] key) {
    return new Frozen(name, key, null, key);
  }

  @Override
  public String toString() {
    return name;
  }
}
