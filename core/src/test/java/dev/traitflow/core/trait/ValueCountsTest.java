package dev.traitflow.core.trait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.text.CodePointOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ValueCountsTest {
  private static final int BYTES_MAX = 256 << 10;
  private static final int SEEDS = Integer.getInteger("traitflow.test.seeds", 200);

  @Test
  void keepsTheTenThousandSmallestInAnyOrderAndGrouping() {
    List<Occurrence> events = new ArrayList<>();
    for (int i = 0; i < 10_003; i++) {
      events.add(occurrence(String.format("v%05d", i)));
      events.add(occurrence(String.format("v%05d", i)));
    }
    Random random = new Random(7);
    byte[] inOrder = encode(fold(events));
    Collections.shuffle(events, random);
    ValueCounts shuffled = fold(events);
    ValueCounts merged =
        fold(events.subList(0, 9_000)).merge(fold(events.subList(9_000, events.size())));
    assertThat(encode(shuffled)).isEqualTo(inOrder);
    assertThat(encode(merged)).isEqualTo(inOrder);
    assertThat(shuffled.texts()).hasSize(10_000).doesNotContain("v10000");
    assertThat(new UniqueListCount().result(shuffled)).isEqualTo("10000");
    assertThat(new UniqueList().isTruncated(shuffled)).isTrue();
  }

  @Test
  void holdsTheLongestPrefixWithinTheBytesOfAList() {
    List<Occurrence> events = new ArrayList<>();
    for (int i = 0; i < 9_000; i++) {
      events.add(occurrence(String.format("%0120d", i)));
    }
    Collections.shuffle(events, new Random(3));
    ValueCounts counts = fold(events);
    assertThat(counts.texts()).hasSize(BYTES_MAX / 120).endsWith(String.format("%0120d", 2183));
    assertThat(new UniqueListCount().result(counts)).isEqualTo("2184");
    assertThat(new UniqueList().isTruncated(counts)).isTrue();
    assertThat(encode(counts).length).isLessThan(BYTES_MAX + 32 * 2_200);
  }

  @Test
  void holdsExactlyTheBytesOfAList() {
    String wide = "\u20ac".repeat(BYTES_MAX / 3 / 2);
    List<Occurrence> events = List.of(occurrence("a"), occurrence("b" + wide));
    int left = BYTES_MAX - 2 - 3 * (BYTES_MAX / 3 / 2);
    ValueCounts full = fold(events).add(occurrence("c".repeat(left)));
    assertThat(full.texts()).hasSize(3);
    assertThat(new UniqueList().isTruncated(full)).isFalse();
    assertThat(full.add(occurrence("d")).texts()).hasSize(3);
    assertThat(new UniqueList().isTruncated(full)).isTrue();
  }

  /** A smaller text that does not fit ends the list for good, though later ones would fit. */
  @Test
  void neverSkipsATextThatDoesNotFit() {
    String half = "x".repeat(BYTES_MAX / 2 + 1);
    ValueCounts left = fold(List.of(occurrence("a" + half), occurrence("c" + half)));
    ValueCounts right = fold(List.of(occurrence("z")));
    assertThat(left.texts()).containsExactly("a" + half);
    assertThat(left.merge(right).texts()).containsExactly("a" + half);
  }

  /** The list of a union by definition: sorted, then the longest prefix within both limits. */
  @Test
  void isThePrefixOfAllTextsHoweverTheyComeAndAreMerged() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Occurrence> events = new ArrayList<>();
      TreeSet<String> all = new TreeSet<>(CodePointOrder.INSTANCE);
      int size = 2 + random.nextInt(60);
      for (int i = 0; i < size; i++) {
        String text = randomText(random);
        all.add(text);
        events.add(occurrence(text));
      }
      List<String> expected = prefix(all);
      int cut = random.nextInt(size);
      int second = cut + random.nextInt(size - cut);
      ValueCounts merged =
          stored(fold(events.subList(cut, second)))
              .merge(stored(fold(events.subList(second, size))))
              .merge(stored(fold(events.subList(0, cut))));
      assertThat(fold(events).texts()).as("seed %d", seed).isEqualTo(expected);
      assertThat(merged.texts()).as("seed %d", seed).isEqualTo(expected);
      assertThat(encode(merged)).as("seed %d", seed).isEqualTo(encode(fold(events)));
      assertThat(new UniqueList().isTruncated(merged)).isEqualTo(expected.size() < all.size());
      checkSubtract(events, random, seed);
    }
  }

  @Test
  void takesNothingBackThatMayLetADroppedTextIn() {
    ValueCounts counts = ValueCounts.ofList();
    for (int i = 0; i <= 10_001; i++) {
      counts.add(occurrence(String.format("v%05d", i)));
    }
    counts.add(occurrence("v00001"));
    assertThat(counts.subtract(occurrence("v10001"))).as("it was dropped").isNotNull();
    assertThat(counts.subtract(occurrence("v00001"))).as("it was there twice").isNotNull();
    assertThat(counts.subtract(occurrence("v00001"))).isNull();
  }

  /** A list of the format before bounds in bytes. */
  @Test
  void readsAListThatIsTooLong() {
    ByteWriter old = new ByteWriter().writeByte(1).writeBoolean(false).writeInt(9_000);
    for (int i = 0; i < 9_000; i++) {
      old.writeString(String.format("%0120d", i)).writeLong(1);
    }
    ValueCounts counts = ValueCounts.LIST_CODEC.decode(old.toBytes());
    assertThat(counts.texts()).hasSize(2184);
    assertThat(new UniqueList().isTruncated(counts)).isTrue();
  }

  private static void checkSubtract(List<Occurrence> events, Random random, int seed) {
    Occurrence gone = events.get(random.nextInt(events.size()));
    List<Occurrence> rest = new ArrayList<>(events);
    rest.remove(gone);
    ValueCounts left = fold(events).subtract(gone);
    if (left != null) {
      assertThat(left.texts()).as("seed %d", seed).isEqualTo(fold(rest).texts());
    }
  }

  private static String randomText(Random random) {
    int length = random.nextInt(4) == 0 ? random.nextInt(30_000) : random.nextInt(9);
    String unit = List.of("a", "b", "\u20ac", "\ud83d\ude00", "0").get(random.nextInt(5));
    return (char) ('a' + random.nextInt(4)) + unit.repeat(length) + random.nextInt(9);
  }

  private static List<String> prefix(SortedSet<String> all) {
    List<String> prefix = new ArrayList<>();
    long bytes = 0;
    for (String text : all) {
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > BYTES_MAX || prefix.size() == 10_000) {
        break;
      }
      prefix.add(text);
    }
    return prefix;
  }

  private static ValueCounts stored(ValueCounts counts) {
    return ValueCounts.LIST_CODEC.decode(encode(counts));
  }

  private static byte[] encode(ValueCounts counts) {
    return ValueCounts.LIST_CODEC.encode(counts);
  }

  private static ValueCounts fold(List<Occurrence> events) {
    ValueCounts counts = ValueCounts.ofList();
    events.forEach(counts::add);
    return counts;
  }

  private static Occurrence occurrence(String text) {
    return new Occurrence(0, "m", List.of(new PropertyValue(ValueType.TEXT, text, null)));
  }
}
