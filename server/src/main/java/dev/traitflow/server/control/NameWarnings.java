package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.predictions.ScoreRemoval;
import dev.traitflow.server.questions.SeenNames;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Warns of names in definitions that look mistyped: no event, property or trait of that name was
 * seen in the space, but one that is much like it. A warning is no refusal, since what was not seen
 * yet may come.
 */
public final class NameWarnings {
  /** Short names are like each other by chance. */
  private static final int LENGTH_MIN = 4;

  private static final String CONTEXT = "context.";

  private final List<String> warnings = new ArrayList<>();
  private final SeenNames seen;
  private final Set<String> traits;

  private NameWarnings(SeenNames seen, SpaceDefinition space) {
    this.seen = seen;
    this.traits = new TreeSet<>(seen.traits());
    space.traits().forEach(trait -> traits.add(trait.key()));
    space.staged().forEach(trait -> traits.add(trait.key()));
    space.audiences().forEach(audience -> traits.add(audience.key()));
    space.predictions().forEach(each -> traits.addAll(ScoreRemoval.keys(each.key())));
  }

  /**
   * Looks at the definitions of a space.
   *
   * @param wanted by key, which of them
   * @return one sentence for each doubtful name, at most one for each use
   */
  static List<String> of(
      ProfileRepository repository, SpaceDefinition space, Predicate<String> wanted) {
    NameWarnings names;
    try (ProfileView view = repository.view()) {
      names = new NameWarnings(SeenNames.of(view, space.id()), space);
    }
    space.traits().stream().filter(each -> wanted.test(each.key())).forEach(names::check);
    space.staged().stream().filter(each -> wanted.test(each.key())).forEach(names::check);
    space.audiences().stream().filter(each -> wanted.test(each.key())).forEach(names::check);
    space.predictions().stream().filter(each -> wanted.test(each.key())).forEach(names::check);
    return names.warnings.stream().distinct().toList();
  }

  /** The answer with the warnings about one definition, if there are any. */
  public static ObjectNode with(
      JsonNode answer, ProfileRepository repository, SpaceDefinition space, String key) {
    return with(answer, of(repository, space, key::equals));
  }

  /** The answer with warnings, if there are any. */
  public static ObjectNode with(JsonNode answer, List<String> warnings) {
    ObjectNode warned = answer.deepCopy();
    if (!warnings.isEmpty()) {
      // A prediction has warnings of its own.
      ArrayNode list = warned.withArray("/warnings");
      warnings.forEach(list::add);
    }
    return warned;
  }

  private void check(TraitDefinition trait) {
    String where = "the trait '" + trait.key() + "'";
    checkEvent(where, trait.event());
    if (trait.property() != null) {
      checkProperty(where, trait.event(), trait.property().toString());
    }
    if (trait.conditions() != null) {
      checkProperties(where, trait.event(), trait.conditions());
    }
    if (trait.returnUserTrait() != null) {
      checkTrait(where, trait.returnUserTrait());
    }
  }

  private void check(AudienceDefinition audience) {
    audience.reads().forEach(key -> checkTrait("the audience '" + audience.key() + "'", key));
  }

  private void check(PredictionDefinition prediction) {
    String where = "the prediction '" + prediction.key() + "'";
    for (String event : prediction.events()) {
      checkEvent(where, event);
      if (prediction.kind() == PredictionDefinition.Kind.LTV) {
        checkProperty(where, event, prediction.amount());
      }
      JsonNode conditions = prediction.conditions().json();
      if (conditions != null) {
        checkProperties(where, event, conditions);
      }
    }
    prediction.excludedEvents().forEach(event -> checkEvent(where, event));
    prediction.excludedTraits().forEach(key -> checkTrait(where, key));
  }

  private void checkEvent(String where, String name) {
    if (!name.equals(PredictionDefinition.ANY_EVENT)) {
      check(where, "event", name, seen.events());
    }
  }

  private void checkTrait(String where, String key) {
    check(where, "trait", key, traits);
  }

  private void checkProperties(String where, String event, JsonNode conditions) {
    for (JsonNode property : conditions.findValues("property")) {
      checkProperty(where, event, property.asText());
    }
  }

  /** Only the first name of a path: what lies deeper is seen too seldom to judge by. */
  private void checkProperty(String where, String event, String path) {
    if (!path.startsWith(CONTEXT) && !path.contains("\\")) {
      int dot = path.indexOf('.');
      String name = dot < 0 ? path : path.substring(0, dot);
      check(where, "property of '" + event + "'", name, seen.properties(event));
    }
  }

  private void check(String where, String what, String name, Collection<String> known) {
    String meant = known.contains(name) ? "" : Fields.nearest(name, known);
    if (!meant.isEmpty() && Math.min(name.length(), meant.length()) >= LENGTH_MIN) {
      warnings.add(
          where
              + " names '"
              + name
              + "', and no "
              + what
              + " of that name was seen; did you mean '"
              + meant
              + "'?");
    }
  }
}
