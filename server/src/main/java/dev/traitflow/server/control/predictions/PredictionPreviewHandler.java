package dev.traitflow.server.control.predictions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.PredictionDefinition.Kind;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.control.SpaceEditor;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionPreview;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What somebody sees who is about to create a prediction: defaults, who is eligible, checks. */
public final class PredictionPreviewHandler {
  /** What a prediction that is previewed is called until it has a name. */
  private static final String UNNAMED = "preview";

  private final PredictionsHandler predictions;
  private final SpaceClock clock;
  private final ProfileRepository repository;

  public PredictionPreviewHandler(
      PredictionsHandler predictions, SpaceClock clock, ProfileRepository repository) {
    this.predictions = predictions;
    this.clock = clock;
    this.repository = repository;
  }

  /** Answers {@code POST /config/spaces/{space}/predictions/preview}. */
  public void preview(Request request) {
    SpaceDefinition space = predictions.space(request);
    ObjectNode body = request.json();
    if (!body.hasNonNull("key")) {
      body.put("key", UNNAMED);
    }
    List<PredictionDefinition> read = new ArrayList<>();
    SpaceEditor.read(body, fields -> read.add(parse(fields, space)));
    PredictionDefinition definition = read.get(0);
    long now = now(space.id());
    PredictionPreview preview;
    // Closed before the answer leaves: who has it may stop the server.
    try (ProfileView view = repository.view()) {
      preview = PredictionPreview.of(view, space, definition, now);
    }
    request.answer(200, answer(definition, body, preview, now));
  }

  private static PredictionDefinition parse(Fields fields, SpaceDefinition space) {
    PredictionDefinition definition = PredictionDefinition.parse(fields);
    String cohort = definition.cohort();
    if (!cohort.isEmpty()
        && space.audiences().stream().noneMatch(each -> each.key().equals(cohort))) {
      fields.problem("cohort", "names '" + cohort + "' (expected an audience of the space)");
    }
    return definition;
  }

  /** Answers {@code GET /config/spaces/{space}/templates/predictions}: each kind, filled in. */
  public void kinds(Request request) {
    SpaceDefinition space = predictions.space(request);
    EventStatistics seen;
    try (ProfileView view = repository.view()) {
      seen = PredictionPreview.events(view, space.id(), now(space.id()));
    }
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    kind(data, seen, "Likelihood to Purchase", Kind.PURCHASE, "Order Completed", 30);
    kind(data, seen, "Likelihood to Churn", Kind.CHURN, "Page Viewed", 90)
        .put("perform", false)
        .put("min_count", 1);
    kind(data, seen, "Predicted LTV", Kind.LTV, "Order Completed", 120)
        .put("amount", "revenue")
        .put("currency", "USD");
    kind(data, seen, "Custom goal", Kind.CUSTOM, "", 30);
    ArrayNode events = answer.putArray("events");
    seen.names()
        .forEach(
            (event, numbers) -> {
              ObjectNode node = events.addObject().put("event", event);
              node.put("count", numbers.count());
              node.put("first", IsoTime.format(numbers.first()));
              node.put("last", IsoTime.format(numbers.last()));
            });
    request.answer(200, answer);
  }

  /** A kind with its usual event filled in if the space tracks it. */
  private static ObjectNode kind(
      ArrayNode data, EventStatistics seen, String name, Kind kind, String event, int window) {
    ObjectNode item = data.addObject().put("name", name).put("kind", kind.word());
    ObjectNode definition = item.putObject("definition");
    definition.put("name", name).put("key", name.toLowerCase(Locale.ROOT).replace(' ', '_'));
    definition.put("kind", kind.word());
    boolean tracked = seen.names().containsKey(event);
    ArrayNode missing = item.putArray("missing");
    if (kind == Kind.CHURN || kind == Kind.LTV) {
      definition.put("event", tracked ? event : "");
    } else {
      ArrayNode events = definition.putArray("events");
      if (tracked) {
        events.add(event);
      }
    }
    if (!tracked && !event.isEmpty()) {
      missing.add(event);
    }
    return definition.put("window_days", window);
  }

  private static ObjectNode answer(
      PredictionDefinition definition, ObjectNode written, PredictionPreview preview, long now) {
    ObjectNode answer = Answers.object();
    answer.set("definition", PredictionAnswers.definition(definition, written));
    answer.put("as_of", IsoTime.format(now));
    answer.put("profiles", preview.profiles()).put("known", preview.known());
    answer.put("eligible", preview.eligible());
    answer.put("positives", preview.labels().positives());
    answer.put("negatives", preview.labels().negatives());
    boolean ready = preview.checks().stream().allMatch(Check::passed);
    answer.put("ready", ready);
    preview.checks().stream()
        .filter(check -> !check.passed())
        .findFirst()
        .ifPresent(check -> answer.put("code", check.code()).put("message", check.sentence()));
    answer.set("checks", PredictionAnswers.checks(preview.checks()));
    return answer;
  }

  private long now(String space) {
    OptionalLong asOf = repository.asOf(space);
    return asOf.isPresent() ? asOf.getAsLong() : clock.now();
  }
}
