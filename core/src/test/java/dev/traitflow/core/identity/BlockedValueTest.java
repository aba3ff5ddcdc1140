package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockedValueTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @ParameterizedTest
  @ValueSource(
      strings = {"^(.*a){12}b$", "^(a|aa)+b$", "(x+x+)+y", "^(a*)*$", "(.*)(.*)(.*)(.*)(.*)c"})
  @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void noExpressionTakesLongOverAnyValue(String expression) throws Exception {
    BlockedValue blocked = BlockedValue.regex(expression);
    for (String unit : List.of("a", "x", "ab", "\uD83D\uDE00")) {
      String value = unit.repeat(1024 / unit.length());
      long begin = System.nanoTime();
      boolean matches = blocked.matches(value) || blocked.matches(value + "!");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .as(expression + " over " + unit + " matches " + matches)
          .isLessThan(SOON);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^(a|aa)+\\1?b$;at index 8: '\\1' is a backreference",
        "\\\\1(a)\\1;at index 6: '\\1' is a backreference",
        "(?<n>a)\\k<n>;at index 7: '\\k' is a backreference",
        "[(?=](?=a);at index 5: '(?=' is a lookahead",
        "(?!a)b;at index 0: '(?!' is a lookahead",
        "(?<=a)b;at index 0: '(?<=' is a lookbehind",
        "x(?>a);at index 1: '(?>' is an atomic group",
        "ba*+;at index 2: '*+' is a repetition of a repetition",
        "a(b;missing closing )",
        "ab)c;unexpected )",
        "[a;missing closing ]",
        "ba{2,1};at index 2: '{2,1}' is an invalid repeat count",
        "\\p{IsAlphabetic};at index 0: '\\p{IsAlphabetic}'",
        "a\\;trailing backslash"
      })
  void refusesWhatLinearTimeCannotExpressWithItsPlace(String expression, String expected) {
    assertThatThrownBy(() -> BlockedValue.regex(expression))
        .isInstanceOf(RefusedExpressionException.class)
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "(a{1000}){2}",
        "((a{100}){10}){2}",
        "(x{1000}[(]y){1000}",
        "((x{1000}[)]){1000})",
        "\\Q[\\E((a{1000}){1000}){1000}",
        "[]((](a{1000}){1000}",
        "(?i)((((\\pL{40}){40}){40}){40})",
        "(\\x{41}{1000}){1000}"
      })
  void refusesExpressionsThatCompileToTooMuch(String expression) {
    assertThatThrownBy(() -> BlockedValue.regex(expression))
        .isInstanceOf(RefusedExpressionException.class)
        .hasMessageContaining("expected at most 1000");
    assertThatThrownBy(() -> BlockedValue.regex("a".repeat(1001)))
        .hasMessageContaining("1001 characters");
  }

  @Test
  void noExpressionCompilesToMuchMoreThanWasCountedBefore() {
    String[] tokens = {
      "(",
      "(?:",
      ")",
      ")",
      "a",
      ".",
      "[^",
      "[",
      "]",
      "\\Q",
      "\\E",
      "\\]",
      "|",
      "*",
      "+",
      "?",
      "{30}",
      "{0,30}",
      "{9,}",
      "{",
      "}",
      "\\x{41}",
      "\\pL",
      "[[:alpha:]]",
      "$"
    };
    SplittableRandom random = new SplittableRandom(7);
    int compiled = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = 1 + random.nextInt(14); left > 0; left--) {
        text.append(tokens[random.nextInt(tokens.length)]);
      }
      String expression = text.toString();
      long counted = ExpressionSize.of(expression);
      if (counted <= LinearPattern.STEPS_MAX) {
        try {
          assertThat((long) Pattern.compile(expression).programSize())
              .as(expression)
              .isLessThanOrEqualTo(4 * counted + 8);
          compiled++;
        } catch (PatternSyntaxException e) {
          assertThat(e.getDescription()).as(expression).isNotEmpty();
        }
      }
    }
    assertThat(compiled).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "^[0-]*$",
        "(?i)^test",
        "^\\p{Lu}[\\p{L}\\x{2019}]{2,40}$",
        "^[[:alnum:]]{900}$",
        "[]a]{100}"
      })
  void takesWhatPeopleWrite(String expression) throws Exception {
    assertThat(BlockedValue.regex(expression).text()).isEqualTo(expression);
  }

  @Test
  void aRuleHasABoundOverAllItsExpressions() {
    String many = "{'regex':'^a{900}$'},".repeat(3).replaceAll(",$", "");
    List<Problem> problems = new ArrayList<>();
    IdentityLab.rules("{'identifiers':[{'type':'a','blocked':[" + many + "]}]}", problems);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString())
        .contains("/identity/identifiers/0/blocked")
        .contains("expected at most 2000");
  }

  @Test
  void anExpressionKeptFromBeforeThatCannotRunBlocksNothing() {
    List<Problem> problems = new ArrayList<>();
    IdentityRules rules =
        IdentityRules.parse(
            Fields.kept(
                IdentityLab.tree(
                    "{'identifiers':[{'type':'crm_id','blocked':["
                        + "{'regex':'^(a|aa)+\\\\1?b$'},{'exact':'x'}]}]}"),
                problems));
    assertThat(problems).isEmpty();
    IdentifierRule rule = rules.rule("crm_id");
    assertThat(rule.blocking("aab")).isNull();
    assertThat(rule.blocking("x")).isNotNull();
    assertThat(rule.blocked().get(0).problem()).contains("backreference");
    assertThat(rules.neverMatching()).hasSize(1);
    assertThat(rules.neverMatching().get(0)).contains("crm_id").contains("backreference");
  }
}
