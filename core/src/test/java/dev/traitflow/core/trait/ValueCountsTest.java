package dev.traitflow.core.trait;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueCountsTest {
  @Test
  void keepsTheTenThousandSmallestInAnyOrderAndGrouping() {
    List<Occurrence> events = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      events.add(occurrence(String.format("v%05d", i)));
      events.add(occurrence(String.format("v%05d", i)));
    }
    Random random = new Random(7);
    byte[] inOrder = ValueCounts.CODEC.encode(fold(events));
    Collections.shuffle(events, random);
    ValueCounts shuffled = fold(events);
    ValueCounts merged = fold(events.subList(0, 9_000)).merge(fold(events.subList(9_000, 20_002)));
    assertThat(ValueCounts.CODEC.encode(shuffled)).isEqualTo(inOrder);
    assertThat(ValueCounts.CODEC.encode(merged)).isEqualTo(inOrder);
    assertThat(shuffled.texts()).hasSize(10_000).doesNotContain("v10000");
    assertThat(new UniqueListCount().result(shuffled)).isEqualTo("10000");
  }

  @Test
  void takesNothingBackOnceATextWasDropped() {
    ValueCounts counts = new ValueCounts();
    for (int i = 0; i <= 10_000; i++) {
      counts.add(occurrence("v" + i));
    }
    assertThat(counts.subtract(occurrence("v1"))).isNull();
  }

  private static ValueCounts fold(List<Occurrence> events) {
    ValueCounts counts = new ValueCounts();
    events.forEach(counts::add);
    return counts;
  }

  private static Occurrence occurrence(String text) {
    return new Occurrence(0, "m", List.of(new PropertyValue(ValueType.TEXT, text, null)));
  }
}
