package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages to a fold of users, of the space {@code shop}, and the events in them. */
final class ShopMessages {
  static final long DAY = 86_400_000L;

  /** When the messages begin, epoch milliseconds. */
  static final long T0 = 20_000 * DAY;

  private ShopMessages() {}

  /** A definition, to one subtask. */
  static ProfileMessage define(long sequence, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new ControlMessage.Define(sequence, T0, "shop", body).addressed("~0", 0, 1);
  }

  /** A barrier or a beat of the only lane. */
  static ProfileMessage flush(LogRecord flush) {
    boolean beat = LogRecord.isBeat(flush.body());
    return new ControlMessage.Flush(flush.number(), flush.at(), beat).addressed("~0", 0, 1);
  }

  /** Barrier 1 of one of several lanes. */
  static ProfileMessage flush(int origin, int origins, long at) {
    return new ControlMessage.Flush(1, at, false).addressed("~0", origin, origins);
  }

  /** One of the two histories of merge 5 has come. */
  static ProfileMessage moved(String survivor, String history) {
    return new MergeMessage.Moved("shop/" + survivor, 5, T0 + 10, history, 2);
  }

  /** One of the two histories of merge 5 has left. */
  static ProfileMessage left(String loser, String history) {
    return new MergeMessage.Left("shop/" + loser, 5, T0 + 10, history, "", 2);
  }

  /** An event of an anonymous profile. */
  static ProfileMessage event(String profile, long sequence, long at, Event event) {
    return message(profile, sequence, at, event, Identifier.ANONYMOUS_ID);
  }

  /** An event of a known profile, at {@link #T0}. */
  static ProfileMessage known(String profile, long sequence, Event event) {
    return message(profile, sequence, T0, event, Identifier.USER_ID);
  }

  private static ProfileMessage message(
      String profile, long sequence, long at, Event event, String type) {
    return new EventMessage.LiveEvent(
        "shop/" + profile,
        sequence,
        at,
        event.timestamp(),
        event.messageId(),
        /* possibleRepeat= */ false,
        resolved(profile, sequence, event, type));
  }

  /** An event of the profile l, which is merged into a survivor. */
  static ProfileMessage moved(String survivor, long sequence, int count, Event event) {
    byte[] body = resolved("l", sequence, event, Identifier.ANONYMOUS_ID);
    return new EventMessage.MovedEvent(
        "shop/" + survivor, sequence, T0 + 10, event.timestamp(), count, body);
  }

  private static byte[] resolved(String profile, long sequence, Event event, String type) {
    List<Identifier> ids = List.of(Identifier.ofUser(type, profile));
    return ResolvedEvent.CODEC.encode(new ResolvedEvent("shop", profile, sequence, event, ids));
  }

  static Event login(String id, long at) {
    return event(EventType.TRACK, "Login", id, at, Event.NONE);
  }

  static Event numbered(String id, long at, int number) {
    return new Event(
        EventType.TRACK,
        id,
        at,
        at,
        "web",
        "Login",
        "u1",
        null,
        null,
        null,
        null,
        null,
        ("{\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8),
        Event.NONE,
        Event.NONE);
  }

  static Event page(String id, long at) {
    return event(EventType.PAGE, "Page Viewed", id, at, Event.NONE);
  }

  static Event identify(String id, long at) {
    byte[] traits = "{\"plan\":\"gold\"}".getBytes(StandardCharsets.UTF_8);
    return event(EventType.IDENTIFY, "", id, at, traits);
  }

  private static Event event(EventType type, String name, String id, long at, byte[] traits) {
    return new Event(
        type,
        id,
        at,
        at,
        "web",
        name,
        null,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        traits,
        Event.NONE);
  }
}
