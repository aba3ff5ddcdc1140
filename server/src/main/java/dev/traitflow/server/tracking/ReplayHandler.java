package dev.traitflow.server.tracking;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.access.TokenAuthenticator;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.Area;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.LongRequests;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.RequestBody;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a file of calls in chunks of lines. Each line becomes a record that knows its file and
 * number, so that the same file can be sent again from where it stopped and counts once.
 *
 * <p>In event time the lines move the clock, each before it is appended: windows end as the file
 * goes by, just as they would have on the day. So this takes more than the write key of a website
 * or an app, which everybody has: such a key would rewrite history and move the clock.
 */
public final class ReplayHandler implements Area {
  /** The largest chunk, inflated or not, in bytes. */
  static final int CHUNK_BYTES_MAX = 64 << 20;

  /** The most lines of a chunk, blank ones included. */
  static final int CHUNK_LINES_MAX = 100_000;

  /** Lines on their way into the log; more are only read when the oldest of them is durable. */
  private static final int PENDING_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(ReplayHandler.class);

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final SpaceClock clock;
  private final CallParser parser;
  private final LogTail tail;
  private final TokenAuthenticator authenticator;

  public ReplayHandler(
      SpaceRegistry spaces,
      EventLog log,
      SpaceClock clock,
      CallParser parser,
      LogTail tail,
      TokenAuthenticator authenticator) {
    this.authenticator = authenticator;
    this.spaces = spaces;
    this.log = log;
    this.clock = clock;
    this.parser = parser;
    this.tail = tail;
  }

  /**
   * The routes of a replay.
   *
   * @param chunks where lines are appended
   * @param waiting where callers wait for a flush
   * @param flush waits for one
   */
  public List<Route> routes(LongRequests chunks, LongRequests waiting, Route.Handler flush) {
    return List.of(
        Route.post("/v1/replay", "Takes a chunk of a file of calls", Access.REPLAY, this::append)
            .withBody(CHUNK_BYTES_MAX)
            .on(chunks)
            .takes("application/x-ndjson")
            .answers("Replayed")
            .query("origin", "first_line", "replay_clock", "of_source", "in_space"),
        Route.get("/v1/replay", "How far a file came", Access.REPLAY, this::last)
            .answers("ReplayPosition")
            .query("origin", "of_source", "in_space"),
        Route.post(
                "/v1/replay/flush", "Waits until what was sent is reflected", Access.REPLAY, flush)
            .on(waiting)
            .answers("Flushed")
            .query("timeout"));
  }

  @Override
  public boolean contains(String rawPath) {
    return rawPath.equals("/v1/replay") || rawPath.startsWith("/v1/replay/");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  /** Takes one chunk: {@code POST /v1/replay?origin=DIGEST&first=LINE&clock=event|wall}. */
  private void append(Request request) throws IOException {
    Query query = request.query();
    SourceOfSpace source = source(request);
    String origin = query.required("origin");
    int first = query.integer("first", 1, 1, Integer.MAX_VALUE);
    append(request.exchange(), source, origin, first, followsEvents(query));
  }

  private void append(
      HttpServerExchange exchange,
      SourceOfSpace source,
      String origin,
      int first,
      boolean followEvents)
      throws IOException {
    refuseTooManyLines(exchange);
    Deque<CompletableFuture<?>> pending = new ArrayDeque<>();
    long number = first;
    int lines = 0;
    try (ReplayLines chunk = open(exchange)) {
      for (byte[] line = chunk.next(); line != null; line = chunk.next()) {
        if (!isBlank(line)) {
          LogRecord record =
              LogRecord.replayed(source.space(), 0, source.source().slug(), origin, number, line);
          if (followEvents) {
            follow(record);
          }
          pending.add(log.append(record));
          lines++;
        }
        if (pending.size() > PENDING_MAX) {
          pending.remove().join();
        }
        number++;
      }
      if (followEvents) {
        clock.save();
        pending.add(log.tick());
      }
      CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException failure) {
      LOG.warn("Lines of a replay could not be appended to the log", failure.getCause());
      throw HttpProblem.tryLater("The lines could not be kept: try again later.");
    }
    Answers.send(
        exchange,
        200,
        Answers.object().put("lines", lines).put("now", IsoTime.format(clock.now())));
  }

  /** Looked at before anything is appended: a chunk is taken as a whole or not at all. */
  private static void refuseTooManyLines(HttpServerExchange exchange) {
    try (ReplayLines chunk = open(exchange)) {
      for (int lines = 0; chunk.next() != null; lines++) {
        if (lines == CHUNK_LINES_MAX) {
          throw new HttpProblem(
              ErrorCode.TOO_MANY_LINES,
              "The chunk has more than "
                  + CHUNK_LINES_MAX
                  + " lines (expected the file in several chunks, with `first` for each).");
        }
      }
    }
  }

  private static ReplayLines open(HttpServerExchange exchange) {
    return ReplayLines.open(
        RequestBody.received(exchange), RequestBody.isGzip(exchange), CHUNK_BYTES_MAX);
  }

  /** Says how far a file came, and in which space: {@code GET /v1/replay?origin=DIGEST}. */
  private void last(Request request) {
    SourceOfSpace source = source(request);
    long last = tail.lastLine(source.space(), request.query().required("origin"));
    request.answer(200, Answers.object().put("last", last).put("space", source.space()));
  }

  private boolean followsEvents(Query query) {
    String wanted = query.text("clock").orElse(clock.kind().wireName());
    return switch (wanted) {
      case "event" -> {
        if (clock.kind() != ClockKind.EVENT) {
          throw new HttpProblem(
              ErrorCode.CONFLICT,
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

  /** The source a request sends for: that of its key, or the one that an operator names. */
  private SourceOfSpace source(Request request) {
    HttpServerExchange exchange = request.exchange();
    Query query = request.query();
    if (!authenticator.isOperator(exchange)) {
      return authenticator.replayingSource(exchange);
    }
    String key = exchange.getRequestHeaders().getFirst(TokenAuthenticator.WRITE_KEY);
    if (key != null) {
      return spaces.byWriteKey(key).orElseThrow(TokenAuthenticator::unknownSource);
    }
    String wanted = query.required("source");
    List<SourceOfSpace> named =
        spaces.sources().stream()
            .filter(each -> each.source().slug().equals(wanted) || each.id().equals(wanted))
            .filter(each -> query.text("space").map(space -> isIn(each, space)).orElse(true))
            .toList();
    if (named.size() > 1) {
      throw Query.invalid(
          "space", "is missing: the source '" + wanted + "' is in " + named.size() + " spaces");
    }
    return named.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new HttpProblem(ErrorCode.NOT_FOUND, "There is no source '" + wanted + "' there."));
  }

  private boolean isIn(SourceOfSpace source, String idOrSlug) {
    return spaces.find(idOrSlug).map(SpaceDefinition::id).stream().anyMatch(source.space()::equals);
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
