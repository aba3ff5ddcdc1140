package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A call of a story, before it is known in which telling it comes: each telling has its own users,
 * so that several can stand side by side in one space.
 *
 * @param number its place in the story; the order of its messageId in every telling
 * @param timestamp when it happened, epoch milliseconds
 * @param ids what it says of its user; the first a user or anonymous id
 * @param body its other members, as JSON
 */
record StoryCall(int number, long timestamp, List<Identifier> ids, String body) {
  StoryCall {
    ids = List.copyOf(ids);
  }

  /** The same call that carries another identifier too. */
  StoryCall with(Identifier more) {
    List<Identifier> all = new ArrayList<>(ids);
    all.add(more);
    return new StoryCall(number, timestamp, all, body);
  }

  /** An identifier in a telling. */
  static Identifier told(Identifier id, String telling) {
    return Identifier.ofUser(id.type(), id.value() + "." + telling);
  }

  /** What an identifier of a telling was in its story. */
  static Identifier untold(Identifier id) {
    return Identifier.ofUser(id.type(), id.value().substring(0, id.value().indexOf('.')));
  }

  /** The telling that an identifier, or a messageId, is from. */
  static String telling(String value) {
    return value.substring(value.indexOf('.') + 1);
  }

  /** The call in a telling. */
  LogRecord toRecord(String space, String telling, long at) {
    String top = "";
    List<String> external = new ArrayList<>();
    for (Identifier id : ids) {
      String value = told(id, telling).value();
      String member = "\"" + memberOf(id.type()) + "\":";
      if (!memberOf(id.type()).isEmpty() && !top.contains(member)) {
        top += "," + member + "\"" + value + "\"";
      } else {
        external.add(
            "{\"id\":\"%s\",\"type\":\"%s\",\"collection\":\"users\",\"encoding\":\"none\"}"
                .formatted(value, id.type()));
      }
    }
    String json =
        "{\"messageId\":\"m%03d.%s\",\"timestamp\":\"%s\",%s%s,\"context\":{\"externalIds\":[%s]}}"
            .formatted(
                number,
                telling,
                Instant.ofEpochMilli(timestamp),
                body,
                top,
                String.join(",", external));
    return LogRecord.call(space, at, "web", "", "", json.getBytes(UTF_8));
  }

  private static String memberOf(String type) {
    return switch (type) {
      case Identifier.USER_ID -> "userId";
      case Identifier.ANONYMOUS_ID -> "anonymousId";
      default -> "";
    };
  }
}
