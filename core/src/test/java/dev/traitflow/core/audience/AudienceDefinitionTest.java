package dev.traitflow.core.audience;

import static dev.traitflow.core.audience.Audiences.problems;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Listed;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.trait.Definitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AudienceDefinitionTest {
  private static final String LEAF = "{'trait':'a','op':'exists'}";

  @Test
  void readsEveryMember() {
    AudienceDefinition audience =
        Audiences.of(
            """
            {'name':'Big spenders','level':'user','include_anonymous':true,
             'include_historical':true,'root':{'all':[{'trait':'spend','op':'greater_than',
             'value':100},{'audience':'staff','member':false}]},'destinations':['crm'],
             'description':'d','examples':[{}],'created_at':5,'version':3}
            """);
    assertThat(audience.key()).isEqualTo("big_spenders");
    assertThat(audience.name()).isEqualTo("Big spenders");
    assertThat(audience.includeAnonymous()).isTrue();
    assertThat(audience.reads()).containsExactly("spend");
    assertThat(audience.references()).containsExactly("staff");
    assertThat(audience.destinations()).containsExactly("crm");
    assertThat(audience.createdAt()).isEqualTo(5);
    assertThat(audience.version()).isEqualTo(3);
  }

  @Test
  void leavesAnonymousProfilesOutUnlessAskedFor() {
    assertThat(Audiences.of("{'key':'k','root':{'all':[" + LEAF + "]}}").includeAnonymous())
        .isFalse();
  }

  @Test
  void judgesTraitsByTheOperatorsOfConditions() {
    String seen = "{'country':'DE','n':'7','tags':['a','bc'],'day':'2025-01-02T00:00:00Z'}";
    assertThat(holds("{'trait':'country','op':'equals','value':'DE'}", seen)).isTrue();
    assertThat(holds("{'trait':'country','op':'equals','value':'de'}", seen)).isFalse();
    assertThat(holds("{'trait':'country','op':'equals','value':'de','ignore_case':true}", seen))
        .isTrue();
    assertThat(holds("{'trait':'n','op':'equals','value':7.0,'value_type':'number'}", seen))
        .isTrue();
    assertThat(holds("{'trait':'n','op':'greater_than','value':6}", seen)).isTrue();
    assertThat(holds("{'trait':'tags','op':'contains','value':'bc'}", seen)).isTrue();
    assertThat(holds("{'trait':'day','op':'before_date','value':'2025-01-03'}", seen)).isTrue();
    assertThat(holds("{'trait':'n','op':'equals_one_of','value':[7,8]}", seen)).isTrue();
  }

  @Test
  void aMissingTraitFulfilsOnlyNegations() {
    assertThat(holds("{'trait':'x','op':'not_equals','value':1}", "{}")).isFalse();
    assertThat(holds("{'trait':'x','op':'not_exists'}", "{}")).isTrue();
    assertThat(holds("{'trait':'x','op':'not_contains','value':'a'}", "{}")).isTrue();
    assertThat(holds("{'trait':'x','op':'equals','value':1,'not':true}", "{}")).isTrue();
  }

  @Test
  void groupsNest() {
    String nested =
        "{'any':[{'trait':'b','op':'exists'},{'all':["
            + LEAF
            + ",{'trait':'c','op':'exists','not':true}]}]}";
    assertThat(holds(nested, "{'a':1}")).isTrue();
    assertThat(holds(nested, "{'a':1,'c':1}")).isFalse();
    assertThat(holds(nested, "{'b':1,'c':1}")).isTrue();
  }

  @Test
  void asksForMembershipOfOtherAudiences() {
    assertThat(holds("{'audience':'staff'}", "{}", "staff")).isTrue();
    assertThat(holds("{'audience':'staff','member':false}", "{}", "staff")).isFalse();
    assertThat(holds("{'audience':'staff','member':false,'not':true}", "{}", "staff")).isTrue();
    assertThat(holds("{'audience':'staff','member':false}", "{}")).isTrue();
  }

  @Test
  void refusesByNameWhatIsNotSupportedYet() {
    assertThat(
            problems(
                "{'key':'k','root':{'all':[{'event':'E','count':{'op':'at_least','n':1},"
                    + "'window':{'within':'7 d'},'then':{'did':false,'event':'F'}}]}}"))
        .containsExactly(
            "/root/all/0/event: starts a condition on events, which is not supported yet (expected"
                + " a trait)");
    assertThat(problems("{'key':'k','root':{'all':[{'trait':'d','op':'within_last','value':3}]}}"))
        .containsExactly(
            "/root/all/0/op: got 'within_last', which is not supported yet (expected before_date"
                + " or after_date)");
    assertThat(
            problems(
                "{'key':'k','root':{'all':[{'trait':'a','op':'equals','value':{'trait':'b'}}]}}"))
        .containsExactly(
            "/root/all/0/value: names a trait, which is not supported yet (expected a constant)");
    assertThat(
            problems(
                "{'key':'k','level':'account','lookback':'90 d','enrich':{'ltv':'x'},"
                    + "'root':{'all':["
                    + LEAF
                    + "]}}"))
        .hasSize(3)
        .allMatch(problem -> problem.contains("not supported yet"));
  }

  @Test
  void refusesMalformedDefinitions() {
    assertThat(problems("{'key':'K K','root':{'all':[" + LEAF + "]}}")).hasSize(1);
    assertThat(problems("{'key':'k'}")).singleElement().asString().startsWith("/root: is missing");
    assertThat(problems("{'key':'k','root':{'all':[]}}"))
        .containsExactly("/root/all: is empty (expected at least one condition)");
    assertThat(problems("{'key':'k','root':{'all':[" + LEAF + "],'any':[]}}")).isNotEmpty();
    assertThat(problems("{'key':'k','root':{'all':[{'trait':'a'}]}}"))
        .singleElement()
        .asString()
        .startsWith("/root/all/0/op: is missing");
    assertThat(problems("{'key':'k','root':{'all':[" + LEAF + "]},'extra':1}")).hasSize(1);
    assertThat(problems("{'key':'k','root':" + nested(5) + "}")).isEmpty();
    assertThat(problems("{'key':'k','root':" + nested(6) + "}")).hasSize(1);
    assertThat(problems("{'key':'k','root':{'any':[" + leaves(50) + "]}}")).isEmpty();
    assertThat(problems("{'key':'k','root':{'any':[" + leaves(51) + "]}}"))
        .containsExactly("/root: has 51 conditions (expected at most 50)");
  }

  @Test
  void refusesCyclesAndAudiencesReadAsTraits() {
    List<AudienceDefinition> audiences =
        List.of(
            Audiences.of("{'key':'a','root':{'all':[{'audience':'b'}]}}"),
            Audiences.of("{'key':'b','root':{'all':[{'audience':'c'}]}}"),
            Audiences.of("{'key':'c','root':{'all':[{'audience':'a'}]}}"),
            Audiences.of("{'key':'d','root':{'all':[{'audience':'a'}]}}"),
            Audiences.of("{'key':'e','root':{'all':[{'trait':'d','op':'equals','value':true}]}}"));
    List<Problem> problems = new ArrayList<>();
    List<Listed<AudienceDefinition>> listed = new ArrayList<>();
    audiences.forEach(each -> listed.add(new Listed<>("audiences/" + listed.size(), each)));
    new AudiencesKind()
        .check(listed, new Fields(new ObjectMapper().createObjectNode(), "", problems));
    assertThat(problems)
        .extracting(Problem::pointer)
        .containsExactly(
            "/audiences/0/root", "/audiences/1/root", "/audiences/2/root", "/audiences/4/root");
    assertThat(problems.subList(0, 3))
        .allMatch(
            each ->
                each.message().contains("would create a cycle by referencing another audience"));
    assertThat(problems.get(3).message()).contains("trait 'd', which is an audience");
  }

  @Test
  void runsItsExamples() {
    String audience =
        "{'key':'k','root':{'all':[{'trait':'n','op':'greater_than','value':1},"
            + "{'audience':'staff','member':false}]},'examples':[%s]}";
    String member = "{'traits':{'n':2},'value':true}";
    String staff = "{'traits':{'n':2},'audiences':['staff'],'value':false}";
    String anonymous = "{'traits':{'n':2},'anonymous':true,'value':false}";
    String all = String.join(",", member, staff, anonymous);
    assertThat(AudienceExamples.check(Audiences.of(audience.formatted(all)), "")).isEmpty();
    String wrong = "{'traits':{'n':1},'value':true},{'value':true},{'traits':{},'value':1}";
    assertThat(AudienceExamples.check(Audiences.of(audience.formatted(wrong)), "/audiences/0"))
        .extracting(Problem::toString)
        .containsExactly(
            "/audiences/0/examples/0/value: got true, but the conditions give false",
            "/audiences/0/examples/1/traits: is missing (expected the traits of a profile)",
            "/audiences/0/examples/2/value: got 1 (expected true or false)");
  }

  private static String nested(int depth) {
    return depth == 1 ? "{'all':[" + LEAF + "]}" : "{'all':[" + nested(depth - 1) + "]}";
  }

  private static String leaves(int count) {
    return IntStream.range(0, count).mapToObj(i -> LEAF).collect(Collectors.joining(","));
  }

  private static boolean holds(String condition, String traits, String... audiences) {
    JsonNode values = Definitions.json(traits);
    Set<String> members = Set.of(audiences);
    return Audiences.of("{'key':'k','root':{'all':[" + condition + "]}}")
        .root()
        .test(
            new AudienceFacts() {
              @Override
              public @Nullable JsonNode trait(String key) {
                return values.get(key);
              }

              @Override
              public boolean isMember(String audience) {
                return members.contains(audience);
              }
            });
  }
}
