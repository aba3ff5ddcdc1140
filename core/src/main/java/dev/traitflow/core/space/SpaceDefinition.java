package dev.traitflow.core.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
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
 * @param sources what may send events
 * @param tokens what may read profiles
 * @param identity identity rules
 * @param traits computed traits
 * @param staged newer definitions of traits that are being computed and not seen yet; set by the
 *     system
 * @param paused true while that computing rests
 * @param audiences audiences
 * @param predictions predictions
 * @param destinations what receives values
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
    List<Source> sources,
    List<Token> tokens,
    IdentityRules identity,
    List<TraitDefinition> traits,
    List<TraitDefinition> staged,
    boolean paused,
    List<AudienceDefinition> audiences,
    List<PredictionDefinition> predictions,
    List<DestinationDefinition> destinations,
    JsonNode json) {
  /**
   * Greatest length of a definition as kept, as JSON in bytes of UTF-8, with the versions of traits
   * that are being computed. It is one record of the log and one of the topic of definitions.
   */
  public static final int BYTES_MAX = 2 << 20;

  private static final int WRITE_KEY_CHARS_MAX = 128;

  /** A write key as the server keeps it: a key itself has no colon. */
  private static final String HASH = "sha256:[0-9a-f]{32}:[0-9a-f]{64}(:[!-9;-~]{4})?";

  /**
   * Something that sends events.
   *
   * @param id names it for good; empty in a definition that leaves it to be derived, see {@link
   *     #idIn}. Sources of several spaces with the same id are one source that feeds all of them
   * @param name shown to people
   * @param slug names it in events and commands; default: the name as a slug
   * @param kind wire name of a {@link SourceKind}
   * @param writeKey authenticates its calls; in what is kept a hash of it
   * @param enabled false if its events are to be discarded
   * @param settings how its calls are treated
   */
  public record Source(
      String id,
      String name,
      String slug,
      String kind,
      String writeKey,
      boolean enabled,
      SourceSettings settings) {

    /** The id: its own, or one that follows from the space's id and the slug. */
    public String idIn(String space) {
      if (!id.isEmpty()) {
        return id;
      }
      UUID derived = UUID.nameUUIDFromBytes((space + "/" + slug).getBytes(StandardCharsets.UTF_8));
      return "src_" + HexFormat.of().toHexDigits(derived.getMostSignificantBits());
    }

    /** Reads one source. */
    public static Source parse(Fields fields) {
      String name = fields.text("name");
      String id = fields.optionalText("id").orElse("");
      if (!id.isEmpty() && !id.matches("src_[a-z0-9_-]{1,60}")) {
        fields.problem("id", "got '" + id + "' (expected src_ and 1 to 60 of a-z, 0-9, _ and -)");
      }
      String slug = fields.optionalText("slug").orElse(SpaceDefinition.slug(name));
      if (!slug.matches("[A-Za-z0-9_-]{1,64}") && !name.isEmpty()) {
        fields.problem("slug", "got '" + slug + "' (expected 1 to 64 of letters, digits, _ and -)");
      }
      SourceKind kind =
          fields.word("kind", SourceKind.words(), SourceKind::of).orElse(SourceKind.SERVER);
      String writeKey = fields.text("write_key");
      boolean isKey = writeKey.length() <= WRITE_KEY_CHARS_MAX && writeKey.matches("[!-9;-~]*");
      if (!isKey && !writeKey.matches(HASH)) {
        fields.problem(
            "write_key", "is no key (expected 1 to 128 visible ASCII characters without a colon)");
      }
      Source source =
          new Source(
              id,
              name,
              slug,
              kind.wireName(),
              writeKey,
              fields.bool("enabled", true),
              SourceSettings.parse(fields.object("settings")));
      fields.end();
      return source;
    }

    /** Never prints the write key. */
    @Override
    public String toString() {
      return slug;
    }
  }

  /**
   * Something that reads profiles.
   *
   * @param name shown to people
   * @param token the secret, as the file has it
   */
  public record Token(String name, String token) {
    /** Reads one token. */
    public static Token parse(Fields fields) {
      Token token = new Token(fields.text("name"), fields.text("token"));
      fields.end();
      return token;
    }

    /** Never prints the secret. */
    @Override
    public String toString() {
      return name;
    }
  }

  public SpaceDefinition {
    sources = List.copyOf(sources);
    tokens = List.copyOf(tokens);
    traits = List.copyOf(traits);
    staged = List.copyOf(staged);
    audiences = List.copyOf(audiences);
    predictions = List.copyOf(predictions);
    destinations = List.copyOf(destinations);
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
    SpaceDefinition space =
        new SpaceDefinition(
            id,
            slug(name),
            name,
            environment,
            vendorLimits,
            fields.bool("identifier_deletion", true),
            compat(fields.object("compat")),
            fields.objects("sources", Source::parse),
            fields.objects("tokens", Token::parse),
            identity == null ? IdentityRules.DEFAULT : IdentityRules.parse(identity),
            fields.objects("traits", TraitDefinition::parse),
            fields.objects("staged", TraitDefinition::parse),
            fields.bool("paused", false),
            fields.objects("audiences", AudienceDefinition::parse),
            fields.objects("predictions", PredictionDefinition::parse),
            fields.objects("destinations", DestinationDefinition::parse),
            fields.whole());
    fields.end();
    space.checkLevels(fields);
    checkKeys(space, fields);
    fields.distinct("sources", "slug", space.sources.stream().map(Source::slug).toList());
    checkDestinations(space, fields);
    return space;
  }

  private static void checkKeys(SpaceDefinition space, Fields fields) {
    Map<String, String> keys = new HashMap<>();
    fields.distinct(
        "traits", "key", space.traits.stream().map(TraitDefinition::key).toList(), keys);
    List<String> audiences = space.audiences.stream().map(AudienceDefinition::key).toList();
    fields.distinct("audiences", "key", audiences, keys);
    for (int i = 0; i < space.staged.size(); i++) {
      keys.putIfAbsent(space.staged.get(i).key(), fields.pointer() + "/staged/" + i);
    }
    fields.distinct(
        "predictions",
        "key",
        space.predictions.stream().map(PredictionDefinition::key).toList(),
        keys);
    if (fields.isSound("audiences")) {
      AudienceDefinition.checkReferences(
          space.audiences,
          (index, message) -> fields.problem("audiences/" + index + "/root", message));
      for (int i = 0; i < space.predictions.size(); i++) {
        String cohort = space.predictions.get(i).cohort();
        if (!cohort.isEmpty()) {
          checkNames(
              fields,
              "predictions/" + i + "/cohort",
              List.of(cohort),
              audiences,
              "the key of an audience");
        }
      }
    }
  }

  /** Checks that names are among those there are. */
  private static void checkNames(
      Fields fields, String place, List<String> names, List<String> known, String expected) {
    for (String name : names) {
      if (!known.contains(name)) {
        String meant = Fields.nearest(name, known);
        fields.problem(
            place,
            "names '"
                + name
                + "' (expected "
                + expected
                + " of the space)"
                + (meant.isEmpty() ? "" : "; did you mean " + meant + "?"));
      }
    }
  }

  private static boolean compat(@Nullable Fields fields) {
    boolean always200 = fields != null && fields.bool("always_200", false);
    if (fields != null) {
      fields.end();
    }
    return always200;
  }

  private static void checkDestinations(SpaceDefinition space, Fields fields) {
    Map<String, String> labels = new HashMap<>();
    List<String> known = new ArrayList<>();
    List<String> names = space.destinations.stream().map(DestinationDefinition::name).toList();
    List<String> ids = space.destinations.stream().map(DestinationDefinition::id).toList();
    fields.distinct("destinations", "name", names, labels);
    fields.distinct("destinations", "id", ids, labels);
    known.addAll(names);
    known.addAll(ids);
    if (fields.isSound("sources")) {
      List<String> slugs = space.sources.stream().map(Source::slug).toList();
      for (int i = 0; i < space.destinations.size(); i++) {
        List<String> named = space.destinations.get(i).sources();
        checkNames(fields, "destinations/" + i + "/sources", named, slugs, "the slug of a source");
      }
    }
    if (fields.isSound("destinations")) {
      String expected = "the id or name of a destination";
      for (int i = 0; i < space.traits.size(); i++) {
        List<String> named = space.traits.get(i).destinations();
        checkNames(fields, "traits/" + i + "/destinations", named, known, expected);
      }
      for (int i = 0; i < space.audiences.size(); i++) {
        List<String> named = space.audiences.get(i).destinations();
        checkNames(fields, "audiences/" + i + "/destinations", named, known, expected);
      }
    }
  }

  /** The computed traits of one level. */
  public List<TraitDefinition> traits(TraitLevel level) {
    return traits.stream().filter(trait -> trait.level() == level).toList();
  }

  /** The traits of one level that are being computed. */
  public List<TraitDefinition> staged(TraitLevel level) {
    return staged.stream().filter(trait -> trait.level() == level).toList();
  }

  /** Keys of the users' traits that traits of accounts tell. */
  public Set<String> userTraitsOfAccounts() {
    Set<String> keys = new TreeSet<>();
    for (List<TraitDefinition> some : List.of(traits, staged)) {
      for (TraitDefinition trait : some) {
        if (trait.returnUserTrait() != null) {
          keys.add(trait.returnUserTrait());
        }
      }
    }
    return keys;
  }

  /** Traits of accounts stand above those of users: one that tells another would be a loop. */
  private void checkLevels(Fields fields) {
    Set<String> ofAccounts = new HashSet<>();
    for (List<TraitDefinition> some :
        List.of(traits(TraitLevel.ACCOUNT), staged(TraitLevel.ACCOUNT))) {
      some.forEach(trait -> ofAccounts.add(trait.key()));
    }
    checkLevels(fields, "traits", traits, ofAccounts);
    checkLevels(fields, "staged", staged, ofAccounts);
  }

  private static void checkLevels(
      Fields fields, String list, List<TraitDefinition> traits, Set<String> ofAccounts) {
    for (int i = 0; i < traits.size(); i++) {
      String told = traits.get(i).returnUserTrait();
      if (told != null && ofAccounts.contains(told)) {
        fields.problem(
            list + "/" + i + "/return_user_trait",
            "got '" + told + "', which is a trait of accounts (expected one of users)");
      }
    }
  }

  /** The name in lower case, runs of other characters than letters and digits as one {@code -}. */
  public static String slug(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
