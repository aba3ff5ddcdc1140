package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.ConditionSpecs;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Listed;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import dev.traitflow.core.definition.Unique;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The computed traits of a space. */
public final class TraitsKind extends Kind<TraitDefinition> {
  /** Where the newer definitions are that are being computed. */
  public static final String STAGED = "staged";

  /** Members for people: they say nothing about what is computed. */
  private static final Set<String> DESCRIPTIVE =
      Set.of("key", "name", "description", "examples", "destinations");

  private static final Spec EXAMPLE_EVENT =
      Spec.of(
          "example_event",
          "A call as it is sent.",
          Spec.member(
                  "type",
                  Type.oneOf("track", "page", "screen", "identify", "group", "alias"),
                  "The call.")
              .byDefault("track"),
          Spec.member("event", Type.text(), "The name of a track call."),
          Spec.member("name", Type.text(), "The name of a page or screen."),
          Spec.member("category", Type.text(), "The category of a page."),
          Spec.member("timestamp", Type.text(), "When it happened.").required(),
          Spec.member(
              "receivedAt", Type.text(), "When it was received. Default: when it happened."),
          Spec.member("messageId", Type.text(), "Its identity."),
          Spec.member("userId", Type.text(), "Who."),
          Spec.member("anonymousId", Type.text(), "Who, while nobody knows."),
          Spec.member("properties", new Type.Named(Type.any()), "Its properties."),
          Spec.member("context", new Type.Named(Type.any()), "Its context."));

  private static final Spec EXAMPLE =
      Spec.of(
          "example",
          "Events, and the value they give at an instant.",
          Spec.member("events", Type.listOf(Type.object(() -> EXAMPLE_EVENT)), "In any order.")
              .required(),
          Spec.member(
                  "at", Type.text(), "When: 2025-01-31T10:00:00Z, or a date for its midnight UTC.")
              .required(),
          Spec.member("value", Type.any(), "The value then; null for none.").required());

  private static final Spec WINDOW =
      Spec.of(
              "window",
              "Which events count at an instant: exactly one of the three.",
              Spec.member(
                  "within",
                  Type.matching("[0-9]{1,6} ?[mhd]"),
                  "Events of the last so much time, such as 30 d."),
              Spec.member(
                  "between",
                  new Type.Items(Type.matching("[0-9]{1,6} ?[mhd]"), 2, 2),
                  "Events older than the first and younger than the second, such as [7 d, 10 d]."),
              Spec.member(
                  "session",
                  Type.matching("[0-9]{1,6} ?[mhd]"),
                  "Events of the last session: the pause that ends one, 30 m to 90 d."))
          .exactlyOneMember();

  private static final Spec SPEC =
      Spec.of(
              "trait",
              "A computed trait: events that pass conditions, within a window, become one value.",
              Spec.member(
                  "key",
                  Type.matching("[a-z0-9_]{1,255}"),
                  "Its key on the profile; never changes. Default: derived from the name."),
              Spec.member("name", new Type.Text(0, 255, ""), "Shown to people. Default: the key."),
              Spec.member(
                      "level",
                      Type.oneOf("user", "account"),
                      "Whose profiles have it: users, or accounts over the events of their users.")
                  .byDefault("user"),
              Spec.member(
                      "type",
                      Type.oneOf(
                          "event_counter",
                          "aggregation",
                          "most_frequent",
                          "first",
                          "last",
                          "unique_list",
                          "unique_list_count"),
                      "What becomes of the events.")
                  .required(),
              Spec.member(
                      "event",
                      Type.name(),
                      "The exact name of the events; Page Viewed for page calls, Screen Viewed for screen calls.")
                  .required(),
              Spec.member(
                  "aggregation",
                  Type.oneOf("sum", "avg", "min", "max"),
                  "With type aggregation only."),
              Spec.member(
                  "conditions",
                  Type.object(() -> ConditionSpecs.GROUP),
                  "Conditions of which all or any must hold."),
              Spec.member(
                  "property",
                  Type.name(),
                  "Where the values are: a dotted path in properties, or in the context after context. ; $ steps into each element of an array."),
              Spec.member(
                  "return_user_trait",
                  Type.name(),
                  "At account level, instead of property: this trait of the acting user is told."),
              Spec.member(
                      "only_tagged",
                      Type.truth(),
                      "At account level. true: only events whose context.groupId is the account count.")
                  .byDefault(false),
              Spec.member(
                  "value_type",
                  Type.oneOf("text", "number", "array"),
                  "As what values are read. Default: number for aggregations, else text."),
              Spec.member(
                      "minimum_frequency",
                      new Type.Whole(1, Integer.MAX_VALUE),
                      "With type most_frequent only: how often the value must occur.")
                  .byDefault(2),
              Spec.member(
                  "window",
                  new Type.OrNull(Type.object(() -> WINDOW)),
                  "Which events count at an instant: exactly one of the three."),
              Spec.member(
                      "backfill",
                      Type.truth(),
                      "false: only events received after the trait was created count.")
                  .byDefault(true),
              Spec.member("enabled", Type.truth(), "false: the value stays as it is.")
                  .byDefault(true),
              Spec.member("destinations", Type.listOf(Type.text()), "Where its values are sent."),
              Spec.member("description", Type.text(), "What it is for."),
              Spec.member(
                  "examples",
                  Type.listOf(Type.object(() -> EXAMPLE)),
                  "Events and the value they give; traitflow validate runs them."),
              Spec.setBySystem("slot", Type.whole()),
              Spec.setBySystem("version", Type.whole()),
              Spec.setBySystem("created_at", Type.whole()))
          .atLeastOneOf("key", "name");

  public TraitsKind() {
    super("traits", "trait", "Computed traits.", SPEC, TraitDefinition::parse);
  }

  @Override
  public String key(JsonNode object) {
    return TraitDefinition.keyOf(object);
  }

  @Override
  public List<Unique> unique(TraitDefinition trait) {
    return List.of(new Unique(Unique.COMPUTATION, "key", trait.key()));
  }

  @Override
  public List<Reference> references(TraitDefinition trait) {
    return Reference.toDestinations(trait.destinations());
  }

  /** Traits of accounts stand above those of users: one that tells another would be a loop. */
  @Override
  public void check(List<Listed<TraitDefinition>> traits, Fields space) {
    Set<String> ofAccounts = new HashSet<>();
    for (Listed<TraitDefinition> each : traits) {
      if (each.object().level() == TraitLevel.ACCOUNT) {
        ofAccounts.add(each.object().key());
      }
    }
    for (Listed<TraitDefinition> each : traits) {
      String told = each.object().returnUserTrait();
      if (told != null && ofAccounts.contains(told)) {
        space.problem(
            each.place() + "/return_user_trait",
            "got '" + told + "', which is a trait of accounts (expected one of users)");
      }
    }
  }

  @Override
  public Versions versions() {
    return Versions.COMPUTED;
  }

  @Override
  public boolean decides(String member) {
    return !DESCRIPTIVE.contains(member) && !setBySystem().contains(member);
  }

  @Override
  public int vendorMax() {
    return 50;
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return isDeleted
        ? "the values of "
            + profiles
            + " stay as custom traits and are computed no more; its key is taken until a file names"
            + " it or restore=true brings it back"
        : "the values of " + profiles + " are replaced by those of version " + version;
  }
}
