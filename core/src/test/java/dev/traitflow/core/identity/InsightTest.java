package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An insight is within the bound of its topic, whatever it tells of. */
class InsightTest {
  private final List<Identifier> identifiers = new ArrayList<>();
  private final List<Mapping> mappings = new ArrayList<>();

  InsightTest() {
    for (int i = 0; i < 1_000; i++) {
      Identifier identifier = Identifier.ofUser("hub", i + "\u20ac".repeat(340));
      identifiers.add(identifier);
      mappings.add(new Mapping(identifier, i, "m".repeat(100), "web"));
    }
  }

  @Test
  void tellsTheFirstIdentifiersOfAMerge() {
    ProfileNode loser = ProfileNode.created("use_2", 5).with(mappings);
    Merge merge = new Merge("mrg_1", 1, "use_1", loser, identifiers, identifiers, "m");
    Insight insight = of(new Insight.Merged(merge));
    assertThat(Insight.CODEC.encode(insight)).hasSizeLessThan(Topics.bytesMax(Topics.INSIGHTS));
    Insight.Merged told =
        (Insight.Merged) Insight.CODEC.decode(Insight.CODEC.encode(insight)).body();
    assertThat(told.merge().loser().id()).isEqualTo("use_2");
    assertThat(told.merge().loser().identifiers())
        .hasSizeBetween(50, 60)
        .startsWith(mappings.get(0));
    assertThat(told.merge().survivorEvidence()).hasSizeBetween(60, 65);
  }

  @Test
  void tellsAllOfAMergeThatIsSmall() {
    ProfileNode loser = ProfileNode.created("use_2", 5).with(mappings.subList(0, 40));
    List<Identifier> few = identifiers.subList(0, 2);
    Merge merge = new Merge("mrg_1", 1, "use_1", loser, few, few, "m");
    assertThat(new Insight.Merged(merge).merge()).isEqualTo(merge);
  }

  @Test
  void tellsTheFirstIdentifiersOfASplitAndCutsTexts() {
    assertThat(new Insight.Unmerged("m", "a", "b", identifiers).identifiers())
        .hasSizeBetween(60, 65);
    assertThat(new Insight.Refused("x".repeat(9_000), "", List.of(), List.of()).text())
        .hasSize(1_000);
    Violation violation = new Violation("t", identifiers.get(0), "m", "r".repeat(9_000), List.of());
    assertThat(violation.rule()).hasSize(1_000);
  }

  private static Insight of(Insight.Body body) {
    return new Insight("s", 1, 0, 5, "web", "use_1", body);
  }
}
