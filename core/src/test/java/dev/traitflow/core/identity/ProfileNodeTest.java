package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfileNodeTest {
  private static final ProfileNode ADA =
      new ProfileNode(
          "use_1",
          1_740_000_000_000L,
          List.of("mrg_7_0"),
          List.of(
              new Mapping(Identifier.ofUser("email", "ä@x.io"), 1_739_999_999_999L, "m-1", "web")),
          List.of("use_1", "use_2"),
          List.of(new Share("use_3", "use_1~9")),
          List.of(new KeptApart("mrg_9_0", true)));

  /** What version 2 wrote for {@link #ADA}; never to be changed. */
  private static final String VERSION_2 =
      "020a7573655f3180e0a781a465020e6d72675f375f30020a75736572730a656d61696c0ec3a440782e696f01"
          + "066d2d3106776562040a7573655f310a7573655f32020a7573655f330e7573655f317e39020e6d72675f395f"
          + "3001";

  @Test
  void bytesRoundTrip() {
    assertThat(ProfileNode.CODEC.decode(ProfileNode.CODEC.encode(ADA))).isEqualTo(ADA);
    ProfileNode bare = ProfileNode.created("use_3", 0);
    assertThat(ProfileNode.CODEC.decode(ProfileNode.CODEC.encode(bare))).isEqualTo(bare);
  }

  @Test
  void readsVersionTwo() {
    assertThat(HexFormat.of().formatHex(ProfileNode.CODEC.encode(ADA))).isEqualTo(VERSION_2);
    assertThat(ProfileNode.CODEC.decode(HexFormat.of().parseHex(VERSION_2))).isEqualTo(ADA);
  }

  @Test
  void idsDependOnThePlaceInTheLogAlone() {
    assertThat(ProfileIds.of("spa_shop", 0, 17)).isEqualTo(ProfileIds.of("spa_shop", 0, 17));
    Set<String> ids = new HashSet<>();
    for (int offset = 0; offset < 1000; offset++) {
      for (int partition = 0; partition < 3; partition++) {
        String id = ProfileIds.of("spa_shop", partition, offset);
        assertThat(id).matches("use_[0-9A-Za-z]{22}");
        ids.add(id);
      }
    }
    ids.add(ProfileIds.of("spa_other", 0, 17));
    assertThat(ids).hasSize(3001);
  }
}
