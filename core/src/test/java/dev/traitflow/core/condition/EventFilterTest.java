package dev.traitflow.core.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.trait.Definitions;
import dev.traitflow.core.trait.EventBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFilterTest {
  /** Operator, value of the condition, then a property it holds for and one it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "equals|'pro'|'pro'|'Pro'",
        "equals|'5'|5|'5.0'",
        "equals|5|'5'|6",
        "equals|true|'true'|false",
        "equals|'true'|true|'TRUE'",
        "not_equals|'a'|'b'|'a'",
        "less_than|6|'5'|6",
        "greater_than|6|'7'|5",
        "less_or_equal|6|6.0|6.1",
        "greater_or_equal|6|6|'5.99'",
        "greater_than|6|7|'$7'",
        "greater_than|0|1|true",
        "less_than|1|0|''",
        "contains|'ricin'|'/pricing/x'|'/PRICING/x'",
        "contains|'\\'a\\':1'|{'a': 1.0}|{'a':2}",
        "contains|2|[1,2]|[1,3]",
        "not_contains|'a'|'b'|'bab'",
        "starts_with|'ab'|'abc'|'cab'",
        "ends_with|'pricing'|'/pricing'|'/pricing/x'",
        "before_date|'2025-01-03'|'2025-01-02T00:00:00Z'|'2025-01-03T00:00:00Z'",
        "before_date|'2025-01-03'|'2025-01-03T00:30:00+01:00'|'2025-01-02T00:00:00'",
        "after_date|'2025-01-03'|'2025-01-04'|'soon'",
        "after_date|'2025-01-03T12:00:00Z'|'2025-01-03T12:00:00.001Z'|20250104",
        "equals_one_of|['a','b']|'b'|'ab'",
        "contains_one_of|['ab','cd']|'xcdx'|'xcxd'"
      })
  void judgesAValueThatIsThere(String op, String operand, String holds, String fails) {
    EventFilter filter = one(op, ",'value':" + operand);
    assertThat(test(filter, "{'p':" + holds + "}")).isTrue();
    assertThat(test(filter, "{'p':" + fails + "}")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "equals|'a'|false",
        "not_equals|'a'|false",
        "less_than|1|false",
        "greater_than|1|false",
        "less_or_equal|1|false",
        "greater_or_equal|1|false",
        "contains|'a'|false",
        "not_contains|'a'|true",
        "starts_with|'a'|false",
        "ends_with|'a'|false",
        "exists||false",
        "not_exists||true",
        "before_date|'2025-01-01'|false",
        "after_date|'2025-01-01'|false",
        "equals_one_of|['a']|false",
        "contains_one_of|['a']|false"
      })
  void judgesAMissingAndANullValueTheSame(String op, String operand, boolean expected) {
    EventFilter filter = one(op, operand == null ? "" : ",'value':" + operand);
    assertThat(test(filter, "{}")).isEqualTo(expected);
    assertThat(test(filter, "{'p':null}")).isEqualTo(expected);
    assertThat(filter.test(EventBuilder.track("A").fields())).isEqualTo(expected);
  }

  @Test
  void takesEmptyTextZeroAndFalseForExisting() {
    for (String value : List.of("''", "0", "false", "[]", "{}")) {
      assertThat(test(one("exists", ""), "{'p':" + value + "}")).isTrue();
      assertThat(test(one("not_exists", ""), "{'p':" + value + "}")).isFalse();
    }
  }

  @Test
  void comparesNumbersIfTheConditionSaysSo() {
    EventFilter equals = one("equals", ",'value':5,'value_type':'number'");
    assertThat(test(equals, "{'p':'5.0'}")).isTrue();
    assertThat(test(equals, "{'p':'five'}")).isFalse();
    EventFilter list = one("equals_one_of", ",'value':[1,'2'],'value_type':'number'");
    assertThat(test(list, "{'p':2.00}")).isTrue();
    EventFilter differs = one("not_equals", ",'value':5,'value_type':'number'");
    assertThat(test(differs, "{'p':5.0}")).isFalse();
    assertThat(test(differs, "{'p':6}")).isTrue();
  }

  @Test
  void ignoresCaseIfTheConditionSaysSo() {
    EventFilter filter = one("equals", ",'value':'Inbound','ignore_case':true");
    assertThat(test(filter, "{'p':'INBOUND'}")).isTrue();
    assertThat(test(one("equals", ",'value':'Inbound'"), "{'p':'inbound'}")).isFalse();
  }

  @Test
  void holdsIfAnyElementSatisfiesItAndNegationsIfNoneDoes() {
    String products = "{'p':[{'c':'a'},{'c':'b'},{}]}";
    assertThat(test(on("p.$.c", "equals", "'b'"), products)).isTrue();
    assertThat(test(on("p.$.c", "not_equals", "'b'"), products)).isTrue();
    assertThat(test(on("p.$.c", "not_contains", "'b'"), products)).isFalse();
    assertThat(test(on("p.$.c", "not_contains", "'z'"), products)).isTrue();
    assertThat(test(on("p.$.c", "not_exists", null), products)).isFalse();
    assertThat(test(on("p.$.z", "not_exists", null), products)).isTrue();
  }

  @Test
  void judgesConditionsIndependentlyUnlessOnTheSameElement() {
    String conditions =
        "'all':[{'property':'p.$.c','op':'equals','value':'a'},"
            + "{'property':'p.$.n','op':'greater_than','value':5}]";
    EventFilter apart = Definitions.filter("{" + conditions + "}");
    EventFilter same = Definitions.filter("{" + conditions + ",'same_element':true}");
    String split = "{'p':[{'c':'a','n':1},{'c':'b','n':9}]}";
    assertThat(test(apart, split)).isTrue();
    assertThat(test(same, split)).isFalse();
    assertThat(test(same, "{'p':[{'c':'b'},{'c':'a','n':6}]}")).isTrue();
    assertThat(test(same, "{}")).isFalse();
  }

  @Test
  void nestsGroups() {
    EventFilter filter =
        Definitions.filter(
            "{'all':[{'property':'plan','op':'equals','value':'x'},"
                + "{'any':[{'property':'n','op':'greater_than','value':5},"
                + "{'property':'vip','op':'equals','value':true}]}]}");
    assertThat(test(filter, "{'plan':'x','n':6,'vip':false}")).isTrue();
    assertThat(test(filter, "{'plan':'x','n':1,'vip':true}")).isTrue();
    assertThat(test(filter, "{'plan':'x','n':1,'vip':false}")).isFalse();
    assertThat(test(filter, "{'plan':'y','n':9,'vip':true}")).isFalse();
  }

  @Test
  void allowsFiftyConditionsAndFiveLevels() {
    String leaf = "{'property':'p','op':'exists'}";
    assertThat(problems("{'all':[" + String.join(",", Collections.nCopies(50, leaf)) + "]}"))
        .isEmpty();
    assertThat(problems("{'all':[" + String.join(",", Collections.nCopies(51, leaf)) + "]}"))
        .containsExactly("/: has 51 conditions (expected at most 50)");
    assertThat(problems("{'any':[".repeat(5) + leaf + "]}".repeat(5))).isEmpty();
    assertThat(problems("{'any':[".repeat(6) + leaf + "]}".repeat(6)))
        .anyMatch(problem -> problem.contains("is nested too deep"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|neither",
        "{'all':[],'any':[]}|both",
        "{'any':[]}|at least one condition",
        "{'all':[{'property':'p','op':'is'}]}|expected one of equals",
        "{'all':[{'property':'p'}]}|/all/0/op: is missing",
        "{'all':[{'op':'exists'}]}|/all/0/property: is missing",
        "{'all':[{'property':'p','op':'equals'}]}|/all/0/value: is missing",
        "{'all':[{'property':'p','op':'exists','value':1}]}|expected none with exists",
        "{'all':[{'property':'p','op':'less_than','value':'x'}]}|expected a number",
        "{'all':[{'property':'p','op':'before_date','value':'x'}]}|expected a date",
        "{'all':[{'property':'p','op':'equals_one_of','value':'x'}]}|expected a list",
        "{'all':[{'property':'p','op':'equals','valeu':1}]}|did you mean value",
        "{'all':[{'property':'p..q','op':'exists'}]}|expected a path",
        "{'all':[{'property':'p','op':'exists'}],'same_element':true}|no path with $"
      })
  void tellsWhatIsWrong(String json, String message) {
    assertThat(problems(json)).anyMatch(problem -> problem.contains(message));
  }

  private static EventFilter one(String op, String more) {
    return Definitions.filter("{'all':[{'property':'p','op':'" + op + "'" + more + "}]}");
  }

  private static EventFilter on(String path, String op, @Nullable String v) {
    String value = v == null ? "" : ",'value':" + v;
    return Definitions.filter(
        "{'all':[{'property':'" + path + "','op':'" + op + "'" + value + "}]}");
  }

  private static boolean test(EventFilter filter, String properties) {
    return filter.test(EventBuilder.track("A").with(properties.replace('\'', '"')).fields());
  }

  private static List<String> problems(String json) {
    List<Problem> problems = new ArrayList<>();
    EventFilter.parse(new Fields(Definitions.json(json), "", problems));
    return problems.stream().map(Problem::toString).toList();
  }
}
