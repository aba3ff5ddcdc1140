package dev.traitflow.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainingRowTest {
  private static final String VERSION_1 =
      "0134" + "01027302700a01040002000402024102013fe000000000000000" + "0a02026b3ff0000000000000";

  private static final String BLOCK_2 =
      "02027302700a010400020004"
          + "00"
          + "0206627579"
          + "04066167650048"
          + "0872617465013fe0000000000000"
          + "0206766970";

  @Test
  void comesBackFromBytes() {
    TrainingRow row = row();

    assertThat(TrainingRow.CODEC.decode(TrainingRow.CODEC.encode(row))).isEqualTo(row);
  }

  @Test
  void featuresOfAnotherInstantAreRefused() {
    FeatureBlock block = row().features();

    assertThatThrownBy(() -> new TrainingRow(block, 6, new TreeMap<>()))
        .hasMessage("features at: got 5 (expected the cutoff 6)");
  }

  @Test
  void bytesOfVersionOneStayReadable() {
    assertThat(TrainingRow.CODEC.decode(HexFormat.of().parseHex(VERSION_1))).isEqualTo(row());
  }

  /** A block of the second version, with traits and audiences. */
  @Test
  void bytesOfBlocksOfVersionTwoStayReadable() {
    TreeMap<String, Double> traits = new TreeMap<>();
    traits.put("age", 36.0);
    traits.put("rate", 0.5);
    FeatureBlock block =
        new FeatureBlock(
            "s",
            "p",
            5,
            true,
            new double[] {1, 2},
            new TreeMap<>(),
            traits,
            List.of("buy"),
            List.of("vip"));

    assertThat(HexFormat.of().formatHex(FeatureBlock.CODEC.encode(block))).isEqualTo(BLOCK_2);
    assertThat(FeatureBlock.CODEC.decode(HexFormat.of().parseHex(BLOCK_2))).isEqualTo(block);
  }

  private static TrainingRow row() {
    TreeMap<String, double[]> events = new TreeMap<>();
    events.put("A", new double[] {0.5});
    TreeMap<String, Double> labels = new TreeMap<>();
    labels.put("k", 1.0);
    FeatureBlock block = new FeatureBlock("s", "p", 5, true, new double[] {1, 2}, events);
    return new TrainingRow(block, 5, labels);
  }
}
