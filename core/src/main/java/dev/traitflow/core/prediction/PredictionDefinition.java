package dev.traitflow.core.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One prediction: which future event, or how much future spend, is asked for. It is plain data, so
 * that labels, checks, training and scoring all read the question from one place.
 *
 * @param key its key on the profile
 * @param name shown to people; default: the key
 * @param description what it is for; may be empty
 * @param kind what is asked for
 * @param events the target events, one or two; {@code *} alone means any track, page or screen call
 * @param perform churn only: true asks for doing the event, false for not doing it
 * @param minCount how often the event has to happen in the window to count as done; at least 1
 * @param conditions what the properties of the target events must be; purchase and custom only
 * @param amount ltv only: the property that holds the amount
 * @param currency ltv only: the currency; an event without a currency is in USD
 * @param windowDays length of the label window in days
 * @param cohort key of the audience whose members alone are scored, empty for everybody
 * @param excludedEvents event names that must have no influence on scores
 * @param excludedTraits traits that must have no influence on scores
 * @param refreshDays days between two scorings of everybody, 1 to 30
 * @param rescoreMinutes minutes that lie at least between two scorings of one profile because of
 *     its events, 1 to 1440
 * @param retrainDays days between two trainings, 1 to 365
 * @param refusePoor true if a model that does not predict is to be refused instead of flagged
 */
public record PredictionDefinition(
    String key,
    String name,
    String description,
    Kind kind,
    List<String> events,
    boolean perform,
    int minCount,
    TargetConditions conditions,
    String amount,
    String currency,
    int windowDays,
    String cohort,
    List<String> excludedEvents,
    List<String> excludedTraits,
    int refreshDays,
    int rescoreMinutes,
    int retrainDays,
    boolean refusePoor) {

  /** The event name that stands for every track, page or screen call. */
  public static final String ANY_EVENT = "*";

  /** Milliseconds of a day. */
  public static final long DAY = 86_400_000L;

  /** Members that only some kinds have. */
  private static final List<String> OF_SOME_KINDS =
      List.of("perform", "min_count", "conditions", "amount", "currency");

  private static final Set<Integer> WINDOWS = Set.of(15, 30, 60, 90, 120);
  private static final int EVALUATION_WINDOW_MAX = 3650;

  /** What is asked for. */
  public enum Kind {
    /** Will the profile stop doing the event? */
    CHURN,
    /** Will it buy? */
    PURCHASE,
    /** How much will it spend? */
    LTV,
    /** Will it do one of the events? */
    CUSTOM;

    /** The word in a definition. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Kind of(String word) {
      return switch (word) {
        case "churn" -> CHURN;
        case "purchase" -> PURCHASE;
        case "ltv" -> LTV;
        case "custom" -> CUSTOM;
        default -> null;
      };
    }
  }

  public PredictionDefinition {
    events = List.copyOf(events);
    excludedEvents = List.copyOf(excludedEvents);
    excludedTraits = List.copyOf(excludedTraits);
  }

  /** Reads the definition strictly; what is wrong is added to the reader's problems. */
  public static PredictionDefinition parse(Fields fields) {
    return parse(fields, false);
  }

  /** As {@link #parse(Fields)}, but with any window from 1 to 3650 days. */
  public static PredictionDefinition parseForEvaluation(Fields fields) {
    return parse(fields, true);
  }

  /** Length of the label window in milliseconds. */
  public long window() {
    return windowDays * DAY;
  }

  /** True for churn, purchase and custom, whose score is a probability. */
  public boolean isProbability() {
    return kind != Kind.LTV;
  }

  /** True if the event is one of the targets and fulfils the conditions. */
  public boolean isTarget(Event event) {
    return isFeatureEvent(event)
        && (events.contains(event.name()) || events.get(0).equals(ANY_EVENT))
        && conditions.test(event);
  }

  /** True for the calls predictions look at: track, page and screen. */
  public static boolean isFeatureEvent(Event event) {
    return event.type() == EventType.TRACK
        || event.type() == EventType.PAGE
        || event.type() == EventType.SCREEN;
  }

  /**
   * The definition as a JSON object that {@link #parseForEvaluation} reads back to an equal one.
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("key", key).put("name", name).put("kind", kind.word());
    if (!description.isEmpty()) {
      json.put("description", description);
    }
    texts(json, "events", events);
    switch (kind) {
      case CHURN -> json.put("perform", perform).put("min_count", minCount);
      case PURCHASE, CUSTOM -> json.put("min_count", minCount);
      case LTV -> json.put("amount", amount).put("currency", currency);
    }
    JsonNode condition = conditions.json();
    if (condition != null) {
      json.set("conditions", condition);
    }
    json.put("window_days", windowDays);
    if (!cohort.isEmpty()) {
      json.put("cohort", cohort);
    }
    texts(json, "exclude_events", excludedEvents);
    texts(json, "exclude_traits", excludedTraits);
    json.put("refresh_days", refreshDays).put("rescore_minutes", rescoreMinutes);
    return json.put("retrain_days", retrainDays).put("refuse_poor", refusePoor);
  }

  private static void texts(ObjectNode json, String name, List<String> values) {
    ArrayNode list = json.putArray(name);
    values.forEach(list::add);
  }

  private static PredictionDefinition parse(Fields fields, boolean evaluation) {
    String key = fields.text("key");
    if (!key.isEmpty() && !key.matches("[A-Za-z0-9_-]{1,128}")) {
      fields.problem("key", "got '" + key + "' (expected 1 to 128 letters, digits, _ and -)");
    }
    Kind kind = fields.word("kind", "churn, purchase, ltv or custom", Kind::of).orElse(Kind.CUSTOM);
    if (!fields.has("kind")) {
      fields.problem("kind", "is missing (expected churn, purchase, ltv or custom)");
    }
    if (!fields.isSound("kind")) {
      OF_SOME_KINDS.forEach(fields::get);
    }
    boolean binary = kind != Kind.LTV;
    PredictionDefinition definition =
        new PredictionDefinition(
            key,
            fields.optionalText("name").orElse(key),
            fields.optionalText("description").orElse(""),
            kind,
            targets(fields, kind),
            kind == Kind.CHURN && fields.bool("perform", false),
            binary ? fields.integer("min_count", 1, 1, 1_000_000) : 1,
            binary && kind != Kind.CHURN ? conditions(fields) : TargetConditions.NONE,
            binary ? "" : fields.optionalText("amount").orElse("revenue"),
            binary ? "" : currency(fields),
            windowDays(fields, kind, evaluation),
            fields.optionalText("cohort").orElse(""),
            fields.texts("exclude_events"),
            fields.texts("exclude_traits"),
            fields.integer("refresh_days", 7, 1, 30),
            fields.integer("rescore_minutes", 15, 1, 1440),
            fields.integer("retrain_days", 30, 1, 365),
            fields.bool("refuse_poor", false));
    fields.end();
    return definition;
  }

  /** {@code event} and {@code events} say the same; only one of them may be there. */
  private static List<String> targets(Fields fields, Kind kind) {
    List<String> events = new ArrayList<>(fields.texts("events"));
    String single = fields.optionalText("event").orElse("");
    if (fields.has("event") && fields.has("events")) {
      fields.problem("events", "is there beside event (expected one of the two)");
    }
    if (!single.isEmpty()) {
      events.add(single);
    }
    if (events.isEmpty()) {
      boolean isKnown = fields.isSound("kind", "event", "events");
      if (isKnown && (kind == Kind.CHURN || kind == Kind.CUSTOM)) {
        String member = kind == Kind.CHURN ? "event" : "events";
        fields.problem(member, "is missing (expected the name of the target event)");
      }
      events.add("Order Completed");
    }
    int most = kind == Kind.CHURN || kind == Kind.LTV ? 1 : 2;
    if (events.size() > most) {
      fields.problem("events", "has " + events.size() + " names (expected at most " + most + ")");
    }
    if (events.contains("") || new HashSet<>(events).size() < events.size()) {
      fields.problem("events", "has an empty or doubled name (expected distinct event names)");
    }
    if (events.contains(ANY_EVENT) && events.size() > 1) {
      fields.problem("events", "has * beside another name (expected * alone)");
    }
    return events;
  }

  private static String currency(Fields fields) {
    String currency = fields.optionalText("currency").orElse("USD");
    if (!currency.matches("[A-Za-z]{3}")) {
      fields.problem("currency", "got '" + currency + "' (expected three letters such as USD)");
    }
    return currency.toUpperCase(Locale.ROOT);
  }

  private static int windowDays(Fields fields, Kind kind, boolean evaluation) {
    int days = fields.integer("window_days", kind == Kind.LTV ? 120 : 30, 1, EVALUATION_WINDOW_MAX);
    if (!evaluation && !WINDOWS.contains(days)) {
      fields.problem("window_days", "got " + days + " (expected 15, 30, 60, 90 or 120)");
    }
    return days;
  }

  private static TargetConditions conditions(Fields fields) {
    Fields conditions = fields.object("conditions");
    return conditions == null ? TargetConditions.NONE : TargetConditions.parse(conditions);
  }
}
