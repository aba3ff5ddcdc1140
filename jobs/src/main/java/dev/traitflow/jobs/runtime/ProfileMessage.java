package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.ProfileIds;

/**
 * A message to a profile's history or to its fold. Everything about a profile travels on the same
 * keyed edge, so it arrives in the order in which it was decided: events, the steps of a merge, and
 * control messages.
 */
public sealed interface ProfileMessage
    permits EventMessage, MergeMessage, ControlMessage, AccountMessage {
  /** Version 1: the first format. */
  Codec<ProfileMessage> CODEC = new ProfileMessageCodec();

  /** The key it is sent to: a {@link #profileKey}, or one of the {@link ControlKeys}. */
  String key();

  /** Its kind; each record has one. */
  Kind kind();

  /**
   * The kinds of messages, one for each record. The code of a kind is its byte on the wire: it is
   * never changed and never given to another kind.
   */
  enum Kind {
    /** {@link EventMessage.LiveEvent}. */
    LIVE_EVENT(0),
    /** {@link EventMessage.MovedEvent}. */
    MOVED_EVENT(1),
    /** {@link MergeMessage.Hold}. */
    HOLD(2),
    /** {@link MergeMessage.Move}. */
    MOVE(3),
    /** {@link MergeMessage.Split}. */
    SPLIT(4),
    /** {@link MergeMessage.Delete}. */
    DELETE(5),
    /** {@link MergeMessage.Moved}. */
    MOVED(6),
    /** {@link MergeMessage.Left}. */
    LEFT(7),
    /** {@link ControlMessage.Flush}. */
    FLUSH(8),
    /** {@link ControlMessage.Define}. */
    DEFINE(9),
    /** {@link ControlMessage.Score}. */
    SCORE(10),
    /** {@link AccountMessage.UserLeft}. */
    USER_LEFT(11),
    /** {@link AccountMessage.UserTraits}. */
    USER_TRAITS(12);

    private static final Kind[] BY_CODE = byCode();

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The byte that stands for it on the wire. */
    int code() {
      return code;
    }

    /**
     * The kind with a code.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Kind ofCode(int code) {
      if (code >= BY_CODE.length) {
        throw new IllegalArgumentException(
            "profile message kind: got " + code + " (expected 0 to " + (BY_CODE.length - 1) + ")");
      }
      return BY_CODE[code];
    }

    private static Kind[] byCode() {
      Kind[] kinds = new Kind[values().length];
      for (Kind kind : values()) {
        kinds[kind.code] = kind;
      }
      return kinds;
    }
  }

  /** The key of a profile: its space and its id. */
  static String profileKey(String space, String profile) {
    return space + "/" + profile;
  }

  /** The space in a profile's key. */
  static String spaceOf(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  /** The id in a profile's key. */
  static String profileOf(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  /** True if the profile of a key is an account. Called for every event: it copies nothing. */
  static boolean isOfAccount(String key) {
    return ProfileIds.isAccount(key, key.indexOf('/') + 1);
  }
}
