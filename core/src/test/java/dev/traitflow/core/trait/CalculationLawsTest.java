package dev.traitflow.core.trait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.condition.PropertyValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of {@link Calculation} for each of them, on seeded events. */
class CalculationLawsTest {
  private static final int SEEDS = 300;

  static Stream<Calculation<?>> calculations() {
    return Calculations.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void hasANeutralZero(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkZero(calculation, events));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void mergesInAnyGroupingAndOrder(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkMerge(calculation, events, random));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void addsAsItMergesOne(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkAdd(calculation, events));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void survivesItsCodec(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkCodec(calculation, events));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void changesNothingByTellingItsResult(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkResult(calculation, events));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void takesBackWhatItTookInOrSaysItCannot(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkSubtract(calculation, events, random));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void learnsNothingMoreInOrderOnceSettled(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkSettled(calculation, events));
  }

  @ParameterizedTest
  @MethodSource("calculations")
  void needsOnlyASummaryOfTheRest(Calculation<?> calculation) {
    forEachSeed((random, events) -> checkSummary(calculation, events, random));
  }

  private static <A> void checkZero(Calculation<A> calculation, List<Occurrence> events) {
    byte[] alone = bytes(calculation, fold(calculation, events));
    A left = calculation.merge(calculation.zero(), fold(calculation, events));
    A right = calculation.merge(fold(calculation, events), calculation.zero());
    assertThat(bytes(calculation, left)).isEqualTo(alone);
    assertThat(bytes(calculation, right)).isEqualTo(alone);
  }

  private static <A> void checkMerge(
      Calculation<A> calculation, List<Occurrence> events, Random random) {
    int one = random.nextInt(events.size() + 1);
    int two = one + random.nextInt(events.size() - one + 1);
    List<Occurrence> a = events.subList(0, one);
    List<Occurrence> b = events.subList(one, two);
    List<Occurrence> c = events.subList(two, events.size());
    byte[] all = bytes(calculation, fold(calculation, events));
    A left =
        calculation.merge(
            calculation.merge(fold(calculation, a), fold(calculation, b)), fold(calculation, c));
    A right =
        calculation.merge(
            fold(calculation, a), calculation.merge(fold(calculation, b), fold(calculation, c)));
    A turned =
        calculation.merge(
            fold(calculation, c), calculation.merge(fold(calculation, b), fold(calculation, a)));
    assertThat(bytes(calculation, left)).isEqualTo(all);
    assertThat(bytes(calculation, right)).isEqualTo(all);
    assertThat(bytes(calculation, turned)).isEqualTo(all);
  }

  private static <A> void checkAdd(Calculation<A> calculation, List<Occurrence> events) {
    A added = calculation.zero();
    A merged = calculation.zero();
    for (Occurrence event : events) {
      added = calculation.add(added, event);
      merged = calculation.merge(merged, calculation.add(calculation.zero(), event));
    }
    assertThat(bytes(calculation, added)).isEqualTo(bytes(calculation, merged));
  }

  private static <A> void checkCodec(Calculation<A> calculation, List<Occurrence> events) {
    A accumulator = fold(calculation, events);
    byte[] bytes = bytes(calculation, accumulator);
    A decoded = calculation.codec().decode(bytes);
    assertThat(decoded).isEqualTo(accumulator);
    assertThat(bytes(calculation, decoded)).isEqualTo(bytes);
    assertThat(bytes[0]).isEqualTo((byte) 1);
    assertThat(calculation.result(decoded)).isEqualTo(calculation.result(accumulator));
  }

  private static <A> void checkResult(Calculation<A> calculation, List<Occurrence> events) {
    A accumulator = fold(calculation, events);
    byte[] before = bytes(calculation, accumulator);
    String first = calculation.result(accumulator);
    assertThat(calculation.result(accumulator)).isEqualTo(first);
    assertThat(bytes(calculation, accumulator)).isEqualTo(before);
  }

  private static <A> void checkSubtract(
      Calculation<A> calculation, List<Occurrence> events, Random random) {
    if (events.isEmpty()) {
      return;
    }
    List<Occurrence> rest = new ArrayList<>(events);
    rest.sort(
        (a, b) -> Occurrence.compare(a.timestamp(), a.messageId(), b.timestamp(), b.messageId()));
    Occurrence gone = rest.remove(0);
    Collections.shuffle(rest, random);
    A left = calculation.subtract(fold(calculation, events), gone);
    if (left != null) {
      assertThat(calculation.result(left)).isEqualTo(calculation.result(fold(calculation, rest)));
    }
  }

  private static <A> void checkSummary(
      Calculation<A> calculation, List<Occurrence> events, Random random) {
    int cut = random.nextInt(events.size() + 1);
    List<Occurrence> one = events.subList(0, cut);
    List<Occurrence> two = events.subList(cut, events.size());
    A united =
        calculation.merge(fold(calculation, one), calculation.summary(fold(calculation, two)));
    assertThat(calculation.result(united)).isEqualTo(calculation.result(fold(calculation, events)));
  }

  private static <A> void checkSettled(Calculation<A> calculation, List<Occurrence> events) {
    List<Occurrence> ordered = new ArrayList<>(events);
    ordered.sort(
        (a, b) -> Occurrence.compare(a.timestamp(), a.messageId(), b.timestamp(), b.messageId()));
    A accumulator = calculation.zero();
    for (Occurrence event : ordered) {
      boolean settled = calculation.isSettled(accumulator);
      String before = calculation.result(accumulator);
      accumulator = calculation.add(accumulator, event);
      if (settled) {
        assertThat(calculation.result(accumulator)).isEqualTo(before);
      }
    }
  }

  private static <A> A fold(Calculation<A> calculation, List<Occurrence> events) {
    A accumulator = calculation.zero();
    for (Occurrence event : events) {
      accumulator = calculation.add(accumulator, event);
    }
    return accumulator;
  }

  private static <A> byte[] bytes(Calculation<A> calculation, A accumulator) {
    return calculation.codec().encode(accumulator);
  }

  /** What a law is checked with. */
  private interface Check {
    void with(Random random, List<Occurrence> events);
  }

  private static void forEachSeed(Check check) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Occurrence> events = new ArrayList<>();
      for (int i = random.nextInt(9); i > 0; i--) {
        List<PropertyValue> values = new ArrayList<>();
        for (int n = random.nextInt(3); n >= 0; n--) {
          int scale = random.nextInt(4) - 1;
          values.add(PropertyValue.of(BigDecimal.valueOf(random.nextInt(9) - 3, scale)));
        }
        events.add(new Occurrence(random.nextInt(4), "m" + i, values));
      }
      Collections.shuffle(events, random);
      try {
        check.with(random, events);
      } catch (AssertionError failure) {
        throw new AssertionError("seed " + seed + " with " + events, failure);
      }
    }
  }
}
