package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.debugger.CallSearch;
import dev.traitflow.server.debugger.EmittedCall;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The newest calls a space sent to its destinations: {@code /config/spaces/{space}/debugger}. */
public final class SpaceDebuggerHandler {
  private static final int CALLS_MAX = 500;

  private final SpaceEditor editor;
  private final Deliveries deliveries;

  public SpaceDebuggerHandler(SpaceRegistry spaces, Deliveries deliveries) {
    this.editor = new SpaceEditor(spaces);
    this.deliveries = deliveries;
  }

  /** Answers one request. */
  public void handle(Request request) {
    Query query = request.query();
    CallSearch search = DebuggerHandler.search(query);
    if (search.status() != null) {
      throw Query.invalid("status", "is for sources; what was answered is in each call");
    }
    long after = DebuggerHandler.place("after", query.text("after").orElse("0"));
    int limit = query.integer("limit", DebuggerHandler.LIMIT_DEFAULT, 1, DebuggerHandler.LIMIT_MAX);
    List<EmittedCall> newest = newest(editor.space(request), query.text("destination").orElse(""));
    ObjectNode answer = Answers.object();
    ArrayNode events = answer.putArray("events");
    newest.stream()
        .filter(call -> call.number() > after && call.matches(search))
        .limit(limit)
        .forEach(call -> events.add(call.json()));
    long cursor = newest.isEmpty() ? after : Math.max(after, newest.get(0).number());
    request.answer(200, answer.put("cursor", Long.toString(cursor)));
  }

  /** At most so many of each destination, of all of them the newest first. */
  private List<EmittedCall> newest(SpaceDefinition space, String wanted) {
    List<EmittedCall> newest = new ArrayList<>();
    boolean found = wanted.isEmpty();
    for (DestinationDefinition destination : space.destinations()) {
      if (wanted.isEmpty() || destination.isNamed(wanted)) {
        found = true;
        deliveries
            .newestCaptured(destination.id(), CALLS_MAX)
            .forEach(
                (number, json) -> newest.add(new EmittedCall(number, destination.name(), json)));
      }
    }
    if (!found) {
      throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no destination '" + wanted + "'.");
    }
    newest.sort(Comparator.comparingLong(EmittedCall::number).reversed());
    return newest;
  }
}
