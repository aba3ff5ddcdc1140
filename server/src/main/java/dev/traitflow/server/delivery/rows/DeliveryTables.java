package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.server.delivery.rows.DeliveryStore.PlannedAnswer;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.Table;

/**
 * The keys of delivery's tables, and the values that are plain numbers: one class a table. What the
 * tables hold is said by {@link Table}.
 */
public final class DeliveryTables {
  private DeliveryTables() {}

  /** Changes that destinations may have to be notified of, in the order they were made. */
  public static final class Marks {
    private Marks() {}

    /** Where a mark lies. */
    public static byte[] key(long number) {
      return StoreKey.of(Table.MARKS).number(number).bytes();
    }

    /** The number of a mark. */
    public static long number(byte[] key) {
      return new StoreKey.Reader(key).number();
    }
  }

  /** What destinations were sent last. */
  public static final class Sent {
    private Sent() {}

    /** Where it lies what a destination was sent of a value. */
    public static byte[] key(String space, String profile, String key, String destination) {
      return StoreKey.of(Table.SENT).text(space).text(profile).text(key).text(destination).bytes();
    }

    /** What was sent of the values of a profile. */
    public static byte[] ofProfile(String space, String profile) {
      return StoreKey.of(Table.SENT).text(space).text(profile).bytes();
    }

    /** The key of the same value and destination under another profile. */
    public static byte[] of(byte[] key, String space, String profile) {
      StoreKey.Reader fields = new StoreKey.Reader(key).skip(2);
      return key(space, profile, fields.text(), fields.text());
    }
  }

  /** Calls that were not taken yet. */
  public static final class Pending {
    private Pending() {}

    /** Where a call lies. */
    public static byte[] key(PendingCall call) {
      return ofProfile(call.space(), call.profile())
          .text(call.key())
          .text(call.destination())
          .text(call.recipient().userId())
          .text(call.recipient().email())
          .text(call.recipient().anonymousId())
          .bytes();
    }

    /** The calls about a profile; a value's key and a destination may follow. */
    public static StoreKey ofProfile(String space, String profile) {
      return StoreKey.of(Table.PENDING).text(space).text(profile);
    }
  }

  /** What capture destinations received. */
  public static final class Captured {
    private Captured() {}

    /** Where a call lies that a destination received. */
    public static byte[] key(String destination, long number) {
      return StoreKey.of(Table.CAPTURED).text(destination).number(number).bytes();
    }

    /** What a destination received. */
    public static byte[] ofDestination(String destination) {
      return StoreKey.of(Table.CAPTURED).text(destination).bytes();
    }

    /** The number of a call. */
    public static long number(byte[] key) {
      return new StoreKey.Reader(key).skip(1).number();
    }
  }

  /** How capture destinations answer for now. */
  public static final class Answers {
    private Answers() {}

    /** Where it lies how a destination answers. */
    public static byte[] key(String destination) {
      return StoreKey.of(Table.ANSWERS).text(destination).bytes();
    }

    /** An answer as a value. */
    public static byte[] encode(PlannedAnswer answer) {
      return new ByteWriter().writeInt(answer.status()).writeInt(answer.times()).toBytes();
    }

    /** Reads an answer. */
    public static PlannedAnswer decode(byte[] value) {
      ByteReader in = new ByteReader(value);
      return new PlannedAnswer(in.readInt(), in.readInt());
    }
  }

  /** How many events were not sent. */
  public static final class Filtered {
    private Filtered() {}

    /** Where a count lies. */
    public static byte[] key(String destination, String reason) {
      return StoreKey.of(Table.FILTERED).text(destination).text(reason).bytes();
    }

    /** The counts of a destination. */
    public static byte[] ofDestination(String destination) {
      return StoreKey.of(Table.FILTERED).text(destination).bytes();
    }

    /** The reason that a key names. */
    public static String reason(byte[] key) {
      return new StoreKey.Reader(key).skip(1).text();
    }

    /** A count as a value. */
    public static byte[] encode(long count) {
      return new ByteWriter().writeLong(count).toBytes();
    }

    /** Reads a count. */
    public static long decode(byte[] value) {
      return new ByteReader(value).readLong();
    }
  }
}
