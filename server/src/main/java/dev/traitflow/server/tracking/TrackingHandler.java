package dev.traitflow.server.tracking;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.event.Parsed.Rejected;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.BodyReceiver;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.RequestBody;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.tracking.CallScan.Call;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls: appends each to its space's log as it came, and answers 200 when all of them are
 * durable.
 *
 * <p>It validates only what would make a body unreadable; everything else is the job's to refuse,
 * with the call kept for the one who looks for it. So a new rule holds for a replay as well.
 */
public final class TrackingHandler {
  private static final int SINGLE_BYTES_MAX = EventParser.BODY_BYTES_MAX;
  private static final int BATCH_BYTES_MAX = 512_000;

  /** What gzip adds to bytes that it cannot make smaller. */
  private static final int GZIP_BYTES_MAX = 1_024;

  /** What an envelope may add to its calls altogether: it is written into each of them. */
  private static final long SHARED_BYTES_MAX = 16L << 20;

  /** Begins the ids of calls that bring none: no other start of a server has it. */
  private static final String MESSAGE_IDS = "traitflow-" + UUID.randomUUID() + "-";

  private static final AtomicLong MESSAGES = new AtomicLong();

  private final EventLog log;
  private final SpaceClock clock;
  private final EventParser parser = EventParser.strict();
  private final Discards discards;
  private final Door door;

  public TrackingHandler(EventLog log, SpaceClock clock, Discards discards, Door door) {
    this.log = log;
    this.clock = clock;
    this.discards = discards;
    this.door = door;
  }

  /** What is known of a request before its body. */
  private record Request(
      HttpServerExchange exchange,
      TrackingRoute route,
      Optional<List<SourceOfSpace>> known,
      Optional<Boolean> strict) {

    int bytesMax() {
      return route.isBatch() ? BATCH_BYTES_MAX : SINGLE_BYTES_MAX;
    }

    boolean isStrict(SourceOfSpace source) {
      return strict.orElse(source.source().settings().strict());
    }
  }

  /** Takes one request on the connection's own thread, and never waits on it. */
  void begin(HttpServerExchange exchange, TrackingRoute route, Query query) {
    Optional<Boolean> strict = query.text("strict").map(unused -> query.isSet("strict"));
    Request request = new Request(exchange, route, door.byHeader(exchange), strict);
    int slack = RequestBody.isGzip(exchange) ? GZIP_BYTES_MAX : 0;
    BodyReceiver.receive(
        exchange,
        BodyReceiver.Room.CALLS,
        request.bytesMax() + slack,
        body -> LogAnswers.later(exchange, body.length, () -> take(request, body)),
        problem ->
            LogAnswers.later(
                exchange,
                0,
                () -> refuse(request, request.known.orElse(List.of()), problem, new byte[0])));
  }

  /**
   * Takes a call that came in an address.
   *
   * @param writeKey of a call that has none itself; may be empty
   * @param done gets the token when the call is durable, and an empty one if it is not
   * @throws HttpProblem if it is refused, which was counted
   */
  void take(
      HttpServerExchange exchange,
      String type,
      byte[] body,
      String writeKey,
      Consumer<String> done) {
    Optional<List<SourceOfSpace>> known = door.byHeader(exchange);
    CallScan scan;
    try {
      if (body.length > SINGLE_BYTES_MAX) {
        throw RequestBody.tooLarge(SINGLE_BYTES_MAX);
      }
      scan = CallScan.of(body);
    } catch (HttpProblem problem) {
      throw refused(exchange, writeKey, problem.sentence());
    }
    String key = scan.writeKey().isEmpty() ? writeKey : scan.writeKey();
    List<SourceOfSpace> sources = known.orElseGet(() -> door.admit(exchange, key));
    CallMerge merge = CallMerge.single(body, scan, true, Door.address(exchange));
    LogAppends appends = new LogAppends(log);
    for (SourceOfSpace source : sources) {
      appendSingle(source, type, scan, body, merge.call(scan.whole()), null, appends);
    }
    CompletableFuture<String> unusedBecauseTold =
        appends
            .append()
            .whenComplete((token, failure) -> done.accept(failure == null ? token : ""));
  }

  /** Counts a call in an address that cannot be read, for its source if that is known. */
  HttpProblem refused(HttpServerExchange exchange, String writeKey, String message) {
    List<SourceOfSpace> sources =
        door.byHeader(exchange).orElseGet(() -> door.admit(exchange, writeKey));
    discards.refuse(
        sources.get(0), message, exchange.getQueryString().getBytes(StandardCharsets.UTF_8));
    return RequestBody.badRequest(message);
  }

  private void take(Request request, byte[] received) {
    byte[] body = received;
    List<SourceOfSpace> sources = request.known.orElse(List.of());
    try {
      if (RequestBody.isGzip(request.exchange)) {
        body = RequestBody.inflate(received, request.bytesMax());
      }
      if (body.length > request.bytesMax()) {
        throw RequestBody.tooLarge(request.bytesMax());
      }
      CallScan scan = CallScan.of(body);
      if (!request.route.isBatch()) {
        byte[] asMeant = VisitorCalls.read(request.exchange, body);
        scan = asMeant == body ? scan : CallScan.of(asMeant);
        body = asMeant;
      }
      if (sources.isEmpty()) {
        sources = door.admit(request.exchange, scan.writeKey());
      }
      if (request.route.isBatch()) {
        takeBatch(request, sources, scan, body);
      } else {
        takeSingle(request, sources, scan, body);
      }
    } catch (HttpProblem problem) {
      refuse(request, sources, problem, body);
    } catch (Door.SilentlyDroppedException dropped) {
      Answers.send(request.exchange, 200, LogAnswers.success());
    }
  }

  private void takeSingle(
      Request request, List<SourceOfSpace> sources, CallScan scan, byte[] body) {
    CallMerge merge =
        CallMerge.single(body, scan, isBrowser(request), Door.address(request.exchange));
    byte[] call = merge.call(scan.whole());
    CallErrors errors = new CallErrors(request.isStrict(sources.get(0)));
    Rejected refusal = check(sources.get(0), request.route.type(), call, 0, errors);
    LogAppends appends = new LogAppends(log);
    for (SourceOfSpace source : sources) {
      appendSingle(source, request.route.type(), scan, body, call, refusal, appends);
    }
    int status = errors.isEmpty() ? 200 : 400;
    LogAnswers.when(request.exchange, appends, status, errors.ofSingle());
  }

  private void appendSingle(
      SourceOfSpace source,
      String type,
      CallScan scan,
      byte[] body,
      byte[] call,
      @Nullable Rejected refusal,
      LogAppends appends) {
    if (source.source().enabled()) {
      appends.add(record(source, type, scan.whole(), call, refusal));
    } else {
      disabled(source, type, 1, body, appends);
    }
  }

  private void takeBatch(Request request, List<SourceOfSpace> sources, CallScan scan, byte[] body) {
    if (!scan.hasBatch()) {
      throw RequestBody.badRequest("The body has no list `batch`.");
    }
    CallMerge merge =
        CallMerge.batch(body, scan, isBrowser(request), Door.address(request.exchange));
    if ((long) merge.sharedBytes() * scan.items().size() > SHARED_BYTES_MAX) {
      throw RequestBody.badRequest(
          "The members shared by all events have "
              + merge.sharedBytes()
              + " bytes: too many to be written into "
              + scan.items().size()
              + " events.");
    }
    LogAppends appends = new LogAppends(log);
    CallErrors errors = new CallErrors(request.isStrict(sources.get(0)));
    for (int place = 0; place < sources.size(); place++) {
      SourceOfSpace source = sources.get(place);
      // Told once, however many spaces the source feeds.
      CallErrors found = place == 0 ? errors : new CallErrors(errors.isStrict());
      if (source.source().enabled()) {
        appendItems(source, scan, merge, body, appends, found);
      } else {
        disabled(source, "", Math.max(1, scan.size()), body, appends);
        for (int index = 0; index < scan.size(); index++) {
          found.add(index, DiscardReason.SOURCE_DISABLED, "The source is disabled.");
        }
      }
    }
    LogAnswers.when(request.exchange, appends, 200, errors.ofBatch(scan.size()));
  }

  private void appendItems(
      SourceOfSpace source,
      CallScan scan,
      CallMerge merge,
      byte[] body,
      LogAppends appends,
      CallErrors errors) {
    int index = 0;
    for (Call item : scan.items()) {
      if (item.bytes() > SINGLE_BYTES_MAX) {
        String message =
            "event: got " + item.bytes() + " bytes (expected at most " + SINGLE_BYTES_MAX + ")";
        byte[] sample = Arrays.copyOfRange(body, item.from(), item.to());
        appends.addDropped(
            discards.drop(source, DiscardReason.EVENT_TOO_LARGE, message, "", 1, sample));
        errors.add(index, DiscardReason.EVENT_TOO_LARGE, message);
      } else {
        byte[] call = merge.call(item);
        Rejected refusal = check(source, "", call, index, errors);
        appends.add(record(source, "", item, call, refusal));
      }
      index++;
    }
    if (scan.size() == 0) {
      String message = "batch: got an empty list (expected events)";
      appends.addDropped(discards.drop(source, DiscardReason.EMPTY_BATCH, message, "", 1, body));
      errors.add(0, DiscardReason.EMPTY_BATCH, message);
    }
    if (scan.size() > index) {
      String message = "batch: got " + scan.size() + " events (expected at most " + index + ")";
      DiscardReason reason = DiscardReason.BATCH_TOO_MANY_EVENTS;
      appends.addDropped(
          discards.drop(source, reason, message, "", scan.size() - index, scan.beyond(body)));
      for (; index < scan.size(); index++) {
        errors.add(index, reason, message);
      }
    }
  }

  private static LogRecord record(
      SourceOfSpace source, String type, Call call, byte[] body, @Nullable Rejected refusal) {
    // Only a call without an id of its own needs one.
    String messageId =
        call.hasMessageId() ? "" : MESSAGE_IDS + Long.toString(MESSAGES.incrementAndGet(), 36);
    LogRecord record =
        source.source().settings().flexNormalise()
            ? LogRecord.call(source.space(), 0, source.source().slug(), messageId, type, body)
            : LogRecord.callAsNamed(
                source.space(), 0, source.source().slug(), messageId, type, body);
    return refusal == null ? record : record.refusedFor(refusal);
  }

  private void disabled(
      SourceOfSpace source, String type, int calls, byte[] body, LogAppends appends) {
    appends.addDropped(
        discards.drop(
            source, DiscardReason.SOURCE_DISABLED, "The source is disabled.", type, calls, body));
  }

  /** Refuses a request as a whole; counted for its source, if that is known. */
  private void refuse(
      Request request, List<SourceOfSpace> sources, HttpProblem problem, byte[] body) {
    if (problem.status() == 400 && sources.isEmpty()) {
      discards.unplaced(problem, "", request.exchange);
    } else if (problem.status() == 400) {
      discards.refuse(sources.get(0), problem.sentence(), body);
    }
    Answers.refuseCall(request.exchange, problem);
  }

  /**
   * Why a strict caller's call is refused, which is noted in {@code errors}; null if it is taken.
   * The log says so too, for the job passes over what a strict caller must not send.
   */
  private @Nullable Rejected check(
      SourceOfSpace source, String type, byte[] call, int index, CallErrors errors) {
    if (!errors.isStrict()) {
      return null;
    }
    if (!source.source().enabled()) {
      errors.add(index, DiscardReason.SOURCE_DISABLED, "The source is disabled.");
      return null;
    }
    Parsed parsed = parser.parse(call, type, "-", source.source().slug(), clock.now(), false);
    if (parsed instanceof Rejected rejected) {
      errors.add(index, rejected.reason(), rejected.message());
      return rejected;
    }
    return null;
  }

  /** A page sends its origin along; the short routes are those of the browser library. */
  private static boolean isBrowser(Request request) {
    return request.route.isBrowsers()
        || request.exchange.getRequestHeaders().contains(Headers.ORIGIN);
  }
}
