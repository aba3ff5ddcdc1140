package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Listed;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One audience: the conditions that make a user its member, and what people need to know of it.
 *
 * @param key its key on the profile
 * @param name shown to people, 1 to 255 characters
 * @param includeAnonymous false if only profiles with an identifier of {@link #IDENTIFIED_BY} can
 *     be members
 * @param root the conditions
 * @param rootJson the conditions as read
 * @param destinations where entries and exits are sent, by id or name
 * @param description what it is for; empty if not said
 * @param examples JSON list of events and the membership they give
 * @param createdAt when the audience was created, epoch milliseconds; set by the system
 * @param version number of its edits, from 1; set by the system
 */
public record AudienceDefinition(
    String key,
    String name,
    boolean includeAnonymous,
    AudienceCondition root,
    JsonNode rootJson,
    List<String> destinations,
    String description,
    JsonNode examples,
    long createdAt,
    int version) {

  /** Types of identifiers of which an audience without anonymous profiles wants one. */
  public static final Set<String> IDENTIFIED_BY =
      Set.of("user_id", "email", "android.idfa", "ios.idfa");

  public AudienceDefinition {
    destinations = List.copyOf(destinations);
  }

  /**
   * Reads the definition strictly; what is wrong is added to the reader's problems, and then the
   * answer must not be used.
   */
  public static AudienceDefinition parse(Fields fields) {
    String name = fields.optionalText("name").orElse("");
    String key = TraitDefinition.key(fields, name);
    checkLevel(fields);
    // Conditions on traits always look at the values of now: both answers mean the same to them.
    fields.bool("include_historical", true);
    for (String later : List.of("lookback", "enrich")) {
      if (fields.has(later)) {
        fields.problem(later, "is not supported yet (expected none)");
      }
    }
    Fields root = fields.object("root");
    if (root == null) {
      fields.problem("root", "is missing (expected a group: all or any of some conditions)");
    }
    JsonNode rootJson = fields.get("root");
    AudienceDefinition definition =
        new AudienceDefinition(
            key,
            name.isEmpty() ? key : name,
            fields.bool("include_anonymous", false),
            root == null
                ? new AudienceCondition.Group(true, List.of())
                : ConditionReader.read(root),
            rootJson == null ? JsonNodeFactory.instance.objectNode() : rootJson,
            fields.texts("destinations"),
            fields.optionalText("description").orElse(""),
            examples(fields),
            TraitDefinition.createdAt(fields),
            fields.integer("version", 1, 1, Integer.MAX_VALUE));
    fields.end();
    return definition;
  }

  /** Checks that no audience refers to itself, not even through others, and none to a trait. */
  static void checkReferences(List<Listed<AudienceDefinition>> audiences, Fields space) {
    Map<String, Set<String>> references = new HashMap<>();
    for (Listed<AudienceDefinition> each : audiences) {
      references.put(each.object().key, each.object().references());
    }
    for (Listed<AudienceDefinition> each : audiences) {
      AudienceDefinition audience = each.object();
      String place = each.place() + "/root";
      if (reaches(references, audience.key, audience.key, new HashSet<>())) {
        space.problem(
            place,
            "audience '"
                + audience.key
                + "' would create a cycle by referencing another audience (expected no audience"
                + " to refer to itself, directly or through others)");
      }
      for (String trait : audience.reads()) {
        if (references.containsKey(trait)) {
          space.problem(
              place,
              "has a condition on the trait '"
                  + trait
                  + "', which is an audience (expected {\"audience\":\""
                  + trait
                  + "\"})");
        }
      }
    }
  }

  /** The keys of the audiences it refers to. */
  public Set<String> references() {
    Set<String> audiences = new HashSet<>();
    root.addReads(new HashSet<>(), audiences);
    return audiences;
  }

  /** The keys of the traits it looks at. */
  public Set<String> reads() {
    Set<String> traits = new HashSet<>();
    root.addReads(traits, new HashSet<>());
    return traits;
  }

  private static boolean reaches(
      Map<String, Set<String>> references, String from, String to, Set<String> seen) {
    for (String next : references.getOrDefault(from, Set.of())) {
      if (next.equals(to) || (seen.add(next) && reaches(references, next, to, seen))) {
        return true;
      }
    }
    return false;
  }

  private static void checkLevel(Fields fields) {
    String level =
        fields
            .word(
                "level",
                "user or account",
                word -> word.equals("user") || word.equals("account") ? word : null)
            .orElse("user");
    if (level.equals("account")) {
      fields.problem("level", "got 'account', which is not supported yet (expected user)");
    }
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
