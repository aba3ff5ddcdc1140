package dev.traitflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of what is no part of the product. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"bench", "convert"})
  void explainsEachCommandAsOneOfTheProgram(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: traitflow " + command).contains("--json");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench --bogus", "convert", "convert iris a b"})
  void answersWrongUsageWithTwoAndNothingOnStdout(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isNotBlank();
  }

  @Test
  void convertsADataSetAndSaysHowManyEventsThatMakes(@TempDir Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve("cdnow.txt"), "1 19970101 1 2.50\n");
    Path events = folder.resolve("events.ndjson");
    assertThat(run("convert", "cdnow", source.toString(), events.toString(), "--json")).isZero();
    assertThat(out.toString().strip()).isEqualTo("{\"events\":1}");
    assertThat(Files.readString(events)).contains("\"userId\":\"1\"");
  }

  @Test
  void namesTheSourceThatItCannotConvert() {
    assertThat(run("convert", "cdnow", "nowhere.txt", "out")).isEqualTo(1);
    assertThat(err.toString()).startsWith("nowhere.txt: cannot be converted: ");
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
