package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.condition.EventFilter;
import dev.traitflow.core.condition.PropertyPath;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.definition.Fields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One computed trait: filter, window and calculation, and what people need to know of it.
 *
 * @param key its key on the profile
 * @param name shown to people, 1 to 255 characters
 * @param level whose events it is computed from
 * @param type the kind of trait
 * @param event the exact name of the events it counts
 * @param aggregation what an aggregation does; null for other types
 * @param conditions the conditions as read; null for none
 * @param filter the conditions
 * @param property where the values are; null for event counters and where a user's trait is told
 * @param returnUserTrait key of the acting user's trait that is told instead of a property; null
 *     for none; only at account level
 * @param onlyTagged true if only events count whose {@code context.groupId} is the account's; only
 *     at account level
 * @param valueType as what they are read
 * @param minimumFrequency how often a most frequent value must occur, from 1
 * @param window which events count at an instant
 * @param backfill false if only events received after {@code createdAt} count
 * @param enabled false while the value is frozen
 * @param createdAt when the trait was created, epoch milliseconds; set by the system
 * @param destinations where its values are sent
 * @param description what it is for; empty if not said
 * @param examples JSON list of events and the value they give
 * @param slot place of its state in a profile; set by the system, -1 while unassigned
 * @param version number of its edits, from 1; set by the system
 */
public record TraitDefinition(
    String key,
    String name,
    TraitLevel level,
    TraitType type,
    String event,
    @Nullable Aggregation aggregation,
    @Nullable JsonNode conditions,
    EventFilter filter,
    @Nullable PropertyPath property,
    @Nullable String returnUserTrait,
    boolean onlyTagged,
    ValueType valueType,
    int minimumFrequency,
    Window window,
    boolean backfill,
    boolean enabled,
    long createdAt,
    List<String> destinations,
    String description,
    JsonNode examples,
    int slot,
    int version) {

  /** The slot of a definition that has none yet. */
  public static final int UNASSIGNED = -1;

  private static final int NAME_LENGTH_MAX = 255;

  public TraitDefinition {
    destinations = List.copyOf(destinations);
  }

  /**
   * Reads the definition strictly; what is wrong is added to the reader's problems, and then the
   * answer must not be used.
   */
  public static TraitDefinition parse(Fields fields) {
    String name = fields.optionalText("name").orElse("");
    String key = key(fields, name);
    TraitLevel level = level(fields);
    TraitType type = type(fields);
    String returnUserTrait = returnUserTrait(fields, level, type);
    Aggregation aggregation = aggregation(fields, type);
    Fields conditions = fields.object("conditions");
    Fields window = fields.object("window");
    TraitDefinition definition =
        new TraitDefinition(
            key,
            name.isEmpty() ? key : name,
            level,
            type,
            fields.text("event"),
            aggregation,
            fields.get("conditions"),
            conditions == null ? EventFilter.everything() : EventFilter.parse(conditions),
            returnUserTrait == null ? property(fields, type) : null,
            returnUserTrait,
            onlyTagged(fields, level),
            valueType(fields, type, aggregation),
            minimumFrequency(fields, type),
            window == null ? new Window.Lifetime() : Window.parse(window),
            fields.bool("backfill", true),
            fields.bool("enabled", true),
            createdAt(fields),
            fields.texts("destinations"),
            fields.optionalText("description").orElse(""),
            examples(fields),
            fields.integer("slot", UNASSIGNED, UNASSIGNED, Integer.MAX_VALUE),
            fields.integer("version", 1, 1, Integer.MAX_VALUE));
    fields.end();
    return definition;
  }

  /** The same definition, not frozen: what it computes while it runs. */
  public TraitDefinition running() {
    return new TraitDefinition(
        key,
        name,
        level,
        type,
        event,
        aggregation,
        conditions,
        filter,
        property,
        returnUserTrait,
        onlyTagged,
        valueType,
        minimumFrequency,
        window,
        backfill,
        true,
        createdAt,
        destinations,
        description,
        examples,
        slot,
        version);
  }

  /** The key of a name: lower case, runs of other characters than a-z and 0-9 as one underscore. */
  public static String keyOf(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
  }

  /** The key of a computation as it was written: its own, or that of its name. */
  public static String keyOf(JsonNode written) {
    return written.path("key").asText(keyOf(written.path("name").asText()));
  }

  /**
   * Reads the key of a computation, or derives it from its name; one that cannot be a key is added
   * to the reader's problems.
   */
  public static String key(Fields fields, String name) {
    if (name.length() > NAME_LENGTH_MAX) {
      fields.problem(
          "name", "has " + name.length() + " characters (expected 1 to " + NAME_LENGTH_MAX + ")");
    }
    String key = fields.optionalText("key").orElse(keyOf(name));
    if (key.isEmpty() && name.isEmpty() && !fields.has("key")) {
      fields.problem("key", "is missing (expected a key, or a name to derive it from)");
    } else if (!key.matches("[a-z0-9_]{1,255}")) {
      fields.problem("key", "got '" + key + "' (expected 1 to 255 of a-z, 0-9 and _)");
    }
    return key;
  }

  private static TraitLevel level(Fields fields) {
    return fields.word("level", "user or account", TraitLevel::of).orElse(TraitLevel.USER);
  }

  private static boolean onlyTagged(Fields fields, TraitLevel level) {
    boolean onlyTagged = fields.bool("only_tagged", false);
    if (level == TraitLevel.USER && fields.has("only_tagged") && fields.isSound("level")) {
      fields.problem("only_tagged", "is there (expected only with level account)");
    }
    return onlyTagged;
  }

  private static @Nullable String returnUserTrait(Fields fields, TraitLevel level, TraitType type) {
    if (!fields.has("return_user_trait")) {
      fields.get("return_user_trait");
      return null;
    }
    if (level == TraitLevel.USER && fields.isSound("level")) {
      fields.problem("return_user_trait", "is there (expected only with level account)");
    }
    boolean tells =
        type == TraitType.MOST_FREQUENT || type == TraitType.FIRST || type == TraitType.LAST;
    if (!tells && fields.isSound("type")) {
      fields.problem(
          "return_user_trait", "is there (expected only with type most_frequent, first or last)");
    }
    if (fields.has("property")) {
      fields.problem("property", "is there (expected none beside return_user_trait)");
    }
    return fields.text("return_user_trait");
  }

  private static TraitType type(Fields fields) {
    if (!fields.has("type")) {
      fields.problem("type", "is missing (expected one of " + TraitType.NAMES + ")");
    }
    return fields
        .word("type", "one of " + TraitType.NAMES, TraitType::of)
        .orElse(TraitType.EVENT_COUNTER);
  }

  private static @Nullable Aggregation aggregation(Fields fields, TraitType type) {
    Aggregation aggregation =
        fields.word("aggregation", "sum, avg, min or max", Aggregation::of).orElse(null);
    if (type == TraitType.AGGREGATION && !fields.has("aggregation")) {
      fields.problem("aggregation", "is missing (expected sum, avg, min or max)");
    } else if (type != TraitType.AGGREGATION
        && fields.has("aggregation")
        && fields.isSound("type")) {
      fields.problem("aggregation", "is there (expected only with type aggregation)");
    }
    return aggregation;
  }

  private static @Nullable PropertyPath property(Fields fields, TraitType type) {
    if (type != TraitType.EVENT_COUNTER) {
      return EventFilter.path(fields, "property");
    }
    if (fields.has("property") && fields.isSound("type")) {
      fields.problem("property", "is there (expected none with type event_counter)");
    }
    return null;
  }

  private static ValueType valueType(
      Fields fields, TraitType type, @Nullable Aggregation aggregation) {
    ValueType usual = type == TraitType.AGGREGATION ? ValueType.NUMBER : ValueType.TEXT;
    ValueType valueType =
        fields.word("value_type", "text, number or array", ValueType::of).orElse(usual);
    boolean ordersTexts = aggregation == Aggregation.MIN || aggregation == Aggregation.MAX;
    if (type == TraitType.AGGREGATION
        && fields.isSound("aggregation")
        && valueType != ValueType.NUMBER
        && !(ordersTexts && valueType == ValueType.TEXT)) {
      fields.problem(
          "value_type",
          "got '" + valueType.wireName() + "' (expected number; min and max take text too)");
    }
    return valueType;
  }

  private static int minimumFrequency(Fields fields, TraitType type) {
    if (type != TraitType.MOST_FREQUENT
        && fields.has("minimum_frequency")
        && fields.isSound("type")) {
      fields.problem("minimum_frequency", "is there (expected only with type most_frequent)");
    }
    return fields.integer("minimum_frequency", 2, 1, Integer.MAX_VALUE);
  }

  /** Reads when the system created a computation, epoch milliseconds; 0 if it did not yet. */
  public static long createdAt(Fields fields) {
    JsonNode value = fields.get("created_at");
    if (value == null) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      fields.problem("created_at", "got " + value + " (expected epoch milliseconds)");
      return 0;
    }
    return value.longValue();
  }

  private static JsonNode examples(Fields fields) {
    JsonNode examples = fields.get("examples");
    if (examples == null) {
      return JsonNodeFactory.instance.arrayNode();
    }
    if (!examples.isArray()) {
      fields.problem("examples", "got " + examples + " (expected a list)");
    }
    return examples;
  }
}
