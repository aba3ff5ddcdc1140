package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One mistake in a definition is one problem: nothing that only follows from it is shown. */
class OneMistakeTest {
  private static final String SPACE =
      """
      name: Shop
      environment: dev
      limits: none
      identifier_deletion: true
      compat: {always_200: false}
      sources: [{name: Web, slug: web, kind: website, write_key: web-key, enabled: true, settings: {strict: true, labels: [a]}}]
      tokens: [{name: t, token: dev-token}]
      identity: {email_from_properties: true, identifiers: [{type: phone, limit: 2, window: ever, priority: 1, blocked: [{exact: x}]}]}
      traits:
        - {key: orders, name: Orders, level: user, type: event_counter, event: E, conditions: {all: [{property: p, op: equals, value: 1}]}, window: {within: 30 d}, backfill: true, enabled: true, description: d, destinations: [CRM]}
        - {key: spend, type: aggregation, aggregation: sum, event: E, property: revenue, value_type: number, window: {between: [1 d, 2 d]}}
        - {key: most, type: most_frequent, event: E, property: p, minimum_frequency: 2, window: {session: 30 m}}
      audiences: [{key: buyers, name: Buyers, include_anonymous: false, root: {all: [{trait: orders, op: greater_than, value: 0}, {audience: others}]}, destinations: [CRM]}, {key: others, root: {any: [{trait: x, op: exists}]}}]
      predictions:
        - {key: churn, name: C, kind: churn, event: E, perform: false, min_count: 1, window_days: 90, cohort: buyers}
        - {key: ltv, kind: ltv, event: E, amount: revenue, currency: USD, window_days: 120}
      destinations: [{name: CRM, kind: capture, enabled: true, action: identify, actions: {orders: track}, sources: [web]}]
      """;

  /** A name can be any text: two others name the one it was, which are two mistakes then. */
  private static final String NAMED_TWICE = "/destinations/0/name = \"??\"";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private final List<String> noisy = new ArrayList<>();
  private int mistakes;

  @Test
  void aValueOfAWrongKindIsOneProblem() throws Exception {
    JsonNode space = YamlDocument.parse("space", SPACE).json();
    assertThat(problems(space)).isEmpty();
    for (JsonNode wrong :
        List.of(
            NODES.numberNode(7.5),
            NODES.textNode("??"),
            NODES.objectNode(),
            NODES.arrayNode().add(true))) {
      visit(space, space, "", wrong);
    }
    assertThat(mistakes).isGreaterThan(200);
    assertThat(noisy).isEmpty();
  }

  @Test
  void aMistypedKeyIsOneProblem() throws Exception {
    JsonNode space = YamlDocument.parse("space", SPACE).json();
    mistype(space, space, "");
    assertThat(noisy).isEmpty();
  }

  private void visit(JsonNode space, JsonNode node, String pointer, JsonNode wrong) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String child = pointer + "/" + member.getKey();
      expectOne(space, child, parent -> parent.set(member.getKey(), wrong), child + " = " + wrong);
      visit(space, member.getValue(), child, wrong);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      int index = i;
      String child = pointer + "/" + i;
      if (!wrong.isObject() || !node.get(i).isObject()) {
        JsonNode copy = space.deepCopy();
        ((ArrayNode) copy.at(pointer)).set(index, wrong);
        judge(copy, child + " = " + wrong);
      }
      visit(space, node.get(i), child, wrong);
    }
  }

  private void mistype(JsonNode space, JsonNode node, String pointer) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String child = pointer + "/" + member.getKey();
      String name = member.getKey();
      String typo = name.substring(0, name.length() - 1) + "x";
      expectOne(
          space,
          child,
          parent -> {
            parent.remove(name);
            parent.set(typo, member.getValue());
          },
          pointer + "/" + typo);
      mistype(space, member.getValue(), child);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      mistype(space, node.get(i), pointer + "/" + i);
    }
  }

  private void expectOne(JsonNode space, String pointer, Consumer<ObjectNode> change, String what) {
    if (what.equals(NAMED_TWICE)) {
      return;
    }
    JsonNode copy = space.deepCopy();
    change.accept((ObjectNode) copy.at(pointer.substring(0, pointer.lastIndexOf('/'))));
    judge(copy, what);
  }

  private void judge(JsonNode space, String what) {
    mistakes++;
    List<Problem> problems = problems(space);
    if (problems.size() > 1) {
      noisy.add(what + ": " + problems);
    }
  }

  @Test
  void aKeyThatIsThereTwiceIsShownAtTheSecondPlaceAndNamesTheFirst() throws Exception {
    JsonNode space = YamlDocument.parse("space", SPACE).json().deepCopy();
    ((ObjectNode) space.at("/traits/2")).put("key", "orders");
    ((ObjectNode) space.at("/predictions/1")).put("key", "buyers");
    ((ArrayNode) space.at("/sources")).add(space.at("/sources/0"));
    ((ArrayNode) space.at("/destinations")).add(space.at("/destinations/0"));
    ((ArrayNode) space.at("/identity/identifiers")).add(space.at("/identity/identifiers/0"));

    assertThat(problems(space).stream().map(Problem::toString))
        .containsExactlyInAnyOrder(
            "/traits/2/key: got 'orders', which /traits/0 has already (expected another key)",
            "/predictions/1/key: got 'buyers', which /audiences/0 has already (expected another"
                + " key)",
            "/sources/1/slug: got 'web', which /sources/0 has already (expected another slug)",
            "/destinations/1/name: got 'CRM', which /destinations/0 has already (expected another"
                + " name)",
            "/identity/identifiers/1/type: got 'phone', which /identity/identifiers/0 has already"
                + " (expected another type)");
  }

  private static List<Problem> problems(JsonNode space) {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition.parse(space, problems);
    return problems;
  }
}
