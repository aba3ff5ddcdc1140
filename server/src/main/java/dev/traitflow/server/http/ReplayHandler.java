package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.IsoTime;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Takes a file of calls in chunks of lines. Each line becomes a record that knows its file and
 * number, so that the same file can be sent again from where it stopped and counts once.
 *
 * <p>In event time the lines move the clock, each before it is appended: windows end as the file
 * goes by, just as they would have on the day.
 */
final class ReplayHandler {
  /** The largest chunk, inflated or not, in bytes. */
  static final int CHUNK_BYTES_MAX = 64 << 20;

  private static final int LINE_BYTES_MAX = 1_000_000;

  /** Just enough of a line that is too long: the job must still find it too large. */
  private static final int CUT_BYTES = 33 << 10;

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final SpaceClock clock;
  private final CallParser parser;
  private final LogTail tail;
  private final FlushHandler flush;

  ReplayHandler(
      SpaceRegistry spaces,
      EventLog log,
      SpaceClock clock,
      CallParser parser,
      LogTail tail,
      FlushHandler flush) {
    this.spaces = spaces;
    this.log = log;
    this.clock = clock;
    this.parser = parser;
    this.tail = tail;
    this.flush = flush;
  }

  /** True for the routes of a replay. */
  static boolean isRoute(List<String> path) {
    return path.size() > 1
        && path.size() < 4
        && path.get(0).equals("v1")
        && path.get(1).equals("replay");
  }

  /**
   * Checks who sends before the body of a request is received.
   *
   * @throws HttpProblem 401
   */
  void admit(HttpServerExchange exchange) {
    source(exchange);
  }

  /** Takes one chunk: {@code POST /v1/replay?origin=DIGEST&first=LINE&clock=event|wall}. */
  void append(HttpServerExchange exchange, Query query) throws IOException {
    SourceOfSpace source = source(exchange);
    String origin = query.required("origin");
    int first = query.integer("first", 1, 1, Integer.MAX_VALUE);
    boolean followEvents = followsEvents(query);
    byte[] chunk = RequestBody.read(exchange, CHUNK_BYTES_MAX);
    List<CompletableFuture<?>> appended = new ArrayList<>();
    long line = first;
    for (int start = 0; start < chunk.length; line++) {
      int end = start;
      while (end < chunk.length && chunk[end] != '\n') {
        end++;
      }
      byte[] body = line(chunk, start, end);
      if (!isBlank(body)) {
        LogRecord record =
            LogRecord.replayed(source.space(), 0, source.source().slug(), origin, line, body);
        if (followEvents) {
          follow(record);
        }
        appended.add(log.append(record));
      }
      start = end + 1;
    }
    int lines = appended.size();
    if (followEvents) {
      clock.save();
      appended.add(log.tick());
    }
    ObjectNode answer =
        Answers.object().put("lines", lines).put("now", IsoTime.format(clock.now()));
    LogAnswers.when(
        exchange,
        CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new)),
        200,
        answer);
  }

  /** Says how far a file came: {@code GET /v1/replay?origin=DIGEST}. */
  void last(HttpServerExchange exchange, Query query) {
    SourceOfSpace source = source(exchange);
    long last = tail.lastLine(source.space(), query.required("origin"));
    Answers.send(exchange, 200, Answers.object().put("last", last));
  }

  /** Waits until what was sent is reflected: {@code POST /v1/replay/flush?timeout=SECONDS}. */
  void flush(HttpServerExchange exchange, Query query) {
    source(exchange);
    flush.handle(exchange, query);
  }

  private boolean followsEvents(Query query) {
    String wanted = query.text("clock").orElse(clock.kind().wireName());
    return switch (wanted) {
      case "event" -> {
        if (clock.kind() != ClockKind.EVENT) {
          throw new HttpProblem(
              409,
              "conflict",
              "This instance runs on the "
                  + clock.kind().wireName()
                  + " clock and cannot go back to the time of a file's events.");
        }
        yield true;
      }
      case "wall", "test" -> false;
      default -> throw Query.invalid("clock", "must be event or wall");
    };
  }

  private void follow(LogRecord record) {
    Parsed parsed =
        parser.parse(
            record.body(), record.type(), record.messageId(), record.source(), clock.now(), true);
    if (parsed instanceof Parsed.Accepted accepted) {
      clock.follow(accepted.event().timestamp());
    }
  }

  private SourceOfSpace source(HttpServerExchange exchange) {
    return Credentials.basicUser(exchange)
        .flatMap(spaces::byWriteKey)
        .orElseThrow(
            () ->
                new HttpProblem(
                    401, "unknown_source", "The write key is missing or belongs to no source."));
  }

  private static byte[] line(byte[] chunk, int start, int end) {
    int stop = end > start && chunk[end - 1] == '\r' ? end - 1 : end;
    boolean tooLong = stop - start > LINE_BYTES_MAX;
    return Arrays.copyOfRange(chunk, start, tooLong ? start + CUT_BYTES : stop);
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }
}
