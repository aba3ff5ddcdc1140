package dev.traitflow.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.StreamedAnswer;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.questions.ProfileExport;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.tracking.Discards;
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
public final class AdminHandler {
  private static final int REJECTED_DEFAULT = 100;
  private static final int REJECTED_MAX = 10_000;

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final SpaceClock clock;
  private final ProfileRepository repository;
  private final PredictionControl predictions;
  private final ApplyFile files;
  private final LogTail tail;
  private final LogSkipsHandler skips;
  private final Discards discards;
  private final HealthRoutes health;

  /**
   * Creates the routes.
   *
   * @param files applies space files
   */
  public AdminHandler(
      SpaceRegistry spaces,
      EventLog log,
      SpaceClock clock,
      ProfileRepository repository,
      PredictionControl predictions,
      ApplyFile files,
      LogTail tail,
      Discards discards,
      HealthRoutes health) {
    this.spaces = spaces;
    this.log = log;
    this.clock = clock;
    this.repository = repository;
    this.predictions = predictions;
    this.files = files;
    this.tail = tail;
    this.skips = new LogSkipsHandler(tail, repository, Clock.systemUTC());
    this.discards = discards;
    this.health = health;
  }

  /** Answers {@code POST /admin/train}. */
  public void train(Request request) {
    SpaceDefinition space = space(request.query());
    request.answer(200, train(space, request.query().texts("prediction")));
  }

  /** Answers {@code GET /config/spaces}. */
  public void listSpaces(Request request) {
    request.answer(200, listSpaces());
  }

  /** Answers {@code GET /admin/log/skips}. */
  public void listSkips(Request request) {
    skips.list(request);
  }

  /** Answers {@code POST /admin/log/skips}. */
  public void skip(Request request) {
    skips.skip(request, space(request.query()));
  }

  /** Answers {@code POST /admin/clock}. */
  public void setClock(Request request) throws IOException {
    ObjectNode body = request.json();
    if (body.path("kind").asText().equals(ClockKind.WALL.wireName())
        && clock.kind() != ClockKind.TEST) {
      clock.followMachine();
      log.tick().join();
      request.answer(200, Answers.object().put("now", IsoTime.format(clock.now())));
      return;
    }
    if (clock.kind() != ClockKind.TEST) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
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
    request.answer(200, Answers.object().put("now", IsoTime.format(clock.now())));
  }

  /** Answers {@code GET /admin/status}. */
  public void status(Request request) {
    ObjectNode status = Answers.object();
    health.writeTo(status);
    status
        .putObject("clock")
        .put("kind", clock.kind().wireName())
        .put("now", IsoTime.format(clock.now()));
    status.set("counts", counts());
    discards.writeTo(status.putObject("discarded"));
    status.set("spaces", listSpaces());
    request.answer(200, status);
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
      for (SourceDefinition source : space.sources()) {
        sources.addObject().put("slug", source.slug()).put("enabled", source.enabled());
      }
    }
    return list;
  }

  /** Answers {@code GET /admin/export}. */
  public void export(Request request) throws IOException {
    HttpServerExchange exchange = request.exchange();
    Query query = request.query();
    SpaceDefinition space = space(query);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/x-ndjson");
    StreamedAnswer answer = new StreamedAnswer(exchange);
    ProfileExport.write(repository, space.id(), query.text("collection").orElse(""), answer);
    answer.close();
  }

  /** Answers {@code GET /admin/rejected}. */
  public void rejected(Request request) {
    Query query = request.query();
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
    request.answer(200, answer);
  }

  /** Answers {@code POST /admin/spaces}. */
  public void apply(Request request) {
    ObjectNode body = request.json();
    try {
      // Secrets may be plain here: the rule is about files, and this came over a private line.
      SpaceDefinition file = SpaceFiles.parse(body);
      request.answer(200, files.apply(file, request.query().isSet("prune")).json());
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

  /** Answers {@code GET /config/spaces/{space}}. */
  public void showSpace(Request request) {
    request.answer(200, find(request.path("space")).json());
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
            () -> new HttpProblem(ErrorCode.NOT_FOUND, "There is no space '" + idOrSlug + "'."));
  }

  private static long duration(String text) {
    try {
      return Duration.parse(text).toMillis();
    } catch (DateTimeException | ArithmeticException unreadable) {
      throw invalid("`advance` must be an ISO-8601 duration such as PT1H.");
    }
  }

  private static HttpProblem invalid(String message) {
    return new HttpProblem(ErrorCode.VALIDATION, message);
  }
}
