package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.codec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityRulesTest {

  @Test
  void readsEveryField() {
    IdentityRules rules =
        IdentityLab.rules(
            "{'email_from_properties':true,'identifiers':["
                + "{'type':'user_id','limit':2,'window':'ever','priority':1,"
                + "'blocked':[{'exact':'-1'},{'regex':'^[0-]*$'}]},"
                + "{'type':'loyalty_id','limit':3,'window':'weekly','priority':4,"
                + "'custom_keys':['loyaltyId','loyalty_id'],'collection':'users'}]}");
    assertThat(rules.emailFromProperties()).isTrue();
    assertThat(rules.rule("user_id"))
        .isEqualTo(
            new IdentifierRule(
                "user_id",
                2,
                LimitWindow.EVER,
                1,
                List.of(BlockedValue.exact("-1"), BlockedValue.regex("^[0-]*$")),
                List.of(),
                "users"));
    assertThat(rules.rule("loyalty_id").window()).isEqualTo(LimitWindow.WEEKLY);
    assertThat(rules.rule("loyalty_id").customKeys()).containsExactly("loyaltyId", "loyalty_id");
    assertThat(rules.rule("loyalty_id").blocked()).isEqualTo(IdentifierRule.SUGGESTED_BLOCKED);
  }

  @Test
  void defaultsToOneUserIdAndFiveOfEverythingElse() {
    IdentityRules rules = IdentityRules.DEFAULT;
    assertThat(rules.rule("user_id").limit()).isEqualTo(1);
    for (String type : List.of("email", "anonymous_id", "android.id", "zeta_id")) {
      assertThat(rules.rule(type).limit()).isEqualTo(5);
      assertThat(rules.rule(type).window()).isEqualTo(LimitWindow.EVER);
    }
    assertThat(rules.rule("group_id").collection()).isEqualTo("accounts");
  }

  @Test
  void ranksUserIdThenEmailThenTheOthersByName() {
    assertThat(
            Stream.of("zeta_id", "anonymous_id", "email", "android.id", "user_id")
                .sorted(IdentityRules.DEFAULT::compareStrength))
        .containsExactly("user_id", "email", "android.id", "anonymous_id", "zeta_id");
  }

  @Test
  void ranksTypesWithAPriorityBeforeThoseWithout() {
    IdentityRules rules =
        IdentityLab.rules(
            "{'identifiers':[{'type':'email','priority':2},{'type':'crm_id','priority':1},"
                + "{'type':'card_id','priority':2},{'type':'anonymous_id'}]}");
    assertThat(
            Stream.of("anonymous_id", "a_id", "user_id", "email", "crm_id")
                .sorted(rules::compareStrength))
        .containsExactly("crm_id", "email", "user_id", "a_id", "anonymous_id");
    assertThat(rules.compareStrength("email", "card_id")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'identifiers':[{'limit':1}]} | /identity/identifiers/0/type: is missing",
        "{'identifiers':[{'type':'User'}]} | /identity/identifiers/0/type: got 'User'",
        "{'identifiers':[{'type':'a:b'}]} | /identity/identifiers/0/type: got 'a:b'",
        "{'identifiers':[{'type':'a','limit':0}]} | /identity/identifiers/0/limit: got 0",
        "{'identifiers':[{'type':'a','priority':0}]} | /identity/identifiers/0/priority: got 0",
        "{'identifiers':[{'type':'a','window':'hourly'}]} | /identity/identifiers/0/window: got",
        "{'identifiers':[{'type':'a','blocked':[{}]}]} | blocked/0: got neither",
        "{'identifiers':[{'type':'a','blocked':[{'exact':'x','regex':'y'}]}]} | blocked/0: got both",
        "{'identifiers':[{'type':'a','blocked':[{'regex':'('}]}]} | blocked/0/regex: is no regular",
        "{'identifiers':[{'type':'a','custom_keys':['']}]} | custom_keys: got an empty text",
        "{'identifiers':[{'type':'a','collection':'cars'}]} | collection: got 'cars'",
        "{'identifiers':[{'type':'a','limits':2}]} | did you mean limit?",
        "{'identifiers':[{'type':'a'},{'type':'a'}]} | /identity/identifiers/1/type: got 'a', which /identity/identifiers/0 has already",
        "{'identifier':[]} | did you mean identifiers?",
        "{'email_from_properties':1} | /identity/email_from_properties: got 1"
      })
  void saysWhatIsWrongWithADefinition(String json, String expected) {
    List<Problem> problems = new ArrayList<>();
    IdentityLab.rules(json, problems);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString()).contains(expected);
  }

  @Test
  void neverTriesPatternsOnLongValues() {
    BlockedValue greedy = BlockedValue.regex("^(a|b)*$");
    assertThat(greedy.matches("ab".repeat(500))).isTrue();
    assertThat(greedy.matches("ab".repeat(16_000))).isFalse();
  }
}
