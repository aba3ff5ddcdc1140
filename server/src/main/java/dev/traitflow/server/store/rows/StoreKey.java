package dev.traitflow.server.store.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds keys of the store. A key is a table's byte and fields whose bytes sort as the fields do:
 * texts by code point, instants by time; so a range of keys is a range of fields.
 *
 * <p>A text ends with 0 0; a 0 inside of it is written as 0 255. Then no text is the beginning of
 * another, whatever a sender puts into an id.
 */
public final class StoreKey {
  private byte[] bytes = new byte[96];
  private int length;

  private StoreKey(Table table) {
    bytes[length++] = table.letter();
  }

  /** A key of {@code table}, so far without fields. */
  public static StoreKey of(Table table) {
    return new StoreKey(table);
  }

  /** Adds a text. */
  public StoreKey text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    makeRoom(utf8.length * 2 + 2);
    for (byte b : utf8) {
      bytes[length++] = b;
      if (b == 0) {
        bytes[length++] = (byte) 0xFF;
      }
    }
    bytes[length++] = 0;
    bytes[length++] = 0;
    return this;
  }

  /** Adds an instant or another number; negative ones sort first. */
  public StoreKey number(long number) {
    makeRoom(Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(length, number ^ Long.MIN_VALUE);
    length += Long.BYTES;
    return this;
  }

  /** The key. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void makeRoom(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** The text that is the last field of a key, beginning at a place in it. */
  static String lastText(byte[] key, int from) {
    int end = key.length - 2;
    for (int i = from; i < end; i++) {
      if (key[i] == 0) {
        Reader reader = new Reader(key);
        reader.position = from;
        return reader.text();
      }
    }
    return new String(key, from, end - from, StandardCharsets.UTF_8);
  }

  /** A number as it lies in keys: {@value Long#BYTES} bytes that sort as numbers do. */
  public static byte[] ordered(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number ^ Long.MIN_VALUE).array();
  }

  /** The smallest key behind all keys that begin with {@code prefix}. */
  public static byte[] after(byte[] prefix) {
    byte[] next = Arrays.copyOf(prefix, prefix.length);
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        return Arrays.copyOf(next, i + 1);
      }
    }
    throw new IllegalArgumentException("prefix: got only 255s (expected a table's byte)");
  }

  /** Reads the fields of a key in their order. */
  public static final class Reader {
    private final byte[] key;
    private int position = 1;

    /** Reads {@code key} behind its table's byte. */
    public Reader(byte[] key) {
      this.key = key;
    }

    /** The next field, a text. */
    public String text() {
      byte[] text = new byte[key.length - position];
      int length = 0;
      while (true) {
        byte b = key[position++];
        if (b == 0 && key[position++] == 0) {
          return new String(text, 0, length, StandardCharsets.UTF_8);
        }
        text[length++] = b;
      }
    }

    /** Passes over so many texts. */
    public Reader skip(int texts) {
      for (int i = 0; i < texts; i++) {
        // A text ends with two zeros; one inside of it is followed by 255.
        while (key[position] != 0 || key[position + 1] != 0) {
          position++;
        }
        position += 2;
      }
      return this;
    }

    /** The next field, a number. */
    public long number() {
      long number = ByteBuffer.wrap(key, position, Long.BYTES).getLong() ^ Long.MIN_VALUE;
      position += Long.BYTES;
      return number;
    }
  }
}
