package dev.traitflow.core.event;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of a space's log, the topic {@code events}. Everything that can change a decision of a
 * space is such a record; its offset is the arrival order.
 *
 * @param kind what it is
 * @param space id of the space; empty for ticks and flushes, which concern every space of a
 *     partition
 * @param at the clock when it was appended, epoch milliseconds; {@code now} of a space is the
 *     greatest {@code at} seen in its log
 * @param source slug of the source of a call, empty otherwise
 * @param origin where a replayed call came from (digest of its file), empty for live calls
 * @param number line number of a replayed call; number of a flush or of a scoring round; how many
 *     calls a refused record stands for
 * @param messageId the id given to a call that brings none
 * @param type the call's type when its path decides it, empty when the body does
 * @param body a call's JSON as received, a definition's JSON, a {@link TraitWrite}; else empty
 * @param asNamed true for a call whose property names are left as they are (see {@link FlexAlias})
 * @param refusal why the server refused a call already at the door: it is in the log so that it is
 *     counted and shown like any other, its body being a sample; null otherwise
 */
public record LogRecord(
    Kind kind,
    String space,
    long at,
    String source,
    String origin,
    long number,
    String messageId,
    String type,
    byte[] body,
    boolean asNamed,
    Parsed.@Nullable Rejected refusal) {

  /** What a record of the log is. */
  public enum Kind implements WireCode {
    /** A tracking call, body as received. */
    CALL(0),
    /** Time passed. */
    TICK(1),
    /** A numbered barrier: every stage passes it on after everything before it. */
    FLUSH(2),
    /** A space's definition, body as JSON. */
    DEFINE(3),
    /** Traits written back by a prediction or a SQL trait. */
    WRITE(4),
    /** Features of every profile are wanted: a new model, or a scoring round is due. */
    SCORE(5),
    /**
     * The scoring job has answered flush {@code number}; body: how many writes it appended since.
     */
    SCORED(6),
    /** A profile is deleted: that of the user with the identifier {@code type}:{@code body}. */
    DELETE(7),
    /** The identifier {@code type}:{@code body} of a user is taken from its profile. */
    UNMAP(8),
    /** A merge is taken back, body: an {@code UnmergeOrder}. */
    UNMERGE(9),
    /** Profiles are made one, body: a {@code JoinOrder}. */
    JOIN(10);

    private static final WireCodes<Kind> CODES = new WireCodes<>("log record kind", values());

    private final int wireCode;

    Kind(int wireCode) {
      this.wireCode = wireCode;
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  private static final byte[] NONE = new byte[0];
  private static final byte[] BEAT = {1};

  /** Version 2 added whether names are left and why a call was refused. Version 1: the first. */
  public static final Codec<LogRecord> CODEC = new LogRecordCodec();

  /** A record that leaves no names and is not refused. */
  public LogRecord(
      Kind kind,
      String space,
      long at,
      String source,
      String origin,
      long number,
      String messageId,
      String type,
      byte[] body) {
    this(kind, space, at, source, origin, number, messageId, type, body, false, null);
  }

  /** A call received live. */
  public static LogRecord call(
      String space, long at, String source, String messageId, String type, byte[] body) {
    return new LogRecord(Kind.CALL, space, at, source, "", 0, messageId, type, body);
  }

  /** A live call whose property names are left as they are. */
  public static LogRecord callAsNamed(
      String space, long at, String source, String messageId, String type, byte[] body) {
    return new LogRecord(Kind.CALL, space, at, source, "", 0, messageId, type, body, true, null);
  }

  /**
   * Calls the server refused at the door.
   *
   * @param type of one whose path decided it, else empty
   * @param calls how many, at least 1
   * @param sample bytes of the first, cut to what is worth keeping
   */
  public static LogRecord refused(
      String space,
      long at,
      String source,
      Parsed.Rejected refusal,
      String type,
      long calls,
      byte[] sample) {
    return new LogRecord(Kind.CALL, space, at, source, "", calls, "", type, sample, false, refusal);
  }

  /**
   * A line of a replayed file: its own {@code receivedAt} is believed, and the clock skew is
   * corrected only if it has one.
   */
  public static LogRecord replayed(
      String space, long at, String source, String origin, long line, byte[] body) {
    return new LogRecord(Kind.CALL, space, at, source, origin, line, origin + "-" + line, "", body);
  }

  /** Time passed: the clock shows {@code at}. */
  public static LogRecord tick(long at) {
    return new LogRecord(Kind.TICK, "", at, "", "", 0, "", "", NONE);
  }

  /** Barrier {@code number}. */
  public static LogRecord flush(long at, long number) {
    return new LogRecord(Kind.FLUSH, "", at, "", "", number, "", "", NONE);
  }

  /**
   * Barrier {@code number} for somebody who waits for what lies before it, and not for work that
   * definitions have set off: no stage may take long for it.
   */
  public static LogRecord beat(long at, long number) {
    return flush(at, number).withBody(BEAT);
  }

  /** True if a barrier with this body is a {@link #beat}. */
  public static boolean isBeat(byte[] bodyOfFlush) {
    return Arrays.equals(bodyOfFlush, BEAT);
  }

  /** A definition of {@code space}. */
  public static LogRecord define(String space, long at, byte[] json) {
    return new LogRecord(Kind.DEFINE, space, at, "", "", 0, "", "", json);
  }

  /** Traits written back. */
  public static LogRecord write(String space, long at, TraitWrite write) {
    return new LogRecord(Kind.WRITE, space, at, "", "", 0, "", "", TraitWrite.CODEC.encode(write));
  }

  /** Scoring round {@code number} of {@code space}. */
  public static LogRecord score(String space, long at, long number) {
    return new LogRecord(Kind.SCORE, space, at, "", "", number, "", "", NONE);
  }

  /** The scoring job has handled everything before flush {@code number}. */
  public static LogRecord scored(long at, long number, long writes) {
    return new LogRecord(
        Kind.SCORED, "", at, "", "", number, "", "", new ByteWriter().writeLong(writes).toBytes());
  }

  /**
   * The profile that owns an identifier of users is deleted, with all it has.
   *
   * @param type the identifier's type
   * @param value its value, normalised
   */
  public static LogRecord delete(String space, long at, String type, String value) {
    return ofIdentifier(Kind.DELETE, space, at, type, value);
  }

  /** An identifier of users is taken from the profile that owns it; the profile stays. */
  public static LogRecord unmap(String space, long at, String type, String value) {
    return ofIdentifier(Kind.UNMAP, space, at, type, value);
  }

  private static LogRecord ofIdentifier(
      Kind kind, String space, long at, String type, String value) {
    byte[] body = value.getBytes(StandardCharsets.UTF_8);
    return new LogRecord(kind, space, at, "", "", 0, "", type, body);
  }

  /** Reads one that lies inside other bytes. */
  public static LogRecord read(ByteReader in) {
    return LogRecordCodec.decode(in);
  }

  /** The same record with another body. */
  public LogRecord withBody(byte[] newBody) {
    return new LogRecord(
        kind, space, at, source, origin, number, messageId, type, newBody, asNamed, refusal);
  }

  /** The same call, refused by the server: whole, so that it is shown as it was sent. */
  public LogRecord refusedFor(Parsed.Rejected reason) {
    return new LogRecord(
        kind, space, at, source, origin, number, messageId, type, body, asNamed, reason);
  }

  /** The same record, appended when the clock showed {@code instant}. */
  public LogRecord stampedAt(long instant) {
    return new LogRecord(
        kind, space, instant, source, origin, number, messageId, type, body, asNamed, refusal);
  }

  /** How many calls this stands for: 1, or as many as were refused together. */
  public long calls() {
    return refusal == null ? 1 : Math.max(1, number);
  }

  /** True for a line of a replayed file. */
  public boolean isReplayed() {
    return !origin.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogRecord that
        && kind == that.kind
        && space.equals(that.space)
        && at == that.at
        && source.equals(that.source)
        && origin.equals(that.origin)
        && number == that.number
        && messageId.equals(that.messageId)
        && type.equals(that.type)
        && asNamed == that.asNamed
        && Objects.equals(refusal, that.refusal)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(at) * 31 + Arrays.hashCode(body);
  }

  @Override
  public String toString() {
    return kind + " " + space + " at " + at + " #" + number + " " + body.length + " bytes";
  }

  private static final class LogRecordCodec implements Codec<LogRecord> {
    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(LogRecord record) {
      ByteWriter out = new ByteWriter(64 + record.body.length);
      out.writeByte(VERSION_2)
          .writeByte(record.kind.wireCode())
          .writeString(record.space)
          .writeLong(record.at)
          .writeString(record.source)
          .writeString(record.origin)
          .writeLong(record.number)
          .writeString(record.messageId)
          .writeString(record.type)
          .writeBytes(record.body)
          .writeBoolean(record.asNamed)
          .writeBoolean(record.refusal != null);
      if (record.refusal != null) {
        out.writeString(record.refusal.reason().wireName()).writeString(record.refusal.message());
      }
      return out.toBytes();
    }

    @Override
    public LogRecord decode(byte[] bytes) {
      return decode(new ByteReader(bytes));
    }

    static LogRecord decode(ByteReader in) {
      int version = in.readVersion(VERSION_2, "log record");
      LogRecord first =
          new LogRecord(
              Kind.CODES.of(in.readByte()),
              in.readString(),
              in.readLong(),
              in.readString(),
              in.readString(),
              in.readLong(),
              in.readString(),
              in.readString(),
              in.readBytes());
      return version == VERSION_1 ? first : extended(first, in);
    }

    private static LogRecord extended(LogRecord first, ByteReader in) {
      boolean asNamed = in.readBoolean();
      Parsed.Rejected refusal =
          in.readBoolean()
              ? new Parsed.Rejected(DiscardReason.ofWireName(in.readString()), in.readString())
              : null;
      return !asNamed && refusal == null
          ? first
          : new LogRecord(
              first.kind,
              first.space,
              first.at,
              first.source,
              first.origin,
              first.number,
              first.messageId,
              first.type,
              first.body,
              asNamed,
              refusal);
    }
  }
}
