package dev.traitflow.server.control.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.control.ObjectsHandler;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.ConversionReport;
import dev.traitflow.server.predictions.NutritionLabel;
import dev.traitflow.server.predictions.ScoreBins;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tab of a prediction shows: who has which score, what decides it, what came of it, and
 * the audience that somebody makes of a range of scores.
 */
public final class PredictionReportsHandler {
  /** Before so many days there is too little to tell about what came of scores. */
  private static final int MONITORING_DAYS = 7;

  private static final int MONITORING_DAYS_MAX = 90;

  private final PredictionsHandler predictions;
  private final ObjectsHandler<AudienceDefinition> audiences;
  private final SpaceClock clock;
  private final ProfileRepository repository;

  /** A report is shown again for so many times as long as its scan of all profiles took. */
  private static final int SHOWN_AGAIN = 20;

  /** Scans that were quicker are made again each time, nanoseconds. */
  private static final long QUICK_NANOS = 500_000_000L;

  /** The newest slow report of each prediction. */
  private final Map<String, Cached> reports = new ConcurrentHashMap<>();

  private record Cached(String version, long untilNanos, ConversionReport report) {}

  public PredictionReportsHandler(
      PredictionsHandler predictions,
      ObjectsHandler<AudienceDefinition> audiences,
      SpaceClock clock,
      ProfileRepository repository) {
    this.predictions = predictions;
    this.audiences = audiences;
    this.clock = clock;
    this.repository = repository;
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/card}. */
  public void card(Request request) {
    request.answer(200, live(request).card());
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/contributions}. */
  public void contributions(Request request) {
    request.answer(200, contributions(live(request)));
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/explore}. */
  public void explore(Request request) {
    SpaceDefinition space = predictions.space(request);
    PredictionDefinition definition = PredictionsHandler.require(space, request);
    request.answer(200, explore(space, definition, request.query()));
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/monitoring}. */
  public void monitoring(Request request) {
    SpaceDefinition space = predictions.space(request);
    request.answer(200, monitoring(space, PredictionsHandler.require(space, request)));
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/nutrition-label}. */
  public void nutritionLabel(Request request) {
    SpaceDefinition space = predictions.space(request);
    PredictionDefinition definition = PredictionsHandler.require(space, request);
    request.answer(200, NutritionLabel.of(definition, predictions.state(space, definition.key())));
  }

  private ModelState live(Request request) {
    SpaceDefinition space = predictions.space(request);
    return predictions.live(space, PredictionsHandler.require(space, request).key());
  }

  private static ObjectNode contributions(ModelState state) {
    ObjectNode answer = Answers.object().put("version", state.version());
    answer.set("data", PredictionAnswers.contributions(state.card()));
    return answer;
  }

  private ObjectNode explore(SpaceDefinition space, PredictionDefinition definition, Query query) {
    ModelState state = predictions.live(space, definition.key());
    double from = fraction("from", query.text("from").orElse("0"));
    double to = fraction("to", query.text("to").orElse("1"));
    if (from >= to) {
      throw Query.invalid("to", "must be greater than from");
    }
    ScoreBins scores;
    try (ProfileView view = repository.view()) {
      scores = ScoreBins.of(view, space.id(), definition, from, to);
    }
    ObjectNode answer = Answers.object();
    answer.put("prediction", definition.key()).put("version", state.version());
    PredictionAnswers.time(answer, "scored_at", state.scoredAt());
    answer.put("profiles", scores.profiles());
    ArrayNode bins = answer.putArray("bins");
    scores.bins().forEach(bin -> bin(bins.addObject(), definition, bin));
    bin(answer.putObject("range"), definition, scores.range());
    return answer;
  }

  private static void bin(ObjectNode node, PredictionDefinition definition, ScoreBins.Bin bin) {
    node.put("from", bin.from()).put("to", bin.to()).put("profiles", bin.profiles());
    String mean = definition.isProbability() ? "average_probability" : "average_amount";
    PredictionAnswers.number(node, mean, bin.mean());
    PredictionAnswers.number(node, "likelier_than_average", bin.ratio());
  }

  /** Creates the audience of a range of percentiles. */
  public void createAudience(Request request) {
    SpaceDefinition space = predictions.space(request);
    PredictionDefinition definition = PredictionsHandler.require(space, request);
    ObjectNode body = request.json();
    request.answer(201, audiences.create(space.id(), audience(definition, body), false));
  }

  private static ObjectNode audience(PredictionDefinition definition, ObjectNode body) {
    for (String member : (Iterable<String>) body::fieldNames) {
      if (!List.of("name", "key", "description", "from", "to").contains(member)) {
        throw HttpProblem.invalid(
            List.of(
                new Problem(
                    "/" + member,
                    "is not a known key (expected from, to, name, key and description)")));
      }
    }
    BigDecimal from = bound(body, "from", BigDecimal.ZERO);
    BigDecimal to = bound(body, "to", BigDecimal.ONE);
    if (from.compareTo(to) >= 0) {
      throw HttpProblem.invalid(
          List.of(new Problem("/to", "got " + to + " (expected more than from, " + from + ")")));
    }
    ObjectNode audience = Answers.object();
    String range = range(from, to);
    audience.put("name", body.path("name").asText(definition.name() + ": " + range));
    if (body.hasNonNull("key")) {
      audience.set("key", body.get("key"));
    }
    if (body.hasNonNull("description")) {
      audience.set("description", body.get("description"));
    }
    ArrayNode all = audience.putObject("root").putArray("all");
    condition(all, definition.key(), "greater_or_equal", from);
    if (to.compareTo(BigDecimal.ONE) < 0) {
      condition(all, definition.key(), "less_than", to);
    }
    return audience;
  }

  private static void condition(ArrayNode all, String key, String operator, BigDecimal value) {
    all.addObject().put("trait", key).put("op", operator).put("value", value);
  }

  /** How people name a range: top and bottom where it touches an end. */
  private static String range(BigDecimal from, BigDecimal to) {
    if (to.compareTo(BigDecimal.ONE) >= 0) {
      return "top " + percent(BigDecimal.ONE.subtract(from)) + " %";
    }
    return from.signum() == 0
        ? "bottom " + percent(to) + " %"
        : percent(from) + " to " + percent(to) + " %";
  }

  private static String percent(BigDecimal share) {
    return share.movePointRight(2).stripTrailingZeros().toPlainString();
  }

  private static BigDecimal bound(ObjectNode body, String name, BigDecimal fallback) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return fallback;
    }
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1) {
      throw HttpProblem.invalid(
          List.of(
              new Problem(
                  "/" + name, "got " + value + " (expected a percentile from 0 to 1, as 0.8)")));
    }
    return value.decimalValue();
  }

  private ObjectNode monitoring(SpaceDefinition space, PredictionDefinition definition) {
    ModelState state = predictions.live(space, definition.key());
    long now = clock.now();
    long first =
        state.versions().stream()
            .mapToLong(ModelState.Version::trainedAt)
            .min()
            .orElse(state.trainedAt());
    long since = Math.max(first, now - MONITORING_DAYS_MAX * PredictionDefinition.DAY);
    long ready = first + MONITORING_DAYS * PredictionDefinition.DAY;
    ObjectNode answer = Answers.object();
    answer.put("prediction", definition.key()).put("version", state.version());
    answer.put("ready", now >= ready);
    answer.put("since", IsoTime.format(since));
    if (now < ready) {
      answer.put("available_at", IsoTime.format(ready));
      answer.put(
          "message",
          "What came of scores is told " + MONITORING_DAYS + " days after the first model.");
      answer.putArray("bins");
      return answer;
    }
    write(answer, report(space, definition, state, since, now));
    return answer;
  }

  private ConversionReport report(
      SpaceDefinition space,
      PredictionDefinition definition,
      ModelState state,
      long since,
      long now) {
    String name = space.id() + "/" + definition.key();
    Cached known = reports.get(name);
    long begun = System.nanoTime();
    if (known != null && known.untilNanos - begun > 0 && known.version.equals(state.version())) {
      return known.report;
    }
    ConversionReport report;
    try (ProfileView view = repository.view()) {
      report = ConversionReport.of(view, space.id(), definition, since, now + 1);
    }
    long end = System.nanoTime();
    if (end - begun > QUICK_NANOS) {
      long until = end + SHOWN_AGAIN * (end - begun);
      reports.put(name, new Cached(state.version(), until, report));
    }
    return report;
  }

  private static void write(ObjectNode answer, ConversionReport report) {
    answer.put("until", IsoTime.format(report.until() - 1)).put("complete", report.complete());
    answer.put("unscored_conversions", report.unscored());
    ArrayNode bins = answer.putArray("bins");
    for (int i = 0; i < ScoreBins.BINS; i++) {
      ObjectNode bin = bins.addObject();
      bin.put("from", i / 10.0).put("to", (i + 1) / 10.0);
      bin.put("profiles", report.profiles()[i]);
      bin.put("conversions", report.conversions()[i]);
      bin.put("converters", report.converters()[i]);
      PredictionAnswers.number(bin, "rate", report.rate(i));
    }
  }

  private static double fraction(String name, String text) {
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below like a number that is out of range.
    }
    throw Query.invalid(name, "must be a percentile from 0 to 1, such as 0.8");
  }
}
