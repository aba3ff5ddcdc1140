package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.ml.model.LinearWeights;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.model.ModelFamily;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MembersCodecTest {
  private static final double[][] ROWS = {{0, 0, 0}, {1, -1, 0.5}, {0.4999, 2, -3}};

  @Test
  void modelsThatWereWrittenBeforeGiveTheSameBits() throws IOException {
    byte[] stored = stored();
    List<Member> members = new MembersCodec(3).decode(stored);

    assertThat(members)
        .extracting(member -> member.family().name())
        .containsExactly("linear", "linear", "trees", "customer_base");
    assertThat(members).extracting(Member::weight).containsExactly(0.5, 0.125, 0.25, 0.125);
    assertThat(answers(members, 0))
        .containsExactly(-0.40000002384185795, 0.050000023841857866, -1.6500099182128907);
    assertThat(answers(members, 1)).containsExactly(-1.1, -0.65, -2.35001);
    assertThat(answers(members, 2))
        .containsExactly(0.11250001192092896, 1.112500011920929, -0.38750000298023224);
    assertThat(answers(members, 3)).containsExactly(0.4, -0.85, 7.9);
    assertThat(new MembersCodec(3).encode(members)).isEqualTo(stored);
  }

  @Test
  void everyFamilyIsFoundByItsNameOnly() {
    for (ModelFamily family : ModelFamilies.ALL) {
      assertThat(ModelFamilies.named(family.name())).isSameAs(family);
    }
    assertThatThrownBy(() -> ModelFamilies.named("forest"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model family: got 'forest' (expected one of [linear, trees, customer_base])");
  }

  @Test
  void aLineUnderTheNameOfTreesIsRefused() {
    LinearWeights line = new LinearWeights(new double[] {1, 2, 3}, 0);
    byte[] mixed = new MembersCodec(3).encode(List.of(new Member(ModelFamilies.TREES, 1, line)));

    assertThatThrownBy(() -> new MembersCodec(3).decode(mixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("form of boosted trees");
  }

  private static double[] answers(List<Member> members, int member) {
    double[] answers = new double[ROWS.length];
    for (int i = 0; i < ROWS.length; i++) {
      answers[i] = members.get(member).predictor().apply(ROWS[i]);
    }
    return answers;
  }

  private static byte[] stored() throws IOException {
    try (InputStream file = MembersCodecTest.class.getResourceAsStream("members-v2.bin")) {
      return Objects.requireNonNull(file).readAllBytes();
    }
  }
}
