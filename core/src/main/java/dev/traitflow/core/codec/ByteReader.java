package dev.traitflow.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote, in the same order. Not thread-safe. */
public final class ByteReader {
  private final byte[] buffer;
  private final int end;
  private int position;

  /** Reads {@code buffer} from its start; the array is not copied. */
  public ByteReader(byte[] buffer) {
    this(buffer, 0, buffer.length);
  }

  private ByteReader(byte[] buffer, int from, int end) {
    this.buffer = buffer;
    this.position = from;
    this.end = end;
  }

  /** Reads a length and returns a reader of that many bytes, which are not copied. */
  public ByteReader readNested() {
    int length = readInt();
    need(length);
    position += length;
    return new ByteReader(buffer, position - length, position);
  }

  /** Skips what {@link #readBytes} or {@link #readString} would read. */
  public void skipBytes() {
    int length = readInt();
    need(length);
    position += length;
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

  /** Reads the leading version byte and checks that it is {@code only}. */
  public void requireVersion(int only, String what) {
    int version = readByte();
    if (version != only) {
      throw new IllegalArgumentException(
          what + " version: got " + version + " (expected " + only + ")");
    }
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
    int length = readInt();
    if (length < 0) {
      return null;
    }
    need(length);
    position += length;
    return new String(buffer, position - length, length, StandardCharsets.UTF_8);
  }

  /** Writes all bytes that are left to {@code out}, without reading them. */
  void copyTo(ByteWriter out) {
    out.writeRaw(buffer, position, end);
  }

  /** How many bytes are left. */
  int remaining() {
    return end - position;
  }

  /** Reads all bytes that are left. */
  public byte[] readRemaining() {
    byte[] value = Arrays.copyOfRange(buffer, position, end);
    position = end;
    return value;
  }

  /** True while bytes are left. */
  public boolean hasMore() {
    return position < end;
  }

  private void need(int bytes) {
    if (bytes < 0 || position + bytes > end) {
      throw new IllegalArgumentException(
          "bytes at " + position + ": got " + (end - position) + " left (expected " + bytes + ")");
    }
  }
}
