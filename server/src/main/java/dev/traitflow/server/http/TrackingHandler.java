package dev.traitflow.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.LogToken;
import dev.traitflow.server.log.SpaceClock;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracking API: takes calls, appends each to its space's log as it came, and answers 200 when
 * all of them are durable.
 *
 * <p>It validates only what would make a body unreadable; everything else is the job's to refuse,
 * with the call kept for the one who looks for it. So a new rule holds for a replay as well.
 */
final class TrackingHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TrackingHandler.class);
  private static final int SINGLE_BYTES_MAX = 32_768;
  private static final int BATCH_BYTES_MAX = 512_000;
  private static final int BATCH_EVENTS_MAX = 2_500;
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("identify", "identify"),
          Map.entry("i", "identify"),
          Map.entry("track", "track"),
          Map.entry("t", "track"),
          Map.entry("page", "page"),
          Map.entry("p", "page"),
          Map.entry("screen", "screen"),
          Map.entry("s", "screen"),
          Map.entry("group", "group"),
          Map.entry("g", "group"),
          Map.entry("alias", "alias"),
          Map.entry("a", "alias"));
  private static final List<String> BATCHES = List.of("batch", "b", "import");
  private static final String MEASUREMENTS = "m";
  private static final HttpString TOKEN = new HttpString(LogToken.HEADER);

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final SpaceClock clock;
  private final CallParser parser;
  private final Discards discards;

  TrackingHandler(
      SpaceRegistry spaces, EventLog log, SpaceClock clock, CallParser parser, Discards discards) {
    this.spaces = spaces;
    this.log = log;
    this.clock = clock;
    this.parser = parser;
    this.discards = discards;
  }

  /** True if {@code POST /v1/name} is a call. */
  static boolean isRoute(String name) {
    return TYPES.containsKey(name) || BATCHES.contains(name) || name.equals(MEASUREMENTS);
  }

  /** Takes one request; on a worker thread, in blocking mode. */
  void handle(HttpServerExchange exchange, String route, Query query) throws IOException {
    Cors.allow(exchange);
    try {
      if (route.equals(MEASUREMENTS)) {
        // What a browser library measures about itself: not events.
        Answers.send(exchange, 200, success());
      } else if (BATCHES.contains(route)) {
        takeBatch(exchange, query);
      } else {
        takeSingle(exchange, TYPES.getOrDefault(route, ""), query);
      }
    } catch (HttpProblem problem) {
      Answers.refuseCall(exchange, problem);
    }
  }

  private void takeSingle(HttpServerExchange exchange, String type, Query query)
      throws IOException {
    Optional<SourceOfSpace> known = Credentials.basicUser(exchange).map(this::source);
    byte[] body = RequestBody.read(exchange, SINGLE_BYTES_MAX);
    String writeKey = checkedWriteKey(RequestBody.utf8(body));
    SourceOfSpace source = known.orElseGet(() -> source(writeKey));
    if (isDisabled(source, 1)) {
      Answers.send(exchange, 200, success());
      return;
    }
    String messageId = UUID.randomUUID().toString();
    ArrayNode errors = success().putArray("errors");
    byte[] call = VisitorCalls.read(exchange, body);
    if (query.isSet("strict")) {
      check(call, type, messageId, source, 0, errors);
    }
    CompletableFuture<Long> appended =
        log.append(
            LogRecord.call(source.space(), 0, source.source().slug(), messageId, type, call));
    appended = withToken(exchange, source.space(), appended);
    if (errors.isEmpty()) {
      answerWhen(exchange, appended, 200, success());
    } else {
      answerWhen(exchange, appended, 400, failure(errors));
    }
  }

  private void takeBatch(HttpServerExchange exchange, Query query) throws IOException {
    Optional<SourceOfSpace> known = Credentials.basicUser(exchange).map(this::source);
    ObjectNode envelope = RequestBody.object(RequestBody.read(exchange, BATCH_BYTES_MAX));
    SourceOfSpace source = known.orElseGet(() -> source(envelope.path("writeKey").asText()));
    if (!(envelope.get("batch") instanceof ArrayNode batch)) {
      throw RequestBody.badRequest("The body has no list `batch`.");
    }
    if (isDisabled(source, batch.size())) {
      Answers.send(exchange, 200, success());
      return;
    }
    boolean strict = query.isSet("strict");
    ArrayNode errors = success().putArray("errors");
    List<CompletableFuture<Long>> appended = new ArrayList<>();
    int index = 0;
    for (JsonNode item : batch) {
      if (index >= BATCH_EVENTS_MAX) {
        break;
      }
      byte[] call = BatchCalls.call(item, envelope);
      String messageId = UUID.randomUUID().toString();
      if (strict) {
        check(call, "", messageId, source, index, errors);
      }
      appended.add(
          log.append(
              LogRecord.call(source.space(), 0, source.source().slug(), messageId, "", call)));
      index++;
    }
    if (index > 0) {
      // The items lie in the log in their order: the last one's place covers all.
      appended.set(index - 1, withToken(exchange, source.space(), appended.get(index - 1)));
    }
    int accepted = index - errors.size();
    discardRest(batch, source, errors);
    CompletableFuture<?> all =
        CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new));
    if (!strict || errors.isEmpty()) {
      answerWhen(exchange, all, 200, success());
    } else {
      answerWhen(exchange, all, 200, failure(errors).put("accepted", accepted));
    }
  }

  /** Tells the caller where the record lies, so that a reader can wait for it. */
  private CompletableFuture<Long> withToken(
      HttpServerExchange exchange, String space, CompletableFuture<Long> appended) {
    return appended.thenApply(
        offset -> {
          exchange
              .getResponseHeaders()
              .put(TOKEN, LogToken.of(log.partition(space), offset).text());
          return offset;
        });
  }

  /** Counts what a batch brings beyond its limit, or that it brings nothing. */
  private void discardRest(ArrayNode batch, SourceOfSpace source, ArrayNode errors) {
    if (batch.isEmpty()) {
      discards.add(DiscardReason.EMPTY_BATCH, source.space(), 1);
      error(errors, 0, DiscardReason.EMPTY_BATCH, "The batch is empty.");
    }
    if (batch.size() > BATCH_EVENTS_MAX) {
      DiscardReason reason = DiscardReason.BATCH_TOO_MANY_EVENTS;
      discards.add(reason, source.space(), batch.size() - BATCH_EVENTS_MAX);
      for (int index = BATCH_EVENTS_MAX; index < batch.size(); index++) {
        error(errors, index, reason, "A batch has at most " + BATCH_EVENTS_MAX + " events.");
      }
    }
  }

  private void check(
      byte[] body,
      String type,
      String messageId,
      SourceOfSpace source,
      int index,
      ArrayNode errors) {
    Parsed parsed = parser.parse(body, type, messageId, source.source().slug(), clock.now(), false);
    if (parsed instanceof Parsed.Rejected rejected) {
      error(errors, index, rejected.reason(), rejected.message());
    }
  }

  private boolean isDisabled(SourceOfSpace source, int calls) {
    if (source.source().enabled()) {
      return false;
    }
    discards.add(DiscardReason.SOURCE_DISABLED, source.space(), calls);
    return true;
  }

  private SourceOfSpace source(String writeKey) {
    return spaces
        .byWriteKey(writeKey)
        .orElseThrow(
            () ->
                new HttpProblem(
                    401, "unknown_source", "The write key is missing or belongs to no source."));
  }

  /** Checks that the text is one JSON object and returns its write key, empty if it has none. */
  private static String checkedWriteKey(String text) throws IOException {
    String writeKey = "";
    try (JsonParser json = ExactJson.parser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw RequestBody.badRequest("The body is not a JSON object.");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isKey = json.currentName().equals("writeKey");
        JsonToken value = json.nextToken();
        if (isKey && value == JsonToken.VALUE_STRING) {
          writeKey = json.getText();
        }
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw RequestBody.badRequest("The body goes on behind its JSON object.");
      }
      return writeKey;
    } catch (JsonProcessingException notJson) {
      throw RequestBody.badRequest(
          "The body is not valid JSON: " + notJson.getOriginalMessage() + ".");
    }
  }

  /**
   * Answers when the calls are durable. No thread waits for that: the exchange is left open and a
   * worker answers it later.
   */
  static void answerWhen(
      HttpServerExchange exchange, CompletableFuture<?> appended, int status, ObjectNode answer) {
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          CompletableFuture<?> unusedBecauseAnswered =
              appended.whenCompleteAsync(
                  (offset, failure) -> {
                    if (failure == null) {
                      Answers.send(exchange, status, answer);
                    } else {
                      LOG.warn("A call could not be appended to the log", failure);
                      Answers.refuseCall(
                          exchange,
                          new HttpProblem(
                              503, "unavailable", "The call could not be kept: try again later."));
                    }
                    exchange.endExchange();
                  },
                  exchange.getConnection().getWorker());
        });
  }

  private static void error(ArrayNode errors, int index, DiscardReason reason, String message) {
    errors.addObject().put("index", index).put("code", reason.code()).put("message", message);
  }

  private static ObjectNode success() {
    return Answers.object().put("success", true);
  }

  private static ObjectNode failure(ArrayNode errors) {
    ObjectNode answer = Answers.object().put("success", false);
    answer.set("errors", errors);
    return answer;
  }
}
