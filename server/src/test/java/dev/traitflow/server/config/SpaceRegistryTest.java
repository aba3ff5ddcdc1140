package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.MemoryEventLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceRegistryTest {
  private final MemoryEventLog log = new MemoryEventLog();
  private final MemorySpaces storage = new MemorySpaces();
  private final SpaceRegistry spaces = open();

  private SpaceRegistry open() {
    return new SpaceRegistry(storage, log, () -> 1_000);
  }

  private static SpaceDefinition shop(String traits) throws InvalidDefinitionException {
    return SpaceFiles.parse(
        "shop.yaml",
        """
        id: spa_shop
        name: Shop
        sources:
          - {name: Website, slug: web, write_key: dev-web-key}
        tokens:
          - {name: tests, token: dev-token}
        traits:
        """
            + traits.indent(2),
        name -> null);
  }

  private static String counter(String key, String event) {
    return "- {key: " + key + ", name: Trait, type: event_counter, event: " + event + "}\n";
  }

  private static List<String> slots(SpaceDefinition space) {
    List<String> slots = new ArrayList<>();
    for (String list : List.of("traits", "staged")) {
      for (JsonNode trait : space.json().path(list)) {
        String name = trait.path("key").asText() + " " + trait.path("slot");
        String staged = list.equals("staged") ? " staged" : "";
        slots.add(name + " v" + trait.path("version") + staged);
      }
    }
    return slots;
  }

  @Test
  void givesEachTraitASlotAndAVersion() throws InvalidDefinitionException {
    SpaceDefinition kept = spaces.apply(shop(counter("a", "A") + counter("b", "B")));

    assertThat(slots(kept)).containsExactly("a 0 v1", "b 1 v1");
  }

  @Test
  void keepsSlotAndVersionOfATraitThatDidNotChange() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A") + counter("b", "B")));

    SpaceDefinition kept =
        spaces.apply(shop(counter("c", "C") + counter("b", "Other") + counter("a", "A")));

    assertThat(slots(kept)).containsExactly("a 0 v1", "b 1 v1", "b 2 v2 staged", "c 3 v1 staged");
  }

  @Test
  void refusesAKeyThatWasDeletedAlsoAfterARestart() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A") + counter("b", "B")));
    spaces.apply(shop(counter("a", "A")));

    assertThatThrownBy(
            () ->
                open()
                    .edit(
                        "spa_shop",
                        json ->
                            json.withArray("/traits")
                                .addObject()
                                .put("key", "b")
                                .put("type", "event_counter")
                                .put("event", "B")))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("/traits/1: has the key 'b', which belonged to something");
  }

  @Test
  void keepsTheVersionReadersSeeUntilTheNextIsComputed() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));
    spaces.apply(shop(counter("a", "Other")));
    assertThat(slots(spaces.find("spa_shop").orElseThrow()))
        .containsExactly("a 0 v1", "a 1 v2 staged");
    assertThatThrownBy(() -> spaces.apply(shop(counter("a", "Third"))))
        .hasMessageContaining("is being computed");

    assertThat(spaces.promote("spa_shop", spaces.offset("spa_shop") - 1)).isFalse();
    assertThat(spaces.promote("spa_shop", spaces.offset("spa_shop"))).isTrue();
    assertThat(slots(spaces.find("spa_shop").orElseThrow())).containsExactly("a 1 v2");
    assertThat(spaces.versions("spa_shop", "a")).hasSize(2);
  }

  @Test
  void freezesATraitInItsSlotAndComputesItAnewWhenItIsEnabled() throws InvalidDefinitionException {
    String trait = "- {key: a, type: event_counter, event: A, enabled: %s}";
    spaces.apply(shop(trait.formatted("true")));
    assertThat(slots(spaces.apply(shop(trait.formatted("false"))))).containsExactly("a 0 v1");
    assertThat(slots(spaces.apply(shop(trait.formatted("true")))))
        .containsExactly("a 0 v1", "a 1 v2 staged");
  }

  @Test
  void doesNotRecomputeForAnotherDescription() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));

    SpaceDefinition kept =
        spaces.apply(
            shop("- {key: a, name: Other, description: Why, type: event_counter, event: A}\n"));

    assertThat(slots(kept)).containsExactly("a 0 v1");
    assertThat(kept.json().at("/traits/0/description").asText()).isEqualTo("Why");
    assertThat(log.records()).hasSize(2);
  }

  @Test
  void appendsADefinitionOnlyIfSomethingChanged() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));
    spaces.apply(shop(counter("a", "A")));
    open().apply(shop(counter("a", "A")));

    assertThat(log.records()).extracting(LogRecord::kind).containsExactly(Kind.DEFINE);
  }

  @Test
  void keepsTokensAsHashesEverywhere() throws InvalidDefinitionException {
    SpaceDefinition kept = spaces.apply(shop(counter("a", "A")));

    assertThat(kept.json().toString()).doesNotContain("dev-token").contains("sha256:");
    assertThat(new String(log.records().get(0).body(), StandardCharsets.UTF_8))
        .doesNotContain("dev-token");
    assertThat(new String(storage.load().get(0).definition(), StandardCharsets.UTF_8))
        .doesNotContain("dev-token");
  }

  @Test
  void letsATokenReadItsOwnSpaceOnly() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));
    spaces.apply(
        SpaceFiles.parse(
            "other.yaml", "name: Other\ntokens: [{name: t, token: other}]\n", name -> null));

    assertThat(spaces.readable("spa_shop", "dev-token")).isPresent();
    assertThat(spaces.readable("shop", "dev-token")).isPresent();
    assertThat(spaces.readable("other", "dev-token")).isEmpty();
    assertThat(spaces.readable("spa_shop", "wrong")).isEmpty();
    assertThat(spaces.readable("nowhere", "dev-token")).isEmpty();
  }

  @Test
  void takesAHashThatWasPastedBack() throws InvalidDefinitionException {
    SpaceDefinition kept = spaces.apply(shop(counter("a", "A")));

    spaces.apply(SpaceFiles.parse(kept.json()));

    assertThat(spaces.readable("spa_shop", "dev-token")).isPresent();
    assertThat(log.records()).hasSize(1);
  }

  @Test
  void generatesAnIdOnceForAFileWithoutOne() throws InvalidDefinitionException {
    SpaceDefinition file = SpaceFiles.parse("a.yaml", "name: My Shop\n", name -> null);

    String id = spaces.apply(file).id();

    assertThat(id).matches("spa_[a-z0-9]{12}");
    assertThat(open().apply(file).id()).isEqualTo(id);
    assertThat(open().find("my-shop")).isPresent();
  }

  @Test
  void keepsTheSlugOfTheFirstName() throws InvalidDefinitionException {
    spaces.apply(SpaceFiles.parse("a.yaml", "{id: x, name: First}", name -> null));
    spaces.apply(SpaceFiles.parse("a.yaml", "{id: x, name: Second}", name -> null));

    assertThat(spaces.find("first")).get().extracting(SpaceDefinition::name).isEqualTo("Second");
    assertThat(spaces.find("second")).isEmpty();
  }

  @Test
  void findsASourceByItsWriteKey() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));

    assertThat(open().byWriteKey("dev-web-key"))
        .get()
        .extracting(found -> found.space() + " " + found.source().slug())
        .isEqualTo("spa_shop web");
    assertThat(spaces.byWriteKey("unknown")).isEmpty();
  }

  @Test
  void refusesAWriteKeyOfAnotherSpace() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));
    SpaceDefinition other =
        SpaceFiles.parse(
            "b.yaml", "{name: Other, sources: [{name: w, write_key: dev-web-key}]}", n -> null);

    assertThatThrownBy(() -> spaces.apply(other))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("/sources/0/write_key: is used by another source");
    assertThat(spaces.find("other")).isEmpty();
  }

  @Test
  void refusesAnotherEnvironmentAndATakenSlug() throws InvalidDefinitionException {
    spaces.apply(shop(counter("a", "A")));
    SpaceDefinition prod =
        SpaceFiles.parse("a.yaml", "{id: spa_shop, name: Shop, environment: prod}", n -> null);
    SpaceDefinition twin = SpaceFiles.parse("a.yaml", "{id: spa_two, name: Shop}", n -> null);

    assertThatThrownBy(() -> spaces.apply(prod)).hasMessageContaining("/environment");
    assertThatThrownBy(() -> spaces.apply(twin)).hasMessageContaining("/name: has the slug 'shop'");
  }

  @Test
  void aProdSpaceTakesNoNewSecretThatCanBeGuessed() throws Exception {
    String prod =
        """
        {"id": "spa_prod", "name": "Prod", "environment": "prod",
         "sources": [{"name": "Web", "write_key": "%s"}],
         "tokens": [{"name": "t", "token": "%s"}]}
        """;
    String good = "0123456789abcdef";
    assertThatThrownBy(() -> spaces.apply(json(prod.formatted("short", good))))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("/sources/0/write_key: is shorter than 16 characters");
    assertThatThrownBy(() -> spaces.apply(json(prod.formatted(good, "0123456789abcde"))))
        .hasMessageContaining("/tokens/0/token: is shorter than 16 characters");
    spaces.apply(json(prod.formatted(good, good)));

    assertThatThrownBy(
            () ->
                spaces.edit(
                    "spa_prod",
                    space -> ((ObjectNode) space.at("/sources/0")).put("write_key", "short")))
        .hasMessageContaining("is shorter than 16 characters");
    assertThat(spaces.edit("spa_prod", space -> space.put("name", "Other")).name())
        .isEqualTo("Other");
  }

  private static SpaceDefinition json(String text) throws Exception {
    return SpaceFiles.parse(ExactJson.read(text));
  }

  @Test
  void noTopicHasAWriteKey() throws Exception {
    String key = "dev-web-key";
    SpaceDefinition kept = spaces.apply(shop(counter("a", "A")));

    assertThat(kept.json().toString()).doesNotContain(key);
    assertThat(log.records())
        .isNotEmpty()
        .allMatch(record -> !new String(record.body(), StandardCharsets.UTF_8).contains(key));
    assertThat(storage.load())
        .allMatch(stored -> !new String(stored.definition(), StandardCharsets.UTF_8).contains(key));
    SpaceRegistry again = open();
    assertThat(again.byWriteKey(key).orElseThrow().source().slug()).isEqualTo("web");
    assertThat(again.byWriteKey(kept.sources().get(0).writeKey())).isEmpty();
    assertThat(again.byWriteKey("other")).isEmpty();
    int before = log.records().size();
    assertThat(again.apply(shop(counter("a", "A"))).json()).isEqualTo(kept.json());
    assertThat(log.records()).hasSize(before);
  }

  @Test
  void aKeyThatWasKeptAsItIsStillWorksUntilTheNextWriteHashesIt() throws Exception {
    SpaceDefinition kept = spaces.apply(shop(counter("a", "A")));
    SpaceStorage.Stored stored = storage.load().get(0);
    String old =
        new String(stored.definition(), StandardCharsets.UTF_8)
            .replace(kept.sources().get(0).writeKey(), "dev-web-key");
    storage.store(
        new SpaceStorage.Stored(
            stored.id(), old.getBytes(StandardCharsets.UTF_8), stored.ledger()));

    SpaceRegistry again = open();
    assertThat(again.byWriteKey("dev-web-key")).isPresent();
    assertThatThrownBy(
            () ->
                again.apply(
                    json(
                        "{\"name\":\"B\",\"sources\":[{\"name\":\"W\",\"write_key\":\"dev-web-key\"}]}")))
        .hasMessageContaining("used by another source");
    SpaceDefinition edited = again.edit("spa_shop", space -> space.put("name", "Other"));
    assertThat(edited.json().toString()).doesNotContain("dev-web-key");
    assertThat(again.byWriteKey("dev-web-key")).isPresent();
    assertThatThrownBy(
            () ->
                again.apply(
                    json(
                        "{\"name\":\"B\",\"sources\":[{\"name\":\"W\",\"write_key\":\"dev-web-key\"}]}")))
        .hasMessageContaining("used by another source");
  }

  @Test
  void refusesADefinitionThatIsNoRecord() throws Exception {
    String long1 = "x".repeat(1_800_000);
    String text =
        "- {key: a, name: A, type: event_counter, event: E, description: " + long1 + "}\n";
    assertThat(spaces.apply(shop(text)).traits()).hasSize(1);
    String more = text + "- {key: b, name: B, type: event_counter, event: E, description: ";
    assertThatThrownBy(() -> spaces.apply(shop(more + "y".repeat(400_000) + "}\n")))
        .isInstanceOfSatisfying(
            InvalidDefinitionException.class,
            refused ->
                assertThat(refused.problems().get(0).message())
                    .contains("expected at most 2097152"));
    assertThat(spaces.find("shop").orElseThrow().traits()).hasSize(1);
  }

  @Test
  void keepsTheNumbersOfVersionsWhoseTextsAreTooMany() throws Exception {
    String text = "- {key: a, name: A, type: event_counter, event: %s%s}\n";
    String event = "E".repeat(200_000);
    for (int version = 1; version <= 15; version++) {
      spaces.apply(shop(text.formatted(event, version)));
      spaces.promote("spa_shop", spaces.offset("spa_shop"));
    }
    assertThat(storage.load().get(0).ledger()).hasSizeLessThan(SpaceDefinition.BYTES_MAX);
    List<JsonNode> versions = open().versions("spa_shop", "a");
    assertThat(versions).extracting(each -> each.path("version").asInt()).hasSize(15).endsWith(15);
    assertThat(versions.get(0).has("event")).isFalse();
    assertThat(versions.get(14).path("event").asText()).isEqualTo(event + 15);
  }

  @Test
  void underTheVendorsLimitsNoListGrowsBeyondThem() throws InvalidDefinitionException {
    StringBuilder fifty = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      fifty.append(counter("t" + i, "A"));
    }
    String more = fifty + counter("t50", "A");
    ObjectNode limited = shop(fifty.toString()).json().deepCopy();
    spaces.apply(SpaceFiles.parse(limited.put("limits", "vendor")));

    ObjectNode beyond = shop(more).json().deepCopy();
    assertThatThrownBy(() -> spaces.apply(SpaceFiles.parse(beyond.put("limits", "vendor"))))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("/traits/50: is one trait too many (expected at most 50");
    // The file may not name the limits: they are the space's.
    assertThatThrownBy(() -> spaces.apply(shop(more)))
        .isInstanceOf(InvalidDefinitionException.class);
    assertThat(spaces.find("spa_shop").orElseThrow().traits()).hasSize(50);
  }
}
