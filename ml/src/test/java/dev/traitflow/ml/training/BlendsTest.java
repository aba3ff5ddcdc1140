package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.model.ModelFamily;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlendsTest {
  private static final PredictionDefinition BUY =
      Shop.definition("{\"key\":\"buy\",\"kind\":\"purchase\"}");
  private static final PredictionDefinition SPEND =
      Shop.definition("{\"key\":\"spend\",\"kind\":\"ltv\",\"window_days\":30}");

  @Test
  void linesAndTreesAreInEveryBlendAndEqualByDefault() {
    List<ModelFamily> both = List.of(ModelFamilies.LINEAR, ModelFamilies.TREES);

    assertThat(Blends.of(both, BUY))
        .containsExactly(sixths(3, 3), sixths(4, 2), sixths(2, 4), sixths(5, 1), sixths(1, 5));
    assertThat(Blends.of(both, SPEND)).hasSize(5).first().isEqualTo(sixths(3, 3));
  }

  @Test
  void theCustomerBaseModelIsOneOfThreeByDefaultForSpendAndTheLastTryForProbabilities() {
    assertThat(Blends.of(ModelFamilies.ALL, BUY))
        .hasSize(6)
        .startsWith(sixths(3, 3, 0))
        .endsWith(sixths(2, 2, 2));
    assertThat(Blends.of(ModelFamilies.ALL, SPEND))
        .hasSize(6)
        .startsWith(sixths(2, 2, 2), sixths(3, 3, 0))
        .endsWith(sixths(1, 5, 0));
  }

  private static double[] sixths(int... parts) {
    double[] shares = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      shares[i] = parts[i] / 6.0;
    }
    return shares;
  }
}
