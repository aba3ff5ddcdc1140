package dev.traitflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The command line of what is no part of the product. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void explainsItselfAsACommandOfTheProgram() {
    assertThat(run("bench", "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: traitflow bench").contains("--quick", "--json");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void answersWrongUsageWithTwo() {
    assertThat(run("bench", "--bogus")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--bogus");
  }

  @Test
  void namesTheBenchmarksThereAreWhenItKnowsNoneOfThatName() {
    assertThat(run("bench", "k", "nonsense")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).startsWith("bench: got 'nonsense' (expected one of [");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
