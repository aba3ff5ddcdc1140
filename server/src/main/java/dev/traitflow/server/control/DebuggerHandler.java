package dev.traitflow.server.control;

import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.debugger.CallSearch;
import dev.traitflow.server.debugger.CallStatus;
import dev.traitflow.server.debugger.LiveReader;
import dev.traitflow.server.debugger.SourceDebugger;
import dev.traitflow.server.debugger.SourcePage;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest calls of a source: {@code GET /config/sources/{source}/debugger}, and live. */
public final class DebuggerHandler implements AutoCloseable {
  static final int LIMIT_DEFAULT = 500;
  static final int LIMIT_MAX = 10_000;
  private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");

  private final SpaceRegistry spaces;
  private final SourceDebugger debugger;
  private final LiveReaders readers = new LiveReaders();

  private record Found(String space, String source) {}

  public DebuggerHandler(SpaceRegistry spaces, SourceDebugger debugger) {
    this.spaces = spaces;
    this.debugger = debugger;
  }

  /** The newest calls, or calls as they come for who accepts server-sent events. */
  public void page(Request request) throws IOException {
    String accept = request.exchange().getRequestHeaders().getFirst(Headers.ACCEPT);
    if (accept != null && accept.contains("text/event-stream")) {
      live(request);
      return;
    }
    Query query = request.query();
    Found found = source(request);
    SourcePage page =
        new SourcePage(
            search(query),
            place("after", query.text("after").orElse("0")),
            query.text("until").map(text -> place("until", text)).orElse(SourcePage.LIVE),
            query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
    request.answer(200, page.of(debugger, found.space, found.source));
  }

  /** Calls as they come, as server-sent events. */
  public void live(Request request) throws IOException {
    readers.open(
        request.exchange(),
        reader(request.exchange(), request.query(), source(request), search(request.query())));
  }

  @Override
  public void close() {
    readers.close();
  }

  private LiveReader reader(
      HttpServerExchange exchange, Query query, Found found, CallSearch search) {
    String last = exchange.getRequestHeaders().getFirst(LAST_EVENT_ID);
    Optional<Long> after =
        last != null
            ? Optional.of(place("Last-Event-ID", last))
            : query.text("after").map(text -> place("after", text));
    return after
        .map(place -> LiveReader.after(debugger, found.space, found.source, search, place))
        .orElseGet(() -> LiveReader.fromNow(debugger, found.space, found.source, search));
  }

  private Found source(Request request) {
    return source(request.path("source"), request.query().text("space"));
  }

  private Found source(String named, Optional<String> inSpace) {
    List<Found> found = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (SpaceDefinition space : spaces.all()) {
      if (inSpace.isPresent()
          && !inSpace.get().equals(space.id())
          && !inSpace.get().equals(spaces.slug(space))) {
        continue;
      }
      for (SourceDefinition source : space.sources()) {
        known.add(source.slug());
        if (source.slug().equals(named) || source.idIn(space.id()).equals(named)) {
          found.add(new Found(space.id(), source.slug()));
        }
      }
    }
    if (found.size() > 1) {
      throw Query.invalid(
          "space",
          "is missing: the source '"
              + named
              + "' is in "
              + String.join(", ", found.stream().map(Found::space).toList()));
    }
    if (found.isEmpty()) {
      String meant = Fields.nearest(named, known);
      throw new HttpProblem(
          ErrorCode.NOT_FOUND,
          "There is no source '"
              + named
              + "'"
              + inSpace.map(space -> " in the space '" + space + "'").orElse("")
              + (meant.isEmpty() ? "." : "; did you mean " + meant + "?"));
    }
    return found.get(0);
  }

  /** What calls the parameters ask for. */
  static CallSearch search(Query query) {
    String type = query.text("type").orElse(null);
    if (type != null && EventType.ofCall(type) == null) {
      throw Query.invalid("type", "must be identify, track, page, screen, group or alias");
    }
    String status = query.text("status").orElse(null);
    return new CallSearch(
        query.text("q").orElse(null), type, query.text("event").orElse(null), status(status));
  }

  private static @Nullable CallStatus status(@Nullable String name) {
    CallStatus status = name == null ? null : CallStatus.of(name);
    if (name != null && status == null) {
      throw Query.invalid("status", "must be accepted, rejected or duplicate");
    }
    return status;
  }

  /** A place in the order of arrival that a parameter names. */
  static long place(String parameter, String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Query.invalid(parameter, "must be a cursor that an answer gave");
    }
    return Long.parseLong(text);
  }
}
