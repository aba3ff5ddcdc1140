package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.space.SpaceDefinition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpaceFilesTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("WEB_KEY", "secret-key-of-the-shop");

  private static SpaceDefinition read(String text) throws InvalidDefinitionException {
    return SpaceFiles.parse("shop.yaml", text, ENVIRONMENT::get);
  }

  private static List<String> problems(String text) {
    try {
      read(text);
      return List.of();
    } catch (InvalidDefinitionException invalid) {
      return invalid.places().stream().map(FileProblem::toString).toList();
    }
  }

  @Test
  void takesSecretsFromTheEnvironment() throws InvalidDefinitionException {
    SpaceDefinition space =
        read(
            """
            name: Shop
            environment: prod
            sources:
              - {name: Website, write_key: "${WEB_KEY}"}
            """);

    assertThat(space.sources().get(0).writeKey()).isEqualTo("secret-key-of-the-shop");
    assertThat(space.slug()).isEqualTo("shop");
  }

  @Test
  void refusesAPlainKeyInAProdSpace() {
    assertThat(
            problems(
                """
                name: Shop
                environment: prod
                sources:
                  - name: Website
                    write_key: plain
                """))
        .containsExactly(
            "shop.yaml:5:5: /sources/0/write_key: is plain in a prod space"
                + " (expected ${NAME_OF_A_VARIABLE})");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1000", "-1E+401", "1e99999999", ".1e-401", "DIGITS", "0xHEX"})
  void refusesANumberBeyondTheLimitsOfValues(String value) {
    String number = value.replace("DIGITS", "9".repeat(401)).replace("HEX", "f".repeat(400));
    assertThat(
            problems(
                "name: Shop\nenvironment: dev\ntraits:\n  - key: k\n    type: event_counter\n"
                    + "    event: E\n    conditions: {all: [{property: p, op: equals, value: "
                    + number
                    + "}]}\n"))
        .singleElement()
        .asString()
        .startsWith("shop.yaml:7:57: got the number ")
        .hasSizeLessThan(200);
  }

  @Test
  void saysWhichVariableIsNotSet() {
    assertThat(
            problems(
                """
                name: Shop
                tokens:
                  - {name: tests, token: "${NOWHERE}"}
                """))
        .singleElement()
        .asString()
        .startsWith("shop.yaml:3:19: /tokens/0/token: the environment variable NOWHERE is not set");
  }

  @Test
  void showsAnUnknownKeyAtItsPlaceWithASuggestion() {
    assertThat(problems("name: Shop\nenvironmnt: dev\n"))
        .containsExactly(
            "shop.yaml:2:1: /environmnt: is not a known key; did you mean environment?");
  }

  @Test
  void showsWhatIsMissingAtTheNearestThingAroundIt() {
    assertThat(problems("name: Shop\nsources:\n  - {name: Website}\n"))
        .singleElement()
        .asString()
        .startsWith("shop.yaml:3:5: /sources/0/write_key: is missing");
  }

  @Test
  void aDestinationNamesSourcesOfItsSpace() throws InvalidDefinitionException {
    String text =
        """
        name: Shop
        sources:
          - {name: Website, slug: web, write_key: k}
        destinations:
          - {name: CRM, kind: capture, sources: [%s]}
        """;
    assertThat(read(text.formatted("web")).destinations().get(0).sources()).containsExactly("web");
    assertThat(problems(text.formatted("wep")))
        .containsExactly(
            "shop.yaml:5:32: /destinations/0/sources: names 'wep'"
                + " (expected the slug of a source of the space); did you mean web?");
  }

  @Test
  void showsEveryProblemAtOnce() {
    assertThat(problems("environment: live\nlimits: some\n")).hasSize(3);
  }

  @Test
  void leavesDatesAndYesAndNoAsText() throws InvalidDefinitionException {
    YamlDocument document =
        YamlDocument.parse(
            "a.yaml", "d: 2025-01-01\ny: yes\nn: no\nt: true\ni: 0x10\nf: 1.50\nz: ~");

    assertThat(document.json())
        .hasToString(
            """
            {"d":"2025-01-01","y":"yes","n":"no","t":true,"i":16,"f":1.50,"z":null}""");
  }

  @Test
  void runsTheExamplesAndShowsWhereOneDoesNotHold() {
    String text =
        """
        name: Shop
        traits:
          - key: orders
            type: event_counter
            event: Order Completed
            examples:
              - events: [{event: Order Completed, timestamp: 2025-01-01T00:00:00Z}]
                at: 2025-01-02T00:00:00Z
                value: 2
        """;
    assertThat(SpaceFiles.check("shop.yaml", text, ENVIRONMENT::get))
        .extracting(FileProblem::toString)
        .containsExactly(
            "shop.yaml:9:9: /traits/0/examples/0/value: the events give 1 at"
                + " 2025-01-02T00:00:00.000Z (expected 2, as the example says)");
    assertThat(SpaceFiles.check("shop.yaml", text.replace("value: 2", "value: 1"), key -> null))
        .isEmpty();
    assertThat(SpaceFiles.check("shop.yaml", "name: [", key -> null)).hasSize(1);
  }

  @Test
  void takesJson() throws InvalidDefinitionException {
    assertThat(read("{\"name\": \"Shop\", \"traits\": []}").name()).isEqualTo("Shop");
  }

  @Test
  void refusesAKeyThatIsThereTwice() {
    assertThat(problems("# s\nname: Shop\nname: Other\n"))
        .containsExactly(
            "shop.yaml:3:1: the key 'name' is there twice (expected once; the first is in line 2)");
  }

  @Test
  void showsTheLineWithACaretBelowThePlaceAndNoSecret() {
    String text =
        """
        name: Shop
        environment: prod
        sources:
          - {name: Wäb, write_key: very-secret, kind: shop}
        """;
    assertThat(SpaceFiles.check("shop.yaml", text, key -> null))
        .extracting(problem -> problem.shown().lines().skip(1).toList())
        .containsExactly(
            List.of("    - {name: Wäb, write_key: ***********, kind: shop}", "                  ^"),
            List.of(
                "    - {name: Wäb, write_key: ***********, kind: shop}",
                "                                          ^"));
  }

  @Test
  void hintsAtTheQuotesThatAVariableNeedsInsideOfBraces() {
    assertThat(problems("name: Shop\nsources:\n  - {name: Web, write_key: ${WEB_KEY}}\n"))
        .containsExactly(
            "shop.yaml:3:28: got ${WEB_KEY} without quotes (expected \"${WEB_KEY}\": inside of { }"
                + " and [ ] its brace would end the text)");
    assertThat(problems("{name: Shop, tokens: [{token: ${T}, name: t}]}"))
        .singleElement()
        .asString()
        .contains("got ${T} without quotes");
  }

  @Test
  void saysWhereTextIsNoYaml() {
    assertThat(problems("name: [Shop\n")).singleElement().asString().startsWith("shop.yaml:2:1: ");
  }

  @Test
  void refusesAnAliasInsideOfWhatItNames() {
    assertThat(problems("name: &a [*a]\n")).isNotEmpty();
  }

  @Test
  void aliasesThatMultiplyAreRefusedByTheNodesTheyMake() {
    for (int[] shape : new int[][] {{12, 4}, {7, 7}, {24, 2}, {9, 9}}) {
      StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
      for (int level = 1; level <= shape[0]; level++) {
        String alias = "*a" + (level - 1) + ", ";
        bomb.append("a" + level + ": &a" + level + " [" + alias.repeat(shape[1] - 1));
        bomb.append("*a" + (level - 1) + "]\n");
      }
      List<FileProblem> problems = SpaceFiles.check("bomb.yaml", bomb.toString(), name -> null);

      assertThat(problems).hasSizeBetween(1, 3);
      assertThat(problems.get(0).shown()).contains("bomb.yaml:").containsAnyOf("nodes", "aliases");
    }
  }

  @Test
  void anAliasInsideOfWhatItNamesIsRefused() {
    assertThat(SpaceFiles.check("own.yaml", "a: &a [*a, *a, *a]", name -> null))
        .hasSizeBetween(1, 3);
  }

  @Test
  void filesThatNestTooDeepAreRefused() {
    for (String open : List.of("[", "{a: ", "- ", "? ")) {
      for (int depth : new int[] {150, 5_000, 200_000}) {
        assertThat(SpaceFiles.check("deep.yaml", open.repeat(depth), name -> null))
            .hasSizeBetween(1, 3)
            .allMatch(problem -> problem.shown().length() < 500);
      }
    }
  }

  @Test
  void someAliasesAreFine() throws Exception {
    SpaceDefinition space =
        SpaceFiles.parse(
            "a.yaml",
            """
            name: A
            sources:
              - &web {name: Web, write_key: k1}
            x-unused: [*web, *web]
            """
                .replace("x-unused: [*web, *web]\n", ""),
            name -> null);
    assertThat(space.sources()).hasSize(1);
  }

  @Test
  void keysThatCanBeGuessedAreRefusedInProd() {
    String text =
        """
        name: A
        environment: prod
        sources: [{name: Web, write_key: "${KEY}"}]
        tokens: [{name: t, token: "${TOKEN}"}]
        """;
    String fifteen = "x".repeat(15);
    assertThat(SpaceFiles.check("a.yaml", text, name -> fifteen))
        .hasSize(2)
        .allMatch(
            problem ->
                problem.toString().contains("is shorter than 16 characters in a prod space"));
    assertThat(SpaceFiles.check("a.yaml", text, name -> fifteen + "y")).isEmpty();
    assertThat(SpaceFiles.check("a.yaml", text.replace("prod", "dev"), name -> "short")).isEmpty();
  }
}
