package dev.traitflow.server.store;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.server.store.DeliveryStore.PlannedAnswer;

/**
 * The keys of delivery's tables, and the values that are plain numbers: one class a table. What the
 * tables hold is said by {@link Table}.
 */
final class DeliveryTables {
  private DeliveryTables() {}

  /** Changes that destinations may have to be notified of, in the order they were made. */
  static final class Marks {
    private Marks() {}

    /** Where a mark lies. */
    static byte[] key(long number) {
      return StoreKey.of(Table.MARKS).number(number).bytes();
    }

    /** The number of a mark. */
    static long number(byte[] key) {
      return new StoreKey.Reader(key).number();
    }
  }

  /** What destinations were sent last. */
  static final class Sent {
    private Sent() {}

    /** Where it lies what a destination was sent of a value. */
    static byte[] key(String space, String profile, String key, String destination) {
      return StoreKey.of(Table.SENT).text(space).text(profile).text(key).text(destination).bytes();
    }

    /** What was sent of the values of a profile. */
    static byte[] ofProfile(String space, String profile) {
      return StoreKey.of(Table.SENT).text(space).text(profile).bytes();
    }

    /** The key of the same value and destination under another profile. */
    static byte[] of(byte[] key, String space, String profile) {
      StoreKey.Reader fields = new StoreKey.Reader(key).skip(2);
      return key(space, profile, fields.text(), fields.text());
    }
  }

  /** Calls that were not taken yet. */
  static final class Pending {
    private Pending() {}

    /** Where a call lies. */
    static byte[] key(PendingCall call) {
      return ofProfile(call.space(), call.profile())
          .text(call.key())
          .text(call.destination())
          .text(call.recipient().userId())
          .text(call.recipient().email())
          .text(call.recipient().anonymousId())
          .bytes();
    }

    /** The calls about a profile; a value's key and a destination may follow. */
    static StoreKey ofProfile(String space, String profile) {
      return StoreKey.of(Table.PENDING).text(space).text(profile);
    }
  }

  /** What capture destinations received. */
  static final class Captured {
    private Captured() {}

    /** Where a call lies that a destination received. */
    static byte[] key(String destination, long number) {
      return StoreKey.of(Table.CAPTURED).text(destination).number(number).bytes();
    }

    /** What a destination received. */
    static byte[] ofDestination(String destination) {
      return StoreKey.of(Table.CAPTURED).text(destination).bytes();
    }

    /** The number of a call. */
    static long number(byte[] key) {
      return new StoreKey.Reader(key).skip(1).number();
    }
  }

  /** How capture destinations answer for now. */
  static final class Answers {
    private Answers() {}

    /** Where it lies how a destination answers. */
    static byte[] key(String destination) {
      return StoreKey.of(Table.ANSWERS).text(destination).bytes();
    }

    /** An answer as a value. */
    static byte[] encode(PlannedAnswer answer) {
      return new ByteWriter().writeInt(answer.status()).writeInt(answer.times()).toBytes();
    }

    /** Reads an answer. */
    static PlannedAnswer decode(byte[] value) {
      ByteReader in = new ByteReader(value);
      return new PlannedAnswer(in.readInt(), in.readInt());
    }
  }

  /** How many events were not sent. */
  static final class Filtered {
    private Filtered() {}

    /** Where a count lies. */
    static byte[] key(String destination, String reason) {
      return StoreKey.of(Table.FILTERED).text(destination).text(reason).bytes();
    }

    /** The counts of a destination. */
    static byte[] ofDestination(String destination) {
      return StoreKey.of(Table.FILTERED).text(destination).bytes();
    }

    /** The reason that a key names. */
    static String reason(byte[] key) {
      return new StoreKey.Reader(key).skip(1).text();
    }

    /** A count as a value. */
    static byte[] encode(long count) {
      return new ByteWriter().writeLong(count).toBytes();
    }

    /** Reads a count. */
    static long decode(byte[] value) {
      return new ByteReader(value).readLong();
    }
  }
}
