package dev.traitflow.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote, in the same order. Not thread-safe. */
public final class ByteReader {
  private final byte[] buffer;
  private int position;

  /** Reads {@code buffer} from its start; the array is not copied. */
  public ByteReader(byte[] buffer) {
    this.buffer = buffer;
  }

  /** Reads the leading version byte and checks that it lies in {@code 1..newest}. */
  public int readVersion(int newest, String what) {
    int version = readByte();
    if (version < 1 || version > newest) {
      throw new IllegalArgumentException(
          what + " version: got " + version + " (expected 1 to " + newest + ")");
    }
    return version;
  }

  /** Reads one byte, 0 to 255. */
  public int readByte() {
    need(1);
    return buffer[position++] & 0xFF;
  }

  /** Reads a boolean. */
  public boolean readBoolean() {
    return readByte() != 0;
  }

  /** Reads a variable-length signed integer. */
  public long readLong() {
    long bits = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte next = buffer[position++];
      bits |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw new IllegalArgumentException("integer at byte " + position + ": longer than 10 bytes");
  }

  /** Reads an int; fails if it does not fit. */
  public int readInt() {
    return Math.toIntExact(readLong());
  }

  /** Reads a double. */
  public double readDouble() {
    return Double.longBitsToDouble(readFixedLong());
  }

  /** Reads eight bytes, big end first. */
  public long readFixedLong() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = (value << 8) | (buffer[position++] & 0xFF);
    }
    return value;
  }

  /** Reads a length and that many bytes. */
  public byte[] readBytes() {
    byte[] value = readNullableBytes();
    if (value == null) {
      throw new IllegalArgumentException("bytes at " + position + ": got none (expected some)");
    }
    return value;
  }

  /** Reads bytes that may be absent. */
  public byte @Nullable [] readNullableBytes() {
    int length = readInt();
    if (length < 0) {
      return null;
    }
    need(length);
    byte[] value = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return value;
  }

  /** Reads a UTF-8 string. */
  public String readString() {
    int length = readInt();
    need(length);
    String value = new String(buffer, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  /** Reads a string that may be absent. */
  public @Nullable String readNullableString() {
    byte[] value = readNullableBytes();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** Reads all bytes that are left. */
  public byte[] readRemaining() {
    byte[] value = Arrays.copyOfRange(buffer, position, buffer.length);
    position = buffer.length;
    return value;
  }

  /** True while bytes are left. */
  public boolean hasMore() {
    return position < buffer.length;
  }

  private void need(int bytes) {
    if (bytes < 0 || position + bytes > buffer.length) {
      throw new IllegalArgumentException(
          "bytes at "
              + position
              + ": got "
              + (buffer.length - position)
              + " left (expected "
              + bytes
              + ")");
    }
  }
}
