package dev.traitflow.server.store.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.ResolvedEvent;

/**
 * The keys of every table that holds profiles, and the values that are plain numbers: one class a
 * table. Writers and readers both build keys here, so that neither knows the other. What the tables
 * hold is said by {@link Table}; delivery's have a class of their own.
 *
 * <p>Methods named {@code of…} make the beginning that a range of keys shares.
 */
public final class Tables {
  private Tables() {}

  /** Events by profile and time. */
  public static final class Events {
    private Events() {}

    /** Where an event lies. */
    public static byte[] key(ResolvedEvent resolved) {
      return ofProfile(resolved.space(), resolved.profile())
          .number(resolved.event().timestamp())
          .text(resolved.event().messageId())
          .bytes();
    }

    /** The events of a profile; a timestamp may follow. */
    public static StoreKey ofProfile(String space, String profile) {
      return StoreKey.of(Table.EVENTS).text(space).text(profile);
    }
  }

  /** Identifiers, each once. */
  public static final class Identifiers {
    private Identifiers() {}

    /** Where an identifier lies. */
    public static byte[] key(String space, Identifier id) {
      return ofType(space, id.collection(), id.type()).text(id.value()).bytes();
    }

    /** The identifiers of a collection. */
    public static byte[] ofCollection(String space, String collection) {
      return StoreKey.of(Table.IDENTIFIERS).text(space).text(collection).bytes();
    }

    /** The identifiers of a type; a value may follow. */
    public static StoreKey ofType(String space, String collection, String type) {
      return StoreKey.of(Table.IDENTIFIERS).text(space).text(collection).text(type);
    }

    /** The type that a key names. */
    public static String type(byte[] key) {
      return new StoreKey.Reader(key).skip(2).text();
    }
  }

  /** Identifiers by the profile that was given them. */
  public static final class ProfileIdentifiers {
    private ProfileIdentifiers() {}

    /** Where an identifier of a profile lies. */
    public static byte[] key(String space, String profile, Identifier id) {
      return StoreKey.of(Table.PROFILE_IDENTIFIERS)
          .text(space)
          .text(profile)
          .text(id.collection())
          .text(id.type())
          .text(id.value())
          .bytes();
    }

    /** The identifiers of a profile. */
    public static byte[] ofProfile(String space, String profile) {
      return StoreKey.of(Table.PROFILE_IDENTIFIERS).text(space).text(profile).bytes();
    }

    /** The identifiers of a space. */
    public static byte[] ofSpace(String space) {
      return StoreKey.of(Table.PROFILE_IDENTIFIERS).text(space).bytes();
    }

    /** The profile that a key names. */
    public static String profile(byte[] key) {
      return new StoreKey.Reader(key).skip(1).text();
    }
  }

  /** Values of traits. */
  public static final class Traits {
    private Traits() {}

    /** Where the value of a trait lies. */
    public static byte[] key(String space, String profile, String trait) {
      return StoreKey.of(Table.TRAITS).text(space).text(profile).text(trait).bytes();
    }

    /** The values of a profile. */
    public static byte[] ofProfile(String space, String profile) {
      return StoreKey.of(Table.TRAITS).text(space).text(profile).bytes();
    }

    /** The trait that a key names, given the length of {@link #ofProfile} it begins with. */
    public static String trait(byte[] key, int prefixLength) {
      return StoreKey.lastText(key, prefixLength);
    }
  }

  /** Values of versions that readers may not see yet. */
  public static final class Staged {
    private Staged() {}

    /** Where the value of a version of a trait lies. */
    public static byte[] key(String space, String profile, String trait, int version) {
      return ofProfile(space, profile).text(trait).number(version).bytes();
    }

    /** The values of a profile; a trait may follow. */
    public static StoreKey ofProfile(String space, String profile) {
      return StoreKey.of(Table.STAGED).text(space).text(profile);
    }

    /** The values of a space. */
    public static byte[] ofSpace(String space) {
      return StoreKey.of(Table.STAGED).text(space).bytes();
    }

    /** The space that a key names. */
    public static String space(byte[] key) {
      return new StoreKey.Reader(key).text();
    }

    /** The trait that a key names. */
    public static String trait(byte[] key) {
      return new StoreKey.Reader(key).skip(2).text();
    }
  }

  /** Pointers from profiles that were merged away, with {@link Pointer} as values. */
  public static final class Pointers {
    private Pointers() {}

    /** Where the pointer of a profile lies. */
    public static byte[] key(String space, String loser) {
      return StoreKey.of(Table.POINTERS).text(space).text(loser).bytes();
    }
  }

  /** Pairs of profiles without a value: who was merged into whom, and accounts with their users. */
  public static final class Pairs {
    private Pairs() {}

    /** Where it lies that {@code survivor} absorbed {@code loser}. */
    public static byte[] absorbed(String space, String survivor, String loser) {
      return StoreKey.of(Table.ABSORBED).text(space).text(survivor).text(loser).bytes();
    }

    /** What a profile absorbed. */
    public static byte[] absorbedBy(String space, String survivor) {
      return StoreKey.of(Table.ABSORBED).text(space).text(survivor).bytes();
    }

    /** Where it lies that one profile is linked to another. */
    public static byte[] link(String space, String from, String to) {
      return StoreKey.of(Table.LINKS).text(space).text(from).text(to).bytes();
    }

    /** What a profile is linked to. */
    public static byte[] linksOf(String space, String from) {
      return StoreKey.of(Table.LINKS).text(space).text(from).bytes();
    }

    /** The second profile of a pair. */
    public static String second(byte[] key) {
      return new StoreKey.Reader(key).skip(2).text();
    }
  }

  /** Profiles that were deleted. */
  public static final class Deleted {
    private Deleted() {}

    /** Where it lies that a profile was deleted. */
    public static byte[] key(String space, String profile) {
      return StoreKey.of(Table.DELETED).text(space).text(profile).bytes();
    }
  }

  /** Merges, and which of them were undone. */
  public static final class Merges {
    private Merges() {}

    /** Where a merge lies. */
    public static byte[] key(String space, String merge) {
      return StoreKey.of(Table.MERGES).text(space).text(merge).bytes();
    }

    /** Where it lies that a merge was undone. */
    public static byte[] undone(String space, String merge) {
      return StoreKey.of(Table.MERGES).text(space).text(merge).text("undone").bytes();
    }
  }

  /** The log of identity decisions, and the terms its entries are found by; the newest first. */
  public static final class Insights {
    private Insights() {}

    /**
     * Which entry of a space's log.
     *
     * @param sequence offset of the entry's event in the log
     * @param which distinguishes the entries of one event
     */
    public record Entry(long sequence, String which) {}

    /** Where an entry lies. */
    public static byte[] key(String space, Entry entry) {
      return StoreKey.of(Table.INSIGHTS)
          .text(space)
          .number(-entry.sequence)
          .text(entry.which)
          .bytes();
    }

    /** The entries of a space. */
    public static byte[] ofSpace(String space) {
      return StoreKey.of(Table.INSIGHTS).text(space).bytes();
    }

    /** The entry that a key names. */
    public static Entry entry(byte[] key) {
      return entry(new StoreKey.Reader(key).skip(1));
    }

    /** Where it lies that a term finds an entry. */
    public static byte[] term(String space, String term, Entry entry) {
      return StoreKey.of(Table.INSIGHT_TERMS)
          .text(space)
          .text(term)
          .number(-entry.sequence)
          .text(entry.which)
          .bytes();
    }

    /** The entries that a term finds. */
    public static byte[] ofTerm(String space, String term) {
      return StoreKey.of(Table.INSIGHT_TERMS).text(space).text(term).bytes();
    }

    /** The entry that a term's key names. */
    public static Entry entryOfTerm(byte[] key) {
      return entry(new StoreKey.Reader(key).skip(2));
    }

    private static Entry entry(StoreKey.Reader fields) {
      return new Entry(-fields.number(), fields.text());
    }
  }

  /** What is known of each partition of the topics. */
  public static final class Partitions {
    private Partitions() {}

    /** Where the next offset to read lies. */
    public static byte[] offset(String topic, int partition) {
      return StoreKey.of(Table.OFFSETS).text(topic).number(partition).bytes();
    }

    /** Where the newest attempt of the job lies. */
    public static byte[] attempt(String topic, int partition) {
      return StoreKey.of(Table.ATTEMPTS).text(topic).number(partition).bytes();
    }

    /** Where the number of partitions of a topic lies. */
    public static byte[] count(String topic) {
      return StoreKey.of(Table.PARTITIONS).text(topic).bytes();
    }

    /** Where the newest marker of a subtask lies. */
    public static byte[] marker(String topic, int partition, String stage, int subtask) {
      return StoreKey.of(Table.MARKERS)
          .text(topic)
          .number(partition)
          .text(stage)
          .number(subtask)
          .bytes();
    }

    /** An offset or an attempt as a value. */
    public static byte[] encode(long number) {
      return new ByteWriter().writeLong(number).toBytes();
    }

    /** Reads an offset or an attempt. */
    public static long decode(byte[] value) {
      return new ByteReader(value).readLong();
    }

    /** A number of partitions as a value. */
    public static byte[] encodeCount(int count) {
      return new ByteWriter().writeInt(count).toBytes();
    }

    /** Reads a number of partitions. */
    public static int decodeCount(byte[] value) {
      return new ByteReader(value).readInt();
    }
  }

  /** What is known of each space. */
  public static final class Spaces {
    private Spaces() {}

    /** Where the definition of a space lies. */
    public static byte[] definition(String space) {
      return StoreKey.of(Table.DEFINITIONS).text(space).bytes();
    }

    /** Where the first interaction of a contact center lies. */
    public static byte[] flex(String space) {
      return StoreKey.of(Table.FLEX).text(space).bytes();
    }
  }
}
