package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.IsoTime;
import dev.traitflow.core.profile.RejectedCall;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.store.ProfileRepository;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** The routes an operator and the command line use: clock, barrier, status, export, definitions. */
final class AdminHandler {
  private static final int BODY_BYTES_MAX = 8 << 20;
  private static final int REJECTED_DEFAULT = 100;
  private static final int REJECTED_MAX = 10_000;

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final SpaceClock clock;
  private final ProfileRepository repository;
  private final FlushHandler flush;
  private final PredictionControl predictions;
  private final ApplyFile files;
  private final LogTail tail;
  private final LogSkipsHandler skips;
  private final Discards discards;
  private final LongRequests longReads;
  private final LongRequests trainings;
  private final HealthRoutes health;

  /**
   * Creates the routes.
   *
   * @param longReads where exports are made
   * @param trainings where callers wait for a training
   * @param files applies space files
   */
  AdminHandler(
      SpaceRegistry spaces,
      EventLog log,
      SpaceClock clock,
      ProfileRepository repository,
      FlushHandler flush,
      PredictionControl predictions,
      ApplyFile files,
      LogTail tail,
      Discards discards,
      LongRequests longReads,
      LongRequests trainings,
      HealthRoutes health) {
    this.spaces = spaces;
    this.log = log;
    this.clock = clock;
    this.repository = repository;
    this.flush = flush;
    this.predictions = predictions;
    this.files = files;
    this.tail = tail;
    this.skips = new LogSkipsHandler(tail, repository, Clock.systemUTC());
    this.discards = discards;
    this.longReads = longReads;
    this.trainings = trainings;
    this.health = health;
  }

  /**
   * Answers one request; who may was checked before.
   *
   * @return false if there is no such route
   */
  boolean handle(HttpServerExchange exchange, Query query) throws IOException {
    String route = exchange.getRequestMethod() + " /" + String.join("/", query.path());
    switch (route) {
      case "POST /admin/clock" -> setClock(exchange);
      case "POST /admin/flush" -> flush.handle(exchange, query);
      case "GET /admin/status" -> Answers.send(exchange, 200, status());
      case "GET /admin/export" -> longReads.run(exchange, () -> export(exchange, query));
      case "GET /admin/rejected" -> showRejected(exchange, query);
      case "GET /admin/log/skips" -> skips.list(exchange);
      case "POST /admin/log/skips" -> skips.skip(exchange, space(query));
      case "POST /admin/spaces" -> apply(exchange, query);
      case "POST /admin/train" -> {
        SpaceDefinition space = space(query);
        List<String> wanted = query.texts("prediction");
        trainings.run(exchange, () -> Answers.send(exchange, 200, train(space, wanted)));
      }
      case "GET /config/spaces" -> Answers.send(exchange, 200, listSpaces());
      default -> {
        return showSpace(exchange, query.path());
      }
    }
    return true;
  }

  private void setClock(HttpServerExchange exchange) throws IOException {
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    if (body.path("kind").asText().equals(ClockKind.WALL.wireName())
        && clock.kind() != ClockKind.TEST) {
      clock.followMachine();
      log.tick().join();
      Answers.send(exchange, 200, Answers.object().put("now", IsoTime.format(clock.now())));
      return;
    }
    if (clock.kind() != ClockKind.TEST) {
      throw new HttpProblem(
          409,
          "conflict",
          "The clock can only be set in test mode (this one is " + clock.kind().wireName() + ").");
    }
    long target;
    if (body.path("now").isTextual()) {
      target = IsoTime.parse(body.path("now").textValue());
      if (target == IsoTime.ABSENT) {
        throw invalid("`now` must be an ISO-8601 instant.");
      }
    } else if (body.path("advance").isTextual()) {
      target = clock.now() + duration(body.path("advance").textValue());
    } else {
      throw invalid("The body must have `now` (an instant) or `advance` (such as PT1H).");
    }
    if (!clock.set(target)) {
      throw invalid("The clock shows " + IsoTime.format(clock.now()) + " and cannot go back.");
    }
    log.tick().join();
    Answers.send(exchange, 200, Answers.object().put("now", IsoTime.format(clock.now())));
  }

  private ObjectNode status() {
    ObjectNode status = Answers.object();
    health.writeTo(status);
    status
        .putObject("clock")
        .put("kind", clock.kind().wireName())
        .put("now", IsoTime.format(clock.now()));
    status.set("counts", counts());
    discards.writeTo(status.putObject("discarded"));
    status.set("spaces", listSpaces());
    return status;
  }

  private ObjectNode counts() {
    ObjectNode counts = Answers.object();
    repository.counts().forEach(counts::put);
    return counts;
  }

  private ArrayNode listSpaces() {
    ArrayNode list = Answers.object().putArray("spaces");
    for (SpaceDefinition space : spaces.all()) {
      OptionalLong asOf = repository.asOf(space.id());
      ObjectNode node =
          list.addObject()
              .put("id", space.id())
              .put("slug", spaces.slug(space))
              .put("name", space.name())
              .put("environment", space.environment())
              .put("as_of", asOf.isPresent() ? IsoTime.format(asOf.getAsLong()) : null)
              .put("traits", space.traits().size())
              .put("predictions", space.predictions().size());
      ArrayNode sources = node.putArray("sources");
      for (SpaceDefinition.Source source : space.sources()) {
        sources.addObject().put("slug", source.slug()).put("enabled", source.enabled());
      }
    }
    return list;
  }

  private void export(HttpServerExchange exchange, Query query) throws IOException {
    SpaceDefinition space = space(query);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/x-ndjson");
    StreamedAnswer answer = new StreamedAnswer(exchange);
    repository.export(space.id(), query.text("collection").orElse(""), answer);
    answer.close();
  }

  private void showRejected(HttpServerExchange exchange, Query query) {
    SpaceDefinition space = space(query);
    int limit = query.integer("limit", REJECTED_DEFAULT, 1, REJECTED_MAX);
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    for (RejectedCall call : tail.newestRejected(space.id(), limit)) {
      data.addObject()
          .put("space", call.space())
          .put("source", call.source())
          .put("origin", call.origin())
          .put("line", call.line())
          .put("received_at", IsoTime.format(call.at()))
          .put("code", call.reason().code())
          .put("message", call.message())
          .put("sample", new String(call.sample(), StandardCharsets.UTF_8));
    }
    Answers.send(exchange, 200, answer);
  }

  private void apply(HttpServerExchange exchange, Query query) throws IOException {
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    try {
      // Secrets may be plain here: the rule is about files, and this came over a private line.
      SpaceDefinition file = SpaceFiles.parse(body);
      Answers.send(exchange, 200, files.apply(file, query.isSet("prune")).json());
    } catch (InvalidDefinitionException invalid) {
      throw HttpProblem.refused(invalid.problems());
    }
  }

  private JsonNode train(SpaceDefinition space, List<String> wanted) {
    try {
      return predictions.train(space.id(), wanted);
    } catch (IllegalArgumentException unknown) {
      throw invalid(String.valueOf(unknown.getMessage()));
    } catch (CancellationException stopping) {
      throw HttpProblem.tryLater(
          "The server is stopping; it begins the training again at its next start.");
    }
  }

  private boolean showSpace(HttpServerExchange exchange, List<String> path) {
    boolean isRoute =
        exchange.getRequestMethod().equalToString("GET")
            && path.size() == 3
            && path.get(0).equals("config")
            && path.get(1).equals("spaces");
    if (isRoute) {
      Answers.send(exchange, 200, find(path.get(2)).json());
    }
    return isRoute;
  }

  /** The space a request names; where there is only one, it need not. */
  private SpaceDefinition space(Query query) {
    List<SpaceDefinition> all = spaces.all();
    if (query.text("space").isEmpty() && all.size() == 1) {
      return all.get(0);
    }
    return find(query.required("space"));
  }

  private SpaceDefinition find(String idOrSlug) {
    return spaces
        .find(idOrSlug)
        .orElseThrow(
            () -> new HttpProblem(404, "not_found", "There is no space '" + idOrSlug + "'."));
  }

  private static long duration(String text) {
    try {
      return Duration.parse(text).toMillis();
    } catch (DateTimeException | ArithmeticException unreadable) {
      throw invalid("`advance` must be an ISO-8601 duration such as PT1H.");
    }
  }

  private static HttpProblem invalid(String message) {
    return new HttpProblem(400, "validation_error", message);
  }
}
