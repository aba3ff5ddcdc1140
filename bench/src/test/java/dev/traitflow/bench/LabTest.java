package dev.traitflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabTest {
  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    assertThat(Lab.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(Lab.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }

  @Test
  void theQuantileIsANumberThatWasMeasured() {
    long[] numbers = new long[1_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (long) numbers.length - i;
    }
    assertThat(Lab.quantile(numbers, 0.99)).isEqualTo(991);
    assertThat(Lab.quantile(numbers, 1)).isEqualTo(1_000);
    assertThat(Lab.quantile(new long[0], 0.99)).isZero();
  }
}
