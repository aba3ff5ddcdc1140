package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.MemoryEventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file applied to a space removes what a file before it made, and nothing else. */
class SpaceMergeTest {
  private static final String HEAD = "id: spa\nname: Shop\n";
  private static final String FILE =
      HEAD
          + """
          sources: [{name: Website, slug: web, write_key: key-of-the-file}]
          tokens: [{name: reader, token: token-of-the-file}]
          identity: {identifiers: [{type: phone, limit: 3}]}
          traits: [{key: orders, type: event_counter, event: Order Completed, window: {within: 90 d}}]
          audiences: [{key: buyers, root: {all: [{trait: orders, op: exists}]}}]
          predictions: [{key: churn, kind: churn, event: Order Completed, perform: false, window_days: 90}]
          destinations: [{name: CRM, kind: capture}]
          """;

  private final MemoryEventLog log = new MemoryEventLog();
  private final MemorySpaces storage = new MemorySpaces();
  private final SpaceRegistry spaces = open();

  private SpaceRegistry open() {
    return new SpaceRegistry(storage, log, () -> 1_000);
  }

  private static SpaceDefinition file(String text) throws InvalidDefinitionException {
    return SpaceFiles.parse("shop.yaml", text, name -> null);
  }

  private JsonNode apply(String text) throws InvalidDefinitionException {
    return spaces.apply(file(text)).json();
  }

  private static Consumer<ObjectNode> add(String list, String yaml)
      throws InvalidDefinitionException {
    JsonNode object = YamlDocument.parse("object", yaml).json();
    return json -> json.withArray("/" + list).add(object.deepCopy());
  }

  /** One more object of every kind, as the control API makes them. */
  private void addByApi() throws InvalidDefinitionException {
    spaces.edit("spa", add("sources", "{name: App, slug: app, write_key: key-of-the-api}"));
    spaces.edit("spa", add("tokens", "{name: api, token: token-of-the-api}"));
    spaces.edit("spa", add("identity/identifiers", "{type: loyalty, limit: 1}"));
    spaces.edit("spa", add("traits", "{key: made, type: event_counter, event: E}"));
    spaces.edit("spa", add("audiences", "{key: vip, root: {all: [{trait: made, op: exists}]}}"));
    spaces.edit("spa", add("destinations", "{name: Mail, kind: capture}"));
    spaces.edit(
        "spa",
        add("predictions", "{key: buys, kind: purchase, event: Order Completed, window_days: 30}"));
  }

  private static List<String> names(JsonNode space) {
    List<String> names = new ArrayList<>();
    for (Kind<?> list : Kinds.ALL) {
      list.byKey(space).keySet().forEach(key -> names.add(list.path() + " " + key));
    }
    for (JsonNode staged : space.path("staged")) {
      names.add("traits " + Kinds.TRAITS.key(staged));
    }
    return names.stream().distinct().toList();
  }

  @Test
  void theSameFileAgainChangesNothingAndKeepsWhatTheApiMade() throws InvalidDefinitionException {
    apply(FILE);
    addByApi();
    spaces.promote("spa", spaces.offset("spa"));
    JsonNode before = spaces.find("spa").orElseThrow().json();
    int records = log.records().size();

    SpaceRegistry restarted = open();
    restarted.apply(file(FILE));

    assertThat(log.records()).hasSize(records);
    assertThat(restarted.find("spa").orElseThrow().json()).isEqualTo(before);
    assertThat(restarted.plan(file(FILE), false).changes().isEmpty()).isTrue();
    assertThat(restarted.plan(file(FILE), false).unmanaged())
        .extracting(SpaceObject::key)
        .containsExactly("app", "api", "loyalty", "made", "vip", "buys", "Mail");
  }

  @ParameterizedTest
  @CsvSource({
    "sources, web",
    "tokens, reader",
    "identity/identifiers, phone",
    "audiences, buyers",
    "predictions, churn",
    "destinations, CRM"
  })
  void removesWhatTheFileBeforeMadeAndTheFileNoLongerNames(String list, String key)
      throws InvalidDefinitionException {
    apply(FILE);
    addByApi();
    String without = FILE.replaceAll("(?m)^" + list.split("/")[0] + ":.*\n", "");
    String named = list.contains("/") ? "identity: {identifiers: []}\n" : list + ": []\n";

    assertThat(names(apply(without))).contains(list + " " + key);
    List<String> before = names(spaces.find("spa").orElseThrow().json());
    List<String> after = names(apply(without + named));

    assertThat(before).contains(list + " " + key);
    assertThat(after).hasSize(before.size() - 1).doesNotContain(list + " " + key);
    assertThat(before).containsAll(after);
  }

  @Test
  void prunesWhatTheFileDoesNotNameButNoListThatItDoesNotHave() throws InvalidDefinitionException {
    apply(FILE);
    addByApi();
    String withoutTokens = FILE.replaceAll("(?m)^tokens:.*\n", "");

    spaces.apply(file(withoutTokens), true);

    assertThat(names(spaces.find("spa").orElseThrow().json()))
        .containsExactly(
            "sources web",
            "tokens reader",
            "tokens api",
            "identity/identifiers phone",
            "traits orders",
            "audiences buyers",
            "predictions churn",
            "destinations CRM");
  }

  @Test
  void theFieldsOfTheFileWinAndFieldsOnlyTheApiGaveStay() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit(
        "spa",
        json ->
            ((ObjectNode) json.at("/traits/0"))
                .put("description", "by the API")
                .put("event", "Other"));
    spaces.promote("spa", spaces.offset("spa"));

    ObjectChange planned = spaces.plan(file(FILE), false).changes().of(Kinds.TRAITS).get(0);
    JsonNode trait = apply(FILE).at("/staged/0");

    assertThat(planned.fields())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.field()).isEqualTo("event");
              assertThat(String.valueOf(change.before())).isEqualTo("\"Other\"");
              assertThat(String.valueOf(change.after())).isEqualTo("\"Order Completed\"");
            });
    assertThat(trait.path("event").asText()).isEqualTo("Order Completed");
    assertThat(trait.path("description").asText()).isEqualTo("by the API");
  }

  @Test
  void aSwitchThatTheApiTurnedStaysWhereTheFileDoesNotNameIt() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit("spa", json -> ((ObjectNode) json.at("/sources/0")).put("enabled", false));
    spaces.edit("spa", json -> ((ObjectNode) json.at("/traits/0")).put("enabled", false));

    JsonNode after = apply(FILE);

    assertThat(after.at("/sources/0/enabled").asBoolean(true)).isFalse();
    assertThat(after.at("/traits/0/enabled").asBoolean(true)).isFalse();
  }

  @Test
  void aFieldThatTheFileNoLongerGivesGoes() throws InvalidDefinitionException {
    apply(FILE);
    JsonNode after = apply(FILE.replace(", window: {within: 90 d}", ""));

    assertThat(after.at("/staged/0").has("window")).isFalse();
  }

  @Test
  void anObjectThatWouldNotFitTogetherIsAsTheFileHasIt() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit(
        "spa",
        json ->
            ((ObjectNode) json.at("/traits/0"))
                .put("type", "aggregation")
                .put("aggregation", "sum")
                .put("property", "revenue"));
    spaces.promote("spa", spaces.offset("spa"));

    JsonNode trait = apply(FILE).at("/staged/0");

    assertThat(trait.path("type").asText()).isEqualTo("event_counter");
    assertThat(trait.has("property")).isFalse();
  }

  @Test
  void inASpaceFromBeforeOnlyWhatTheFileNamesIsTheFiles() throws InvalidDefinitionException {
    apply(FILE);
    addByApi();
    SpaceStorage.Stored stored = storage.load().get(0);
    ObjectNode ledger = (ObjectNode) ExactJson.readOwn(stored.ledger());
    ledger.remove("applied");
    storage.store(
        new SpaceStorage.Stored(stored.id(), stored.definition(), ExactJson.write(ledger)));
    List<String> before = names(spaces.find("spa").orElseThrow().json());

    SpaceRegistry restarted = open();
    JsonNode after = restarted.apply(file(HEAD + "audiences: []\ntokens: []\n")).json();
    assertThat(names(after)).isEqualTo(before);

    restarted.apply(file(FILE));
    after = restarted.apply(file(HEAD + "audiences: []\ntokens: []\n")).json();
    assertThat(names(after))
        .doesNotContain("audiences buyers", "tokens reader")
        .contains("audiences vip");
  }

  @Test
  @Tag("T-34")
  void aKeyThatWasDeletedComesBackByTheFileAsTheNextVersion() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit("spa", json -> json.putArray("audiences"));
    spaces.edit("spa", json -> json.putArray("traits"));

    List<ObjectChange> planned = open().plan(file(FILE), false).changes().objects();
    JsonNode after = open().apply(file(FILE)).json();

    assertThat(planned.stream().filter(ObjectChange::restored))
        .extracting(change -> change.key() + " v" + change.version())
        .containsExactly("orders v2", "buyers v2");
    assertThat(after.at("/staged/0/version").asInt()).isEqualTo(2);
    assertThat(after.at("/staged/0/slot").asInt()).isEqualTo(1);
    assertThat(after.at("/audiences/0/version").asInt()).isEqualTo(2);
  }

  @Test
  void theApiBringsADeletedKeyBackOnlyOnPurpose() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit("spa", json -> json.putArray("audiences"));
    Consumer<ObjectNode> again =
        add("audiences", "{key: buyers, root: {all: [{trait: orders, op: exists}]}}");

    assertThatThrownBy(() -> spaces.edit("spa", again))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("/audiences/0: has the key 'buyers'")
        .hasMessageContaining("restore=true");
    assertThat(spaces.edit("spa", true, again).json().at("/audiences/0/version").asInt())
        .isEqualTo(2);
    assertThat(names(apply(HEAD + "audiences: []\n")))
        .as("made by the API, not by the file")
        .contains("audiences buyers");
  }

  @Test
  void tokensOfOneNameStayApart() throws InvalidDefinitionException {
    String two = HEAD + "tokens: [{name: t, token: first-token}, {name: t, token: second-token}]\n";

    apply(two);
    apply(two);

    assertThat(spaces.readable("spa", "first-token")).isPresent();
    assertThat(spaces.readable("spa", "second-token")).isPresent();
    assertThat(log.records()).hasSize(1);
  }

  @Test
  void saysWhatStaysAndContradictsTheFile() throws InvalidDefinitionException {
    apply(FILE);
    spaces.edit(
        "spa", add("traits", "{key: sent, type: event_counter, event: E, destinations: [CRM]}"));
    String withoutCrm = FILE.replaceAll("(?m)^destinations:.*\n", "destinations: []\n");

    assertThatThrownBy(() -> apply(withoutCrm))
        .hasMessageContaining("the trait 'sent', which this file does not manage, names 'CRM'");
    assertThatThrownBy(
            () ->
                apply(
                    FILE.replace(
                        "traits: [",
                        "traits: [{key: new, type: event_counter, event: E}, {key: sent, type:"
                            + " event_counter, event: F}, ")))
        .hasMessageContaining("/traits/1: is the trait 'sent', which is being computed");
  }
}
