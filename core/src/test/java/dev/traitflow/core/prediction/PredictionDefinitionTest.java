package dev.traitflow.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionDefinitionTest {
  private final List<Problem> problems = new ArrayList<>();

  @Test
  void readsTheExampleOfTheSpecification() {
    PredictionDefinition definition =
        parse(
            """
            {"name":"Likelihood to churn","key":"likelihood_to_churn","kind":"churn",
             "event":"Page Viewed","perform":false,"min_count":1,"window_days":90,"cohort":null,
             "exclude_events":[],"exclude_traits":[]}""");

    assertThat(problems).isEmpty();
    assertThat(definition.kind()).isEqualTo(Kind.CHURN);
    assertThat(definition.events()).containsExactly("Page Viewed");
    assertThat(definition.perform()).isFalse();
    assertThat(definition.windowDays()).isEqualTo(90);
  }

  @Test
  void fillsInDefaults() {
    PredictionDefinition purchase = parse("{\"key\":\"buy\",\"kind\":\"purchase\"}");
    PredictionDefinition spend = parse("{\"key\":\"spend\",\"kind\":\"ltv\"}");

    assertThat(problems).isEmpty();
    assertThat(purchase.name()).isEqualTo("buy");
    assertThat(purchase.events()).containsExactly("Order Completed");
    assertThat(purchase.windowDays()).isEqualTo(30);
    assertThat(purchase.refreshDays()).isEqualTo(7);
    assertThat(purchase.rescoreMinutes()).isEqualTo(15);
    assertThat(purchase.retrainDays()).isEqualTo(30);
    assertThat(purchase.conditions().isEmpty()).isTrue();
    assertThat(purchase.minCount()).isEqualTo(1);
    assertThat(spend.windowDays()).isEqualTo(120);
    assertThat(spend.amount()).isEqualTo("revenue");
    assertThat(spend.currency()).isEqualTo("USD");
  }

  @Test
  void refusesWhatContradictsOrIsNotSupported() {
    parse("{\"key\":\"a\",\"kind\":\"churn\"}");
    parse("{\"key\":\"b\",\"kind\":\"custom\",\"events\":[\"A\",\"B\",\"C\"]}");
    parse("{\"key\":\"c\",\"kind\":\"purchase\",\"window_days\":45}");
    parse("{\"key\":\"d\",\"kind\":\"purchase\",\"conditions\":{\"all\":[{\"property\":\"a\"}]}}");
    parse("{\"key\":\"d\",\"kind\":\"churn\",\"event\":\"A\",\"conditions\":{\"all\":[]}}");
    parse("{\"key\":\"d\",\"kind\":\"purchase\",\"retrain_days\":0,\"rescore_minutes\":1441}");
    parse("{\"key\":\"e\",\"kind\":\"ltv\",\"perform\":true}");
    parse("{\"key\":\"f\",\"kind\":\"purchase\",\"refresh_days\":31}");
    parse("{\"key\":\"g\",\"event\":\"A\"}");

    assertThat(problems)
        .extracting(Problem::pointer)
        .containsExactly(
            "/event",
            "/events",
            "/window_days",
            "/conditions/all/0/op",
            "/conditions",
            "/rescore_minutes",
            "/retrain_days",
            "/perform",
            "/refresh_days",
            "/kind");
  }

  @Test
  void takesAnyWindowInAnEvaluation() throws JsonProcessingException {
    JsonNode json = json("{\"key\":\"c\",\"kind\":\"churn\",\"event\":\"*\",\"window_days\":273}");

    PredictionDefinition definition =
        PredictionDefinition.parseForEvaluation(new Fields(json, "", problems));

    assertThat(problems).isEmpty();
    assertThat(definition.window()).isEqualTo(273L * 86_400_000);
  }

  @Test
  void readsBackWhatItWrites() {
    for (String text :
        List.of(
            "{\"key\":\"a\",\"kind\":\"churn\",\"event\":\"A\",\"perform\":true,\"min_count\":2}",
            "{\"key\":\"b\",\"kind\":\"custom\",\"events\":[\"A\",\"B\"],\"refuse_poor\":true}",
            "{\"key\":\"d\",\"kind\":\"purchase\",\"cohort\":\"vip\",\"retrain_days\":9,"
                + "\"rescore_minutes\":3,\"conditions\":{\"any\":[{\"property\":\"a.b\","
                + "\"op\":\"greater_than\",\"value\":1.50}]}}",
            "{\"key\":\"c\",\"kind\":\"ltv\",\"currency\":\"gbp\",\"exclude_events\":[\"X\"]}")) {
      PredictionDefinition definition = parse(text);
      assertThat(parse(definition.toJson().toString())).isEqualTo(definition);
    }
    assertThat(problems).isEmpty();
  }

  private PredictionDefinition parse(String text) {
    try {
      return PredictionDefinition.parse(new Fields(json(text), "", problems));
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(text, malformed);
    }
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
