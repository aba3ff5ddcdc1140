package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a bundle's models: bundles lie in directories for as long as they are in force. */
final class MembersCodecTest {
  private static final String CHANGED =
      "the bytes of a bundle's models changed: bundles written before can no longer be read;"
          + " add a version, never edit the fixture";

  /** What version 2 wrote for {@link #members}; never to be changed. */
  private static final String VERSION_2 =
      "0206060c6c696e6561723fd0000000000000003fe00000000000004008000000000000013ff000000000"
          + "0000c00400000000000000000000000000000a74726565733fe000000000000001bff800000000000004"
          + "000608028080c0ac08808080f007020401808080a708ffffff970801808080a208808080f407018080c0"
          + "ac08808080e0071a637573746f6d65725f626173653fd000000000000000bfc000000000000000000000"
          + "0000000000000000000000000000000000000000004010000000000000";

  private static final int WIDTH = 3;

  @Test
  void writesWhatVersionTwoWrote() {
    assertThat(HexFormat.of().formatHex(new MembersCodec(WIDTH).encode(members())))
        .as(CHANGED)
        .isEqualTo(VERSION_2);
  }

  @Test
  void readsWhatVersionTwoWrote() {
    assertThat(new MembersCodec(WIDTH).decode(HexFormat.of().parseHex(VERSION_2)))
        .as(CHANGED)
        .usingRecursiveComparison()
        .isEqualTo(members());
  }

  @Test
  void modelsOfARowOfAnotherWidthAreRefused() {
    assertThatThrownBy(() -> new MembersCodec(4).decode(HexFormat.of().parseHex(VERSION_2)))
        .hasMessage("columns of the bundle's models: got 3 (expected 4)");
  }

  /** A model of each kind. */
  private static List<Member> members() {
    FlatTrees.Builder nodes = new FlatTrees.Builder();
    int root = nodes.split(1, 0.5f, 100);
    nodes.sides(root, nodes.leaf(-0.25f, 60), nodes.leaf(0.75f, 40));
    int second = nodes.leaf(0.125f, 100);
    FlatTrees trees = nodes.build(-1.5, new int[] {root, second}, WIDTH);
    return List.of(
        new Member(
            Member.Kind.LINEAR, 0.25, new LinearWeights(new double[] {1, -2.5, 0}, 0.5, 3, true)),
        new Member(Member.Kind.TREES, 0.5, trees),
        new Member(
            Member.Kind.CUSTOMER_BASE, 0.25, new LinearWeights(new double[] {0, 0, 4}, -0.125)));
  }
}
