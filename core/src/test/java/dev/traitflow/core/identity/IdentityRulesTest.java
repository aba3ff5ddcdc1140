package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityRulesTest {

  @Test
  void readsEveryField() throws Exception {
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
    assertThat(rules.rule("loyalty_id").blocked()).isEqualTo(BlockedDefaults.VENDOR.of("crm_id"));
  }

  @Test
  void blocksTheExtendedValuesUnlessTheVendorsAreChosen() {
    IdentityRules extended = IdentityLab.rules("{'identifiers':[{'type':'user_id','limit':2}]}");
    assertThat(extended.blockedDefaults()).isEqualTo(BlockedDefaults.EXTENDED);
    IdentityRules vendor = IdentityLab.rules("{'blocked_defaults':'vendor'}");
    List<BlockedValue> ofVendor = vendor.rule("user_id").blocked();
    assertThat(ofVendor).hasSize(4);
    for (String type : List.of("user_id", "anonymous_id")) {
      assertThat(extended.rule(type).blocked()).containsAll(ofVendor).hasSize(5);
      assertThat(vendor.rule(type).blocked()).isEqualTo(ofVendor);
    }
    for (String type : List.of("email", "group_id", "crm_id")) {
      assertThat(extended.rule(type).blocked()).isEqualTo(ofVendor);
    }
    // What is shown can be sent back: it reads as the same.
    BlockedValue shown = extended.rule("user_id").blocked().get(4);
    IdentityRules sent =
        IdentityLab.rules(
            "{'identifiers':[{'type':'user_id','blocked':[{'regex':'%s'}]}]}"
                .formatted(shown.text().replace("\\", "\\\\")));
    assertThat(sent.rule("user_id").blocked()).containsExactly(shown);
    for (String value : List.of("NULL", "guest", "(null)", "0", "Gast", "nilsson", "")) {
      assertThat(sent.rule("user_id").blocking(value) != null)
          .as(value)
          .isEqualTo(shown.matches(value));
    }
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anonymous_id:3 | user_id email anonymous_id android.id zeta_id",
        "anonymous_id:2 | user_id anonymous_id email android.id zeta_id",
        "anonymous_id:1 | anonymous_id user_id email android.id zeta_id",
        "anonymous_id:9 | user_id email anonymous_id android.id zeta_id",
        "email:1 | email user_id android.id anonymous_id zeta_id",
        "user_id:5 | email user_id android.id anonymous_id zeta_id",
        "zeta_id:1 user_id:2 | zeta_id user_id email android.id anonymous_id",
        "email:1 user_id:2 zeta_id:3 | email user_id zeta_id android.id anonymous_id",
        "zeta_id: anonymous_id:3 | user_id email anonymous_id android.id zeta_id"
      })
  void statedPrioritiesAreRanksAmongTheDefaults(String stated, String expected) {
    IdentityRules rules = stating(stated);
    assertThat(
            Stream.of("zeta_id", "anonymous_id", "email", "android.id", "user_id")
                .sorted(rules::compareStrength))
        .containsExactly(expected.split(" "));
    List<IdentifierRule> ranked = rules.ranked(List.of("zeta_id"));
    assertThat(ranked).extracting(IdentifierRule::type).containsSubsequence(expected.split(" "));
    assertThat(ranked)
        .extracting(IdentifierRule::priority)
        .isSortedAccordingTo(Comparator.naturalOrder())
        .doesNotHaveDuplicates();
  }

  @Test
  void twoStatedPrioritiesMayBeEqual() {
    IdentityRules rules = stating("email:2 card_id:2 crm_id:1");
    assertThat(rules.compareStrength("email", "card_id")).isZero();
    assertThat(rules.compareStrength("crm_id", "user_id")).isNegative();
    assertThat(rules.compareStrength("user_id", "email")).isNegative();
  }

  private static IdentityRules stating(String priorities) {
    String rules =
        Stream.of(priorities.split(" "))
            .map(each -> each.split(":", -1))
            .map(
                each ->
                    "{'type':'%s'%s}"
                        .formatted(each[0], each[1].isEmpty() ? "" : ",'priority':" + each[1]))
            .collect(Collectors.joining(","));
    return IdentityLab.rules("{'identifiers':[" + rules + "]}");
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
        "{'identifiers':[{'type':'a','blocked':[{'regex':'a('}]}]} | blocked/0/regex: is no regular",
        "{'identifiers':[{'type':'a','custom_keys':['']}]} | custom_keys: got an empty text",
        "{'identifiers':[{'type':'a','collection':'cars'}]} | collection: got 'cars'",
        "{'identifiers':[{'type':'a','limits':2}]} | did you mean limit?",
        "{'identifiers':[{'type':'a'},{'type':'a'}]} | /identity/identifiers/1/type: got 'a', which /identity/identifiers/0 has already",
        "{'identifier':[]} | did you mean identifiers?",
        "{'blocked_defaults':'all'} | /identity/blocked_defaults: got 'all'",
        "{'email_from_properties':1} | /identity/email_from_properties: got 1"
      })
  void saysWhatIsWrongWithADefinition(String json, String expected) {
    List<Problem> problems = new ArrayList<>();
    IdentityLab.rules(json, problems);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString()).contains(expected);
  }
}
