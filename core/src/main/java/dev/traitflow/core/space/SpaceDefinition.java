package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A space as defined: the JSON that a space file, the topic {@code spaces} and a {@code DEFINE}
 * record of the log all carry.
 *
 * @param id {@code [a-z0-9_-]{1,64}}, fixed for good; empty in a file that leaves it to be
 *     generated
 * @param slug name in lower case, runs of other characters as {@code -}
 * @param name shown to people
 * @param environment {@code dev} or {@code prod}
 * @param vendorLimits true if the vendor's plan limits are wanted
 * @param identifierDeletion false if identifiers may not be deleted through the Profile API
 * @param always200 true if callers with an unknown write key are to get the vendor's 200; no space
 *     can be told from such a key, so one that says so decides for the whole server
 * @param identity identity rules
 * @param objects the objects of each kind that has a list of its own
 * @param staged newer definitions of traits that are being computed and not seen yet; set by the
 *     system
 * @param paused true while that computing rests
 * @param json the definition as it was read
 */
public record SpaceDefinition(
    String id,
    String slug,
    String name,
    String environment,
    boolean vendorLimits,
    boolean identifierDeletion,
    boolean always200,
    IdentityRules identity,
    Map<Kind<?>, List<?>> objects,
    List<TraitDefinition> staged,
    boolean paused,
    JsonNode json) {
  /**
   * Greatest length of a definition as kept, as JSON in bytes of UTF-8, with the versions of traits
   * that are being computed. It is one record of the log and one of the topic of definitions.
   */
  public static final int BYTES_MAX = 2 << 20;

  public SpaceDefinition {
    objects = Map.copyOf(objects);
    staged = List.copyOf(staged);
  }

  /** The objects of one kind, in their order. */
  @SuppressWarnings("unchecked") // the parser puts under a kind what the kind has read
  public <T> List<T> of(Kind<T> kind) {
    return (List<T>) objects.getOrDefault(kind, List.of());
  }

  /** What may send events. */
  public List<SourceDefinition> sources() {
    return of(Kinds.SOURCES);
  }

  /** What may read profiles. */
  public List<TokenDefinition> tokens() {
    return of(Kinds.TOKENS);
  }

  /** The computed traits that readers see. */
  public List<TraitDefinition> traits() {
    return of(Kinds.TRAITS);
  }

  /** The audiences. */
  public List<AudienceDefinition> audiences() {
    return of(Kinds.AUDIENCES);
  }

  /** The predictions. */
  public List<PredictionDefinition> predictions() {
    return of(Kinds.PREDICTIONS);
  }

  /** What receives values. */
  public List<DestinationDefinition> destinations() {
    return of(Kinds.DESTINATIONS);
  }

  /**
   * Reads a definition strictly. If problems were added, the answer must not be used.
   *
   * @param json the definition
   * @param problems everything that is wrong is added here, with its JSON pointer
   */
  public static SpaceDefinition parse(JsonNode json, List<Problem> problems) {
    return parse(new Fields(json, "", problems));
  }

  /**
   * Reads a definition that was accepted before and is kept since: rules that are younger than it
   * are not held against it.
   */
  public static SpaceDefinition kept(JsonNode json, List<Problem> problems) {
    return parse(Fields.kept(json, problems));
  }

  private static SpaceDefinition parse(Fields fields) {
    String id = fields.optionalText("id").orElse("");
    if (!id.isEmpty() && !id.matches("[a-z0-9_-]{1,64}")) {
      fields.problem("id", "got '" + id + "' (expected 1 to 64 of a-z, 0-9, _ and -)");
    }
    String name = fields.text("name");
    if (name.length() > 128) {
      fields.problem("name", "has " + name.length() + " characters (expected at most 128)");
    }
    String environment =
        fields
            .word("environment", "dev or prod", w -> w.equals("dev") || w.equals("prod") ? w : null)
            .orElse("dev");
    boolean vendorLimits =
        fields
            .word(
                "limits",
                "none or vendor",
                w -> w.equals("none") ? Boolean.FALSE : w.equals("vendor") ? Boolean.TRUE : null)
            .orElse(false);
    Fields identity = fields.object("identity");
    SpaceObjects objects = SpaceObjects.read(fields);
    SpaceDefinition space =
        new SpaceDefinition(
            id,
            slug(name),
            name,
            environment,
            vendorLimits,
            fields.bool("identifier_deletion", true),
            compat(fields.object("compat")),
            identity == null ? IdentityRules.DEFAULT : IdentityRules.parse(identity),
            objects.byKind(),
            objects.staged(),
            fields.bool("paused", false),
            fields.whole());
    fields.end();
    objects.check(fields);
    return space;
  }

  private static boolean compat(@Nullable Fields fields) {
    boolean always200 = fields != null && fields.bool("always_200", false);
    if (fields != null) {
      fields.end();
    }
    return always200;
  }

  /** The computed traits of one level. */
  public List<TraitDefinition> traits(TraitLevel level) {
    return traits().stream().filter(trait -> trait.level() == level).toList();
  }

  /** The traits of one level that are being computed. */
  public List<TraitDefinition> staged(TraitLevel level) {
    return staged.stream().filter(trait -> trait.level() == level).toList();
  }

  /** Keys of the users' traits that traits of accounts tell. */
  public Set<String> userTraitsOfAccounts() {
    Set<String> keys = new TreeSet<>();
    for (List<TraitDefinition> some : List.of(traits(), staged)) {
      for (TraitDefinition trait : some) {
        if (trait.returnUserTrait() != null) {
          keys.add(trait.returnUserTrait());
        }
      }
    }
    return keys;
  }

  /** The name in lower case, runs of other characters than letters and digits as one {@code -}. */
  public static String slug(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
