package dev.traitflow.server.store;

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
final class StoreKey {
  /** (space, profile, timestamp, messageId) to the resolved event. */
  static final byte EVENT = 'e';

  /** (space, collection, type, value) to the identifier's profile. */
  static final byte IDENTIFIER = 'i';

  /** (space, profile, collection, type, value) to the same: the identifiers of a profile. */
  static final byte PROFILE_IDENTIFIER = 'p';

  /** (space, profile, trait) to the value. */
  static final byte TRAIT = 't';

  /** (space, profile, trait, version) to a value that readers may not see yet. */
  static final byte STAGED = 'v';

  /** (space, loser) to the survivor. */
  static final byte POINTER = 'l';

  /** (space, survivor, loser) to nothing: the pointers backwards. */
  static final byte ABSORBED = 's';

  /** (space, merge) to the merge; (space, merge, "undone") if it was taken back. */
  static final byte MERGE = 'h';

  /** (space, sequence from the newest, which of its insights) to the insight. */
  static final byte INSIGHT = 'j';

  /** (space, term, sequence from the newest, which of its insights): finds insights by a term. */
  static final byte INSIGHT_TERM = 'z';

  /** (space, profile, profile) to nothing: a user's account and an account's user. */
  static final byte LINK = 'k';

  /** (topic, partition) to the next offset. */
  static final byte OFFSET = 'o';

  /** (topic, partition) to the newest attempt. */
  static final byte ATTEMPT = 'a';

  /** (topic, partition, stage, subtask) to the newest marker. */
  static final byte MARKER = 'm';

  /** (topic) to its number of partitions. */
  static final byte PARTITIONS = 'n';

  /** (space) to its definition. */
  static final byte DEFINITION = 'd';

  /** (space) to the messageId of its first Flex interaction. */
  static final byte FLEX = 'f';

  /** (number) to a change that destinations may have to be told of. */
  static final byte MARK = 'q';

  /** (space, profile, key, destination) to what the destination was told last. */
  static final byte SENT = 'x';

  /** (space, profile, key, destination, user id, email, anonymous id) to a call not taken yet. */
  static final byte PENDING = 'w';

  /** (destination, number) to what a capture destination received. */
  static final byte CAPTURE = 'c';

  /** (destination) to how a capture destination answers. */
  static final byte ANSWER = 'r';

  /** (destination, reason) to how many events were not sent to it. */
  static final byte FILTERED = 'u';

  /** (space, profile): it was deleted. */
  static final byte DELETED = 'g';

  private byte[] bytes = new byte[96];
  private int length;

  private StoreKey(byte table) {
    bytes[length++] = table;
  }

  /** A key of {@code table}, so far without fields. */
  static StoreKey of(byte table) {
    return new StoreKey(table);
  }

  /** Adds a text. */
  StoreKey text(String text) {
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
  StoreKey number(long number) {
    makeRoom(Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(length, number ^ Long.MIN_VALUE);
    length += Long.BYTES;
    return this;
  }

  /** The key. */
  byte[] bytes() {
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

  /** The smallest key behind all keys that begin with {@code prefix}. */
  static byte[] after(byte[] prefix) {
    byte[] next = Arrays.copyOf(prefix, prefix.length);
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        return Arrays.copyOf(next, i + 1);
      }
    }
    throw new IllegalArgumentException("prefix: got only 255s (expected a table's byte)");
  }

  /** Reads the fields of a key in their order. */
  static final class Reader {
    private final byte[] key;
    private int position = 1;

    /** Reads {@code key} behind its table's byte. */
    Reader(byte[] key) {
      this.key = key;
    }

    /** The next field, a text. */
    String text() {
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

    /** The next field, a number. */
    long number() {
      long number = ByteBuffer.wrap(key, position, Long.BYTES).getLong() ^ Long.MIN_VALUE;
      position += Long.BYTES;
      return number;
    }
  }
}
