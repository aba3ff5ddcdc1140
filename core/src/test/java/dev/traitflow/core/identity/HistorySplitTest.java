package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistorySplitTest {
  private static final Identifier PHONE = Identifier.ofUser("phone", "+49 30 1");
  private static final Identifier COOKIE = Identifier.ofUser("anonymous_id", "ä1");
  private static final Identifier EMAIL = Identifier.ofUser("email", "ada@example.com");
  private static final Identifier UNKNOWN = Identifier.ofUser("email", "bob@example.com");

  @Test
  void anEventGoesToTheSideOfItsStrongestIdentifier() {
    HistorySplit split = split(false);
    assertThat(split.isSplit(List.of(COOKIE))).isTrue();
    assertThat(split.isSplit(List.of(COOKIE, EMAIL))).isFalse();
  }

  @Test
  void anEventWithIdentifiersOfNeitherSideGoesToTheDefaultSide() {
    assertThat(split(true).isSplit(List.of(UNKNOWN))).isTrue();
    assertThat(split(true).isSplit(List.of())).isTrue();
    assertThat(split(false).isSplit(List.of(UNKNOWN))).isFalse();
  }

  @Test
  void survivesAnEncodingWithManyIdentifiers() {
    HistorySplit split =
        new HistorySplit(
            "h",
            "p",
            false,
            new SplitRule(List.of("email", "phone"), Set.of(PHONE, COOKIE), Set.of(EMAIL)));
    assertThat(HistorySplit.CODEC.decode(HistorySplit.CODEC.encode(split))).isEqualTo(split);
  }

  /** One identifier a side: the order of a set's elements on the wire is not defined. */
  @Test
  void readsAndWritesVersionOne() throws IOException {
    byte[] golden = golden("history-split-v1.bin");
    assertThat(HistorySplit.CODEC.decode(golden)).isEqualTo(split(true));
    assertThat(HistorySplit.CODEC.encode(split(true))).isEqualTo(golden);
  }

  @Test
  void refusesUnknownVersionsAndBytesCutShort() throws IOException {
    byte[] golden = golden("history-split-v1.bin");
    assertThatThrownBy(() -> HistorySplit.CODEC.decode(new byte[] {2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("history split version");
    assertThatThrownBy(() -> HistorySplit.CODEC.decode(Arrays.copyOf(golden, golden.length - 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static HistorySplit split(boolean splitByDefault) {
    SplitRule rule = new SplitRule(List.of("email", "anonymous_id"), Set.of(COOKIE), Set.of(EMAIL));
    return new HistorySplit("history-1", "profile-1", splitByDefault, rule);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = HistorySplitTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
