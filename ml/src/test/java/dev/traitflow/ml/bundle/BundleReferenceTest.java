package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BundleReferenceTest {
  private static final BundleReference V1 = BundleReference.of("spa_shop", "buys", "20250101-a");

  @Test
  void isRelativeAndReadAsItIsWritten() {
    assertThat(V1).hasToString("spa_shop/buys/20250101-a");
    assertThat(V1.uri().isAbsolute()).isFalse();
    assertThat(BundleReference.parse(V1.toString())).isEqualTo(V1);
    assertThat(V1.name()).isEqualTo("20250101-a");
  }

  @Test
  void aPopulationLiesBesideItsBundle() {
    assertThat(V1.population(12)).hasToString("spa_shop/buys/20250101-a-population-12.json");
  }

  @Test
  void aPathOfBeforeBecomesAUri() {
    BundleReference before = BundleReference.parse("/my data/models/spa/buys/v1");
    assertThat(before).hasToString("file:///my%20data/models/spa/buys/v1");
    assertThat(before.name()).isEqualTo("v1");
    assertThat(BundleReference.parse(before.toString())).isEqualTo(before);
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String name : new String[] {"", "..", "a/b", "a b", "file:"}) {
      assertThatThrownBy(() -> BundleReference.of("spa", "buys", name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "model version: got '" + name + "' (expected the version of a trained model)");
    }
    assertThatThrownBy(() -> BundleReference.parse("a b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
