package dev.traitflow.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer that writes variable-length integers, strings and byte arrays. Not thread-safe.
 */
public final class ByteWriter {
  private byte[] buffer;
  private int size;

  /** Creates a writer with room for 64 bytes; it grows as needed. */
  public ByteWriter() {
    this(64);
  }

  /** Creates a writer with room for {@code capacity} bytes; it grows as needed. */
  public ByteWriter(int capacity) {
    buffer = new byte[Math.max(capacity, 16)];
  }

  /** Writes one byte: the low eight bits of {@code value}. */
  public ByteWriter writeByte(int value) {
    grow(1);
    buffer[size++] = (byte) value;
    return this;
  }

  /** Writes a boolean as one byte. */
  public ByteWriter writeBoolean(boolean value) {
    return writeByte(value ? 1 : 0);
  }

  /**
   * Writes a signed integer in 1 to 10 bytes (zig-zag, seven bits a byte); small magnitudes are
   * short.
   */
  public ByteWriter writeLong(long value) {
    grow(10);
    long bits = (value << 1) ^ (value >> 63);
    while ((bits & ~0x7FL) != 0) {
      buffer[size++] = (byte) (bits | 0x80);
      bits >>>= 7;
    }
    buffer[size++] = (byte) bits;
    return this;
  }

  /** Writes an int as {@link #writeLong}. */
  public ByteWriter writeInt(int value) {
    return writeLong(value);
  }

  /** Writes the eight bytes of a double, big end first. */
  public ByteWriter writeDouble(double value) {
    return writeFixedLong(Double.doubleToRawLongBits(value));
  }

  /** Writes eight bytes, big end first. */
  public ByteWriter writeFixedLong(long value) {
    grow(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** Writes a length and that many bytes. */
  public ByteWriter writeBytes(byte[] value) {
    writeLong(value.length);
    return writeRaw(value);
  }

  /** Writes the bytes alone, without a length. */
  public ByteWriter writeRaw(byte[] value) {
    return writeRaw(value, 0, value.length);
  }

  ByteWriter writeRaw(byte[] value, int from, int end) {
    grow(end - from);
    System.arraycopy(value, from, buffer, size, end - from);
    size += end - from;
    return this;
  }

  /** Writes what is left of {@code bytes} as {@link #writeBytes}; the reader stays where it is. */
  public ByteWriter writeNested(ByteReader bytes) {
    writeLong(bytes.remaining());
    bytes.copyTo(this);
    return this;
  }

  /** Writes bytes that may be absent. */
  public ByteWriter writeNullableBytes(byte @Nullable [] value) {
    if (value == null) {
      return writeLong(-1);
    }
    return writeBytes(value);
  }

  /** Writes a string as UTF-8 with its length. */
  public ByteWriter writeString(String value) {
    return writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a string that may be absent. */
  public ByteWriter writeNullableString(@Nullable String value) {
    return writeNullableBytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** Returns the number of bytes written. */
  public int size() {
    return size;
  }

  private void grow(int more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
    }
  }
}
