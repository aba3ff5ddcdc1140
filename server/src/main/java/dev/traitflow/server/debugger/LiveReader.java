package dev.traitflow.server.debugger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.server.debugger.SourceRing.Picture;
import dev.traitflow.server.log.ExactJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches a source, in the order of arrival. He takes from the ring what is new when
 * he is ready for it: nothing waits for him in memory, and what gave way meanwhile is counted. Not
 * thread-safe.
 */
public final class LiveReader {
  /** At most so many calls at a time; the older ones are passed over and counted. */
  static final int CALLS_MAX = 100;

  private final SourceDebugger debugger;
  private final String space;
  private final String source;
  private final CallSearch search;
  private long place;
  private long ordinal;
  private long outcomes;
  private boolean resumed;

  /**
   * A message to him.
   *
   * @param event {@code call}, {@code outcome} or {@code skipped}
   * @param id the place to resume after, of calls; else null
   * @param data JSON
   */
  public record Message(String event, @Nullable String id, String data) {}

  private LiveReader(
      SourceDebugger debugger, String space, String source, CallSearch search, boolean resumed) {
    this.debugger = debugger;
    this.space = space;
    this.source = source;
    this.search = search;
    this.resumed = resumed;
  }

  /** Watches from now on. */
  public static LiveReader fromNow(
      SourceDebugger debugger, String space, String source, CallSearch search) {
    LiveReader reader = new LiveReader(debugger, space, source, search, false);
    Picture picture = debugger.picture(space, source);
    reader.place = picture.newest();
    reader.ordinal = picture.arrived();
    reader.outcomes = picture.outcomes();
    return reader;
  }

  /**
   * Watches from a place on: first what the ring still holds, and what became of earlier calls that
   * it holds.
   */
  public static LiveReader after(
      SourceDebugger debugger, String space, String source, CallSearch search, long place) {
    LiveReader reader = new LiveReader(debugger, space, source, search, true);
    reader.place = place;
    return reader;
  }

  /** What is new since the last time. */
  public List<Message> next() {
    Picture picture = debugger.picture(space, source);
    List<Message> messages = new ArrayList<>();
    for (Arrival arrival : picture.arrivals()) {
      if (arrival.place() <= place && arrival.outcome() > outcomes) {
        addOutcome(arrival, messages);
      }
    }
    List<Arrival> fresh =
        picture.arrivals().stream().filter(arrival -> arrival.place() > place).toList();
    int from = resumed ? 0 : Math.max(0, fresh.size() - CALLS_MAX);
    long lost = resumed ? 0 : picture.arrived() - ordinal - (fresh.size() - from);
    if (lost > 0) {
      JsonNode data = JsonNodeFactory.instance.objectNode().put("skipped", lost);
      messages.add(new Message("skipped", null, text(data)));
    }
    for (Arrival arrival : fresh.subList(from, fresh.size())) {
      ShownCall call = ShownCall.of(arrival, debugger.parser());
      if (call.matches(search)) {
        messages.add(call(arrival, call));
      }
    }
    place = Math.max(place, picture.newest());
    ordinal = picture.arrived();
    outcomes = picture.outcomes();
    resumed = false;
    return messages;
  }

  /** Who wants a status did not get the call before it had that status. */
  private void addOutcome(Arrival arrival, List<Message> messages) {
    ShownCall call = ShownCall.of(arrival, debugger.parser());
    if (!call.matches(search)) {
      return;
    }
    messages.add(
        search.status() == null
            ? new Message("outcome", null, text(call.outcome()))
            : call(arrival, call));
  }

  private static Message call(Arrival arrival, ShownCall call) {
    return new Message("call", Long.toString(arrival.place()), text(call.json()));
  }

  private static String text(JsonNode json) {
    return new String(ExactJson.write(json), StandardCharsets.UTF_8);
  }
}
