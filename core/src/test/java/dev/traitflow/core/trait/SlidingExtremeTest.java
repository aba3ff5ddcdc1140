package dev.traitflow.core.trait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.trait.SlidingExtreme.Queue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlidingExtremeTest {
  private static final int SEEDS = 5_000;

  @Test
  void isTheExtremeOfAWindowOrSaysThatItMustBeFoldedAgain() {
    int folded = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      SlidingExtreme extreme = new SlidingExtreme(random.nextBoolean(), 1 + random.nextInt(4));
      List<Occurrence> window = new ArrayList<>();
      Queue queue = extreme.zero();
      int ids = 0;
      for (int step = random.nextInt(60); step > 0; step--) {
        if (random.nextInt(3) > 0 || window.isEmpty()) {
          Occurrence event = event(random, ids++);
          window.add(event);
          queue = extreme.add(queue, event);
        } else {
          window.sort(
              (a, b) ->
                  Occurrence.compare(a.timestamp(), a.messageId(), b.timestamp(), b.messageId()));
          Queue left = extreme.subtract(queue, window.remove(0));
          if (left == null) {
            folded++;
            left = inParts(extreme, window, random);
          }
          queue = left;
        }
        assertThat(extreme.result(queue)).as("seed %d", seed).isEqualTo(naive(extreme, window));
        assertThat(queue.candidates()).hasSizeLessThanOrEqualTo(extreme.kept());
      }
    }
    assertThat(folded).isGreaterThan(SEEDS / 10);
  }

  /** Folds a first part event by event and merges summaries of the others, as a history does. */
  private static Queue inParts(SlidingExtreme extreme, List<Occurrence> window, Random random) {
    Queue queue = extreme.zero();
    int from = 0;
    while (from < window.size()) {
      int to = from + 1 + random.nextInt(window.size() - from);
      Queue part = extreme.zero();
      for (Occurrence event : window.subList(from, to)) {
        part = extreme.add(part, event);
      }
      boolean whole = from == 0 || random.nextBoolean();
      queue = extreme.merge(queue, whole ? part : extreme.summary(part));
      from = to;
    }
    return queue;
  }

  private static Occurrence event(Random random, int id) {
    PropertyValue value = PropertyValue.of(BigDecimal.valueOf(random.nextInt(12)));
    return new Occurrence(random.nextInt(40), "m" + id, List.of(value));
  }

  private static @Nullable String naive(SlidingExtreme extreme, List<Occurrence> window) {
    PropertyValue best = null;
    for (Occurrence event : window) {
      PropertyValue value = event.values().get(0);
      int order = best == null ? 0 : PropertyValue.ORDER.compare(value, best);
      if (best == null || (extreme.greatest() ? order > 0 : order < 0)) {
        best = value;
      }
    }
    return best == null ? null : best.json();
  }
}
