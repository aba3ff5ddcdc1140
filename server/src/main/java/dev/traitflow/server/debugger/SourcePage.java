package dev.traitflow.server.debugger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.debugger.SourceRing.Picture;
import java.util.List;

/**
 * A part of what a source's ring holds.
 *
 * @param search which calls
 * @param after only those that arrived after this place; 0 for all
 * @param until none that arrived after this place: the place at which somebody paused; {@link
 *     Long#MAX_VALUE} for all
 * @param limit at most so many, the newest
 */
public record SourcePage(CallSearch search, long after, long until, int limit) {
  /** Nobody paused. */
  public static final long LIVE = Long.MAX_VALUE;

  /** The answer: the calls, newest first, and the place from which to ask for later ones. */
  public ObjectNode of(SourceDebugger debugger, String space, String source) {
    Picture picture = debugger.picture(space, source);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode events = answer.putArray("events");
    boolean more = false;
    long newer = 0;
    List<Arrival> arrivals = picture.arrivals();
    for (int i = arrivals.size() - 1; i >= 0 && !more; i--) {
      Arrival arrival = arrivals.get(i);
      if (arrival.place() > until) {
        newer++;
      } else if (arrival.place() <= after) {
        break;
      } else {
        ShownCall call = ShownCall.of(arrival, debugger.parser());
        if (call.matches(search)) {
          more = events.size() == limit;
          if (!more) {
            events.add(call.json());
          }
        }
      }
    }
    boolean paused = until != LIVE;
    answer.put("has_more", more);
    answer.put("cursor", Long.toString(paused ? until : Math.max(after, picture.newest())));
    answer.put("paused", paused);
    if (paused) {
      answer.put("newer", newer);
    }
    answer.put("space", space).put("source", source);
    answer.put("skipped_records", debugger.skipped());
    return answer;
  }
}
