package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.ProfileIds;

/**
 * A message to a profile's history or to its fold. Everything about a profile goes down the same
 * keyed edge, so it arrives in the order it was decided in: events, orders to move a history after
 * a merge, and control records.
 *
 * <p>A merge of profile L into W runs so. The lane sends {@code MOVE} to the history of every id
 * that stood for L and {@code HOLD} to that of W. Each moved history sends all its events on to W's
 * fold, then {@code MOVED} to W's fold and {@code LEFT} to L's. W's fold shows nothing from the
 * first sign of the merge until it has the hold and as many {@code MOVED} as the hold names; L's
 * fold clears itself at its last {@code LEFT}, after which no message for it can be under way. A
 * deletion is a move to nowhere: {@code DELETE} to every history of the profile, {@code LEFT} from
 * each to its fold.
 *
 * @param kind what it is
 * @param key key it is sent to: {@link #profileKey} or a control key
 * @param origin which subtask or lane a control message comes from, from 0
 * @param origins how many of them there are
 * @param sequence offset in the log of the record that caused it, or a control record's number
 * @param at the clock at that record, epoch milliseconds
 * @param timestamp an event's timestamp; for a moved one too
 * @param text an event's messageId; of {@code MOVE} the survivor's id; of {@code MOVED} the id
 *     whose history came; of a control message the space
 * @param other of {@code MOVE} the loser's id; of {@code LEFT} the survivor's; else empty
 * @param count how many histories move in this merge; of a live event 1 if it may be a repeat of
 *     one that was dated ahead, else 0
 * @param body an event as {@code ResolvedEvent}; a definition's or a user's traits' JSON; else
 *     empty
 */
public record ProfileMessage(
    Kind kind,
    String key,
    int origin,
    int origins,
    long sequence,
    long at,
    long timestamp,
    String text,
    String other,
    int count,
    byte[] body) {

  /** What a message is. */
  public enum Kind {
    /** A resolved event, live. */
    EVENT,
    /** An event of a history that moves; {@code sequence} is the merge's. */
    MOVED_EVENT,
    /** To a survivor: a merge begins, {@code count} histories will come. */
    HOLD,
    /** To a history: send everything to the survivor. */
    MOVE,
    /** To a history: send each event to the one or the other of two profiles. */
    SPLIT,
    /** To a history: forget everything, the profile {@code other} is deleted. */
    DELETE,
    /** To a survivor's fold: one history has come whole. */
    MOVED,
    /** To a loser's fold: one of its histories has left. */
    LEFT,
    /** To every subtask: a barrier. */
    FLUSH,
    /** To every subtask: a space's definition. */
    DEFINE,
    /** To every subtask: a scoring round. */
    SCORE,
    /** To an account: the user {@code text} was merged into the user {@code other}. */
    USER_LEFT,
    /** To an account: the user {@code text} has these traits now. */
    USER_TRAITS;

    /** True for messages that every subtask gets, whatever its keys. */
    public boolean isControl() {
      return this == FLUSH || this == DEFINE || this == SCORE;
    }
  }

  /**
   * An event may be stored already if it is older than this, or if one was that came dated further
   * ahead. Half of the shortest time that messageIds are remembered: a repeat that is not known by
   * its messageId came longer than that before, so it is old or was dated ahead.
   */
  public static final long GUARDED_BEYOND_MILLIS = 12 * 3_600_000L;

  private static final byte[] NONE = new byte[0];

  /** Version 1: the first format. */
  public static final Codec<ProfileMessage> CODEC = new ProfileMessageCodec();

  /** The key of a profile: its space and its id. */
  public static String profileKey(String space, String profile) {
    return space + "/" + profile;
  }

  /** The space in a profile's key. */
  public static String spaceOf(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  /** The id in a profile's key. */
  public static String profileOf(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  /** True if the profile of a key is an account. Asked of every event: it copies nothing. */
  public static boolean isOfAccount(String key) {
    return ProfileIds.isAccount(key, key.indexOf('/') + 1);
  }

  /** A live event. */
  public static ProfileMessage event(
      String key, long sequence, long at, long timestamp, String messageId, byte[] resolved) {
    return new ProfileMessage(
        Kind.EVENT, key, 0, 0, sequence, at, timestamp, messageId, "", 0, resolved);
  }

  /** The same live event, which may be stored already though it is not old. */
  public ProfileMessage asPossibleRepeat() {
    return new ProfileMessage(
        kind, key, origin, origins, sequence, at, timestamp, text, other, 1, body);
  }

  /**
   * True if an event with this timestamp and messageId may be stored, so that the history must be
   * asked: beyond the memory of deduplication it is the guard. Always for an event that moves.
   */
  public boolean mayBeStored() {
    return count > 0 || at - timestamp > GUARDED_BEYOND_MILLIS;
  }

  /** An event of a moving history, on its way to the survivor's fold. */
  public static ProfileMessage movedEvent(
      String survivorKey, ProfileMessage move, long timestamp, byte[] resolved) {
    return new ProfileMessage(
        Kind.MOVED_EVENT,
        survivorKey,
        0,
        0,
        move.sequence,
        move.at,
        timestamp,
        "",
        "",
        move.count,
        resolved);
  }

  /** A step of a merge. */
  public static ProfileMessage merge(
      Kind kind, String key, long sequence, long at, String text, String other, int count) {
    return new ProfileMessage(kind, key, 0, 0, sequence, at, 0, text, other, count, NONE);
  }

  /** A user's traits, as a JSON object, for an account. */
  public static ProfileMessage userTraits(String accountKey, String user, byte[] json) {
    return new ProfileMessage(Kind.USER_TRAITS, accountKey, 0, 0, 0, 0, 0, user, "", 0, json);
  }

  /** A control message, not yet addressed. */
  public static ProfileMessage control(
      Kind kind, int origin, int origins, long sequence, long at, String space, byte[] body) {
    return new ProfileMessage(kind, "", origin, origins, sequence, at, 0, space, "", 0, body);
  }

  /** The same message with a body. */
  public ProfileMessage withBody(byte[] newBody) {
    return new ProfileMessage(
        kind, key, origin, origins, sequence, at, timestamp, text, other, count, newBody);
  }

  /** The same message to another key, from another origin. */
  public ProfileMessage readdressed(String newKey, int newOrigin, int newOrigins) {
    return new ProfileMessage(
        kind, newKey, newOrigin, newOrigins, sequence, at, timestamp, text, other, count, body);
  }

  private static final class ProfileMessageCodec implements Codec<ProfileMessage> {
    private static final int VERSION_1 = 1;
    private static final Kind[] KINDS = Kind.values();

    @Override
    public byte[] encode(ProfileMessage message) {
      return new ByteWriter(96 + message.body.length)
          .writeByte(VERSION_1)
          .writeByte(message.kind.ordinal())
          .writeString(message.key)
          .writeInt(message.origin)
          .writeInt(message.origins)
          .writeLong(message.sequence)
          .writeLong(message.at)
          .writeLong(message.timestamp)
          .writeString(message.text)
          .writeString(message.other)
          .writeInt(message.count)
          .writeBytes(message.body)
          .toBytes();
    }

    @Override
    public ProfileMessage decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "profile message");
      return new ProfileMessage(
          KINDS[in.readByte()],
          in.readString(),
          in.readInt(),
          in.readInt(),
          in.readLong(),
          in.readLong(),
          in.readLong(),
          in.readString(),
          in.readString(),
          in.readInt(),
          in.readBytes());
    }
  }
}
