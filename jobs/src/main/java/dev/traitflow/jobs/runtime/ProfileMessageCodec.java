package dev.traitflow.jobs.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.jobs.runtime.AccountMessage.UserLeft;
import dev.traitflow.jobs.runtime.AccountMessage.UserTraits;
import dev.traitflow.jobs.runtime.ControlMessage.Define;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import dev.traitflow.jobs.runtime.ControlMessage.Score;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.MergeMessage.Delete;
import dev.traitflow.jobs.runtime.MergeMessage.Hold;
import dev.traitflow.jobs.runtime.MergeMessage.Left;
import dev.traitflow.jobs.runtime.MergeMessage.Move;
import dev.traitflow.jobs.runtime.MergeMessage.Moved;
import dev.traitflow.jobs.runtime.MergeMessage.Split;
import dev.traitflow.jobs.runtime.ProfileMessage.Kind;

/**
 * The bytes of a {@link ProfileMessage}: a version, the code of the kind, and the fields of a
 * {@link Layout}. The two methods of each kind say which component lies in which field.
 */
final class ProfileMessageCodec implements Codec<ProfileMessage> {
  private static final int VERSION_1 = 1;
  private static final byte[] NONE = new byte[0];
  private static final byte[] BEAT = LogRecord.beat(0, 0).body();

  @Override
  public byte[] encode(ProfileMessage message) {
    Layout fields = layout(message);
    return new ByteWriter(96 + fields.body.length)
        .writeByte(VERSION_1)
        .writeByte(message.kind().code())
        .writeString(message.key())
        .writeInt(fields.origin)
        .writeInt(fields.origins)
        .writeLong(fields.sequence)
        .writeLong(fields.at)
        .writeLong(fields.timestamp)
        .writeString(fields.text)
        .writeString(fields.other)
        .writeInt(fields.count)
        .writeBytes(fields.body)
        .toBytes();
  }

  @Override
  public ProfileMessage decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_1, "profile message");
    Kind kind = Kind.ofCode(in.readByte());
    String key = in.readString();
    Layout fields =
        new Layout(
            in.readInt(),
            in.readInt(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readString(),
            in.readString(),
            in.readInt(),
            in.readBytes());
    return fields.message(kind, key);
  }

  private static Layout layout(ProfileMessage message) {
    return switch (message.kind()) {
      case LIVE_EVENT -> Layout.of((LiveEvent) message);
      case MOVED_EVENT -> Layout.of((MovedEvent) message);
      case HOLD -> Layout.of((Hold) message);
      case MOVE -> Layout.of((Move) message);
      case SPLIT -> Layout.of((Split) message);
      case DELETE -> Layout.of((Delete) message);
      case MOVED -> Layout.of((Moved) message);
      case LEFT -> Layout.of((Left) message);
      case FLUSH -> Layout.of((Flush) message);
      case DEFINE -> Layout.of((Define) message);
      case SCORE -> Layout.of((Score) message);
      case USER_LEFT -> Layout.of((UserLeft) message);
      case USER_TRAITS -> Layout.of((UserTraits) message);
    };
  }

  /**
   * The fields behind the key, in their order on the wire. All kinds share them, because version 1
   * was written when a message was one class; what a kind does not have is 0 or empty, which costs
   * a byte each.
   */
  private record Layout(
      int origin,
      int origins,
      long sequence,
      long at,
      long timestamp,
      String text,
      String other,
      int count,
      byte[] body) {

    private static Layout step(
        long sequence, long at, String text, String other, int histories, byte[] body) {
      return new Layout(0, 0, sequence, at, 0, text, other, histories, body);
    }

    private static Layout control(
        ControlMessage control, long sequence, long at, String space, byte[] body) {
      return new Layout(control.origin(), control.origins(), sequence, at, 0, space, "", 0, body);
    }

    static Layout of(LiveEvent event) {
      int repeat = event.possibleRepeat() ? 1 : 0;
      return new Layout(
          0,
          0,
          event.sequence(),
          event.at(),
          event.timestamp(),
          event.messageId(),
          "",
          repeat,
          event.resolved());
    }

    static Layout of(MovedEvent event) {
      return new Layout(
          0,
          0,
          event.sequence(),
          event.at(),
          event.timestamp(),
          "",
          "",
          event.histories(),
          event.resolved());
    }

    static Layout of(Hold hold) {
      String profile = ProfileMessage.profileOf(hold.key());
      return step(hold.sequence(), hold.at(), profile, "", hold.histories(), NONE);
    }

    static Layout of(Move move) {
      byte[] owner = move.owner().getBytes(UTF_8);
      return step(
          move.sequence(), move.at(), move.survivor(), move.loser(), move.histories(), owner);
    }

    static Layout of(Split split) {
      byte[] division = HistorySplit.CODEC.encode(split.division());
      return step(
          split.sequence(), split.at(), split.rest(), split.split(), split.histories(), division);
    }

    static Layout of(Delete delete) {
      byte[] owner = delete.owner().getBytes(UTF_8);
      return step(delete.sequence(), delete.at(), "", delete.profile(), delete.histories(), owner);
    }

    static Layout of(Moved moved) {
      return step(moved.sequence(), moved.at(), moved.history(), "", moved.histories(), NONE);
    }

    static Layout of(Left left) {
      return step(
          left.sequence(), left.at(), left.history(), left.survivor(), left.histories(), NONE);
    }

    static Layout of(Flush flush) {
      return control(flush, flush.number(), flush.at(), "", flush.beat() ? BEAT : NONE);
    }

    static Layout of(Define define) {
      return control(define, define.sequence(), define.at(), define.space(), define.definition());
    }

    static Layout of(Score score) {
      return control(score, score.sequence(), score.at(), score.space(), NONE);
    }

    /** A user leaves as one: the count of histories is 1. */
    static Layout of(UserLeft left) {
      return step(left.sequence(), left.at(), left.user(), left.survivor(), 1, NONE);
    }

    static Layout of(UserTraits traits) {
      return step(0, 0, traits.user(), "", 0, traits.traits());
    }

    /** The message of a kind that has these fields. */
    ProfileMessage message(Kind kind, String key) {
      return switch (kind) {
        case LIVE_EVENT -> new LiveEvent(key, sequence, at, timestamp, text, count > 0, body);
        case MOVED_EVENT -> new MovedEvent(key, sequence, at, timestamp, count, body);
        case HOLD -> new Hold(key, sequence, at, count);
        case MOVE -> new Move(key, sequence, at, text, other, count, new String(body, UTF_8));
        case SPLIT ->
            new Split(key, sequence, at, text, other, count, HistorySplit.CODEC.decode(body));
        case DELETE -> new Delete(key, sequence, at, other, count, new String(body, UTF_8));
        case MOVED -> new Moved(key, sequence, at, text, count);
        case LEFT -> new Left(key, sequence, at, text, other, count);
        case FLUSH -> new Flush(key, origin, origins, sequence, at, LogRecord.isBeat(body));
        case DEFINE -> new Define(key, origin, origins, sequence, at, text, body);
        case SCORE -> new Score(key, origin, origins, sequence, at, text);
        case USER_LEFT -> new UserLeft(key, sequence, at, text, other);
        case USER_TRAITS -> new UserTraits(key, text, body);
      };
    }
  }
}
