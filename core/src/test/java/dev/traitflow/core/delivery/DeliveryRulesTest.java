package dev.traitflow.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.trait.Definitions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryRulesTest {
  private static final Recipient U1 = new Recipient("u1", "", "");
  private static final Recipient U1_E1 = new Recipient("u1", "e1", "");

  @Test
  void pairsEachEmailWithTheFirstUserId() {
    assertThat(recipients("user_id:u1", "email:e1", "email:e2"))
        .containsExactly(U1_E1, new Recipient("u1", "e2", ""));
    assertThat(recipients("user_id:u1")).containsExactly(U1);
    assertThat(recipients("user_id:u1", "user_id:u2", "email:e1"))
        .containsExactly(U1_E1, new Recipient("u2", "", ""));
    assertThat(recipients("email:e1")).containsExactly(new Recipient("", "e1", ""));
    assertThat(recipients("user_id:u2", "user_id:u1"))
        .containsExactly(new Recipient("u2", "", ""), U1);
    assertThat(recipients("anonymous_id:a1", "phone:1"))
        .containsExactly(new Recipient("", "", "a1"));
    assertThat(Recipient.of(List.of(Identifier.ofUser("anonymous_id", "a1")), false)).isEmpty();
  }

  @Test
  void sendsAValueOnceAndAgainWhenItChanged() {
    LastSent.Decision first = LastSent.NEVER.decide("1", false, List.of(U1));
    assertThat(first.recipients()).containsExactly(U1);
    assertThat(first.next().decide("1", false, List.of(U1)).recipients()).isEmpty();
    LastSent.Decision second = first.next().decide("2", false, List.of(U1));
    assertThat(second.recipients()).containsExactly(U1);
    assertThat(second.replaces()).isTrue();
    assertThat(second.next().sends()).isEqualTo(2);
  }

  @Test
  void sendsTheCurrentValueToANewRecipientOnly() {
    LastSent sent = LastSent.NEVER.decide("1", false, List.of(U1)).next();
    LastSent.Decision again = sent.decide("1", false, List.of(U1_E1, U1));
    assertThat(again.recipients()).containsExactly(U1_E1);
    assertThat(again.replaces()).isFalse();
    assertThat(again.next().decide("1", false, List.of(U1_E1)).recipients()).isEmpty();
  }

  @Test
  void takesBackOnlyWhatWasSent() {
    assertThat(LastSent.NEVER.decide(null, false, List.of(U1)).recipients()).isEmpty();
    assertThat(LastSent.NEVER.decide("false", true, List.of(U1)).recipients()).isEmpty();
    assertThat(LastSent.NEVER.decide("1", false, List.of()).next()).isEqualTo(LastSent.NEVER);
    LastSent sent = LastSent.NEVER.decide("true", true, List.of(U1)).next();
    assertThat(sent.decide("false", true, List.of(U1)).recipients()).containsExactly(U1);
    LastSent removed = sent.decide(null, false, List.of(U1)).next();
    assertThat(removed.json()).isNull();
    assertThat(removed.decide(null, false, List.of(U1, U1_E1)).recipients()).isEmpty();
    assertThat(removed.decide("3", false, List.of(U1)).recipients()).containsExactly(U1);
    assertThat(LastSent.CODEC.decode(LastSent.CODEC.encode(sent))).isEqualTo(sent);
    assertThat(LastSent.CODEC.decode(LastSent.CODEC.encode(removed))).isEqualTo(removed);
  }

  @Test
  void anIdentifyCarriesTheValueAndTheEmailAmongItsTraits() {
    SpacePayload payload =
        new SpacePayload("spa_1", "total_inbounds", false, Action.IDENTIFY, "Webhook A");
    assertThat(again(payload.call(U1_E1, "2", "m1", 0)))
        .isEqualTo(
            Definitions.json(
                """
                {'type':'identify','messageId':'m1','timestamp':'1970-01-01T00:00:00.000Z',
                 'userId':'u1','traits':{'email':'e1','total_inbounds':2},
                 'context':{'personas':{'computation_class':'trait',
                  'computation_id':'tra_total_inbounds','computation_key':'total_inbounds',
                  'namespace':'spa_1','space_id':'spa_1'}},
                 'integrations':{'All':false,'Webhook A':true}}
                """));
    assertThat(payload.call(U1, null, "m", 0).path("traits").path("total_inbounds").isNull())
        .isTrue();
  }

  @Test
  void aTrackCarriesTheEmailInItsContext() {
    SpacePayload trait = new SpacePayload("s", "n", false, Action.TRACK, "d");
    assertThat(trait.call(U1_E1, "2", "m", 0).path("event").asText()).isEqualTo("Trait Computed");
    assertThat(again(trait.call(U1_E1, "2", "m", 0)).path("properties"))
        .isEqualTo(Definitions.json("{'trait_key':'n','n':2}"));
    assertThat(trait.call(U1_E1, "2", "m", 0).path("context").path("traits"))
        .isEqualTo(Definitions.json("{'email':'e1'}"));
    SpacePayload audience = new SpacePayload("s", "vip", true, Action.TRACK, "d");
    assertThat(audience.call(U1, "true", "m", 0).path("event").asText())
        .isEqualTo("Audience Entered");
    assertThat(audience.call(U1, "false", "m", 0).path("event").asText())
        .isEqualTo("Audience Exited");
    assertThat(audience.call(U1, "false", "m", 0).path("properties"))
        .isEqualTo(Definitions.json("{'audience_key':'vip','vip':false}"));
  }

  @Test
  void messageIdsAreTheSameForTheSameSending() {
    SpacePayload payload = new SpacePayload("s", "n", false, Action.IDENTIFY, "d");
    String id = payload.messageId("use_1", "dst_1", U1, 1);
    assertThat(payload.messageId("use_1", "dst_1", U1, 1)).isEqualTo(id).startsWith("dlv_");
    assertThat(payload.messageId("use_1", "dst_1", U1, 2)).isNotEqualTo(id);
    assertThat(payload.messageId("use_1", "dst_1", U1_E1, 1)).isNotEqualTo(id);
  }

  @Test
  void retriesWhatMayBeTakenLater() {
    assertThat(RetryRules.isDelivered(200)).isTrue();
    for (int status : List.of(307, 429, 500, 503)) {
      assertThat(RetryRules.isRetryable(status)).isTrue();
    }
    for (int status : List.of(400, 401, 403, 404)) {
      assertThat(RetryRules.isRetryable(status)).isFalse();
    }
    assertThat(RetryRules.backoffMillis(1, 1)).isEqualTo(10_000);
    assertThat(RetryRules.backoffMillis(1, 0)).isEqualTo(5_000);
    assertThat(RetryRules.backoffMillis(3, 1)).isEqualTo(40_000);
    assertThat(RetryRules.backoffMillis(60, 1)).isEqualTo(1_200_000);
  }

  @Test
  void readsDestinationsStrictly() {
    List<Problem> problems = new ArrayList<>();
    DestinationDefinition destination =
        parse("{'id':'d1','name':'D','kind':'capture','actions':{'n':'track'}}", problems);
    assertThat(problems).isEmpty();
    assertThat(destination.enabled()).isFalse();
    assertThat(destination.actionOf("n")).isEqualTo(Action.TRACK);
    assertThat(destination.actionOf("m")).isEqualTo(Action.IDENTIFY);
    parse("{'name':'D','kind':'webhook'}", problems);
    assertThat(problems)
        .extracting(Problem::toString)
        .containsExactly("/kind: got 'webhook', which is not supported yet (expected capture)");
    problems.clear();
    parse("{'name':'D','type':'capture','actions':{'n':'group'},'mappings':[{}]}", problems);
    assertThat(problems).hasSize(2);
  }

  /** As a receiver reads it: numbers of one kind. */
  private static JsonNode again(JsonNode call) {
    return Definitions.json(call.toString());
  }

  private static DestinationDefinition parse(String json, List<Problem> problems) {
    return DestinationDefinition.parse(new Fields(Definitions.json(json), "", problems));
  }

  private static List<Recipient> recipients(String... oldestFirst) {
    List<Identifier> identifiers = new ArrayList<>();
    for (String each : oldestFirst) {
      String[] parts = each.split(":", 2);
      identifiers.add(Identifier.ofUser(parts[0], parts[1]));
    }
    return Recipient.of(identifiers, true);
  }
}
