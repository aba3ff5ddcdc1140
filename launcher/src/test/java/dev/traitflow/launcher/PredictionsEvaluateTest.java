package dev.traitflow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.sample.SampleEvents;
import dev.traitflow.launcher.cli.Commands;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as people call it, on generated people. */
class PredictionsEvaluateTest {
  private static final long END = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void writeCalls() throws IOException {
    try (OutputStream calls =
        new BufferedOutputStream(
            new GZIPOutputStream(Files.newOutputStream(folder.resolve("calls.ndjson.gz"))))) {
      new SampleEvents(5, END, 400).writeTo(calls);
    }
  }

  @Test
  void scoresEveryKnownUserAtEachCutoffAndRepeatsItsText() throws IOException {
    Path definition =
        write("buy.yaml", "{key: buy, kind: custom, event: \"*\", window_days: 21}\n");
    Path scores = folder.resolve("scores.csv");

    int code =
        run(definition, "2025-03-01,2025-05-01T00:00:00Z", scores, "--ignore-gates", "--json");

    assertThat(code).as(err.toString()).isZero();
    JsonNode answer = JSON.readTree(out.toString());
    assertThat(answer.path("cutoffs")).hasSize(2);
    assertThat(answer.at("/cutoffs/0/card/label_free").asBoolean()).isFalse();
    List<String> lines = Files.readAllLines(scores);
    assertThat(lines.get(0)).isEqualTo("user_id,cutoff,score");
    Set<String> keys = new HashSet<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      assertThat(cells).hasSize(3);
      assertThat(cells[1]).isIn("2025-03-01", "2025-05-01T00:00:00Z");
      assertThat(Double.parseDouble(cells[2])).isBetween(0.0, 1.0);
      assertThat(keys.add(cells[0] + cells[1])).as(line).isTrue();
    }
    assertThat(keys)
        .hasSize(answer.at("/cutoffs/0/scored").asInt() + answer.at("/cutoffs/1/scored").asInt());
    assertThat(err.toString()).contains("left");
  }

  @Test
  void whatComesAfterTheCutoffChangesNoScore() throws IOException {
    Path definition =
        write("any.yaml", "{key: any, kind: custom, event: \"*\", window_days: 30}\n");
    Path whole = folder.resolve("whole.csv");
    Path cut = folder.resolve("cut.csv");
    Path before = folder.resolve("before.ndjson");
    List<String> known =
        lines(folder.resolve("calls.ndjson.gz")).stream()
            .filter(line -> !line.contains("\"2025-06") && !line.contains("\"2025-05"))
            .toList();
    Files.write(before, known);

    assertThat(run(definition, "2025-03-01", whole, "--ignore-gates")).isZero();
    assertThat(
            Commands.run(
                new LinkedModules(System.out, System.err),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "predictions",
                "evaluate",
                before.toString(),
                "--definition",
                definition.toString(),
                "--cutoffs",
                "2025-03-01",
                "--out",
                cut.toString(),
                "--ignore-gates"))
        .isZero();

    assertThat(Files.readAllLines(cut)).isEqualTo(Files.readAllLines(whole));
  }

  @Test
  void aFailedGateIsRefusedWithItsNumbersAndWritesNothing() throws IOException {
    Path definition =
        write("rare.yaml", "{key: rare, kind: custom, event: Never Seen, window_days: 30}\n");
    Path scores = folder.resolve("none.csv");

    int code = run(definition, "2025-03-01", scores);

    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .contains("2025-03-01: refused with unknown_event")
        .contains("too_few_positives")
        // It would not help: there is no outcome to learn from.
        .doesNotContain("--ignore-gates");
    assertThat(scores).doesNotExist();
  }

  @Test
  void ignoringGatesIsAdvisedWhereItHelps() throws IOException {
    Path definition =
        write("orders.yaml", "{key: buy, kind: custom, event: \"*\", window_days: 30}\n");

    assertThat(run(definition, "2025-03-01", folder.resolve("no.csv"))).isEqualTo(1);

    assertThat(err.toString()).contains("--ignore-gates trains all the same");
  }

  @Test
  void dataWithOneOutcomeIsRefusedForWhatItIs() throws IOException {
    Path definition =
        write("rare.yaml", "{key: rare, kind: custom, event: Never Seen, window_days: 30}\n");
    Path scores = folder.resolve("none.csv");

    int code = run(definition, "2025-03-01", scores, "--ignore-gates");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .contains("2025-03-01: refused with too_few_positives: outcomes to learn from: none of the")
        .contains("rows to train on has the outcome")
        .contains("expected some with the outcome and some without")
        .doesNotContain("--ignore-gates");
    assertThat(scores).doesNotExist();
  }

  @Test
  void aFileThatIsNotThereSaysSo() throws IOException {
    Path definition = write("some.yaml", "{key: some, kind: purchase}\n");
    Path missing = folder.resolve("missing.ndjson");

    assertThat(evaluate(missing, definition)).isEqualTo(1);
    assertThat(err.toString())
        .endsWith(missing + ": cannot be read: there is no such file or folder\n");
    assertThat(evaluate(folder, definition)).isEqualTo(1);
    assertThat(err.toString()).endsWith(folder + ": cannot be read: Is a directory\n");
    Path absent = folder.resolve("absent.yaml");
    assertThat(evaluate(folder.resolve("calls.ndjson.gz"), absent)).isEqualTo(1);
    assertThat(err.toString())
        .endsWith(absent + ": cannot be read: there is no such file or folder\n");
  }

  private int evaluate(Path file, Path definition) {
    return Commands.run(
        new LinkedModules(System.out, System.err),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        "predictions",
        "evaluate",
        file.toString(),
        "--definition",
        definition.toString(),
        "--cutoffs",
        "2025-03-01",
        "--out",
        folder.resolve("out.csv").toString());
  }

  @Test
  void aShortHistoryIsAnsweredWithoutLabels() throws IOException {
    Path definition =
        write(
            "long.yaml",
            "{key: gone, kind: churn, event: \"*\", perform: false, window_days: 700}\n");
    Path scores = folder.resolve("long.csv");

    int code = run(definition, "2025-06-01", scores, "--ignore-gates");

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("customer_base 100 %", "without labels");
    assertThat(Files.readAllLines(scores).size()).isGreaterThan(200);
  }

  @Test
  void aWrongDefinitionSaysWhere() throws IOException {
    Path definition = write("wrong.yaml", "key: a\nkind: chrun\nevent: X\n");

    assertThat(run(definition, "2025-06-01", folder.resolve("x.csv"))).isEqualTo(1);
    assertThat(err.toString()).contains("wrong.yaml:2:").contains("chrun");
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<String> lines(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private int run(Path definition, String cutoffs, Path scores, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("predictions", "evaluate", folder.resolve("calls.ndjson.gz").toString()));
    arguments.addAll(List.of("--definition", definition.toString(), "--cutoffs", cutoffs));
    arguments.addAll(List.of("--out", scores.toString()));
    arguments.addAll(List.of(options));
    return Commands.run(
        new LinkedModules(new PrintStream(OutputStream.nullOutputStream()), System.err),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        arguments.toArray(String[]::new));
  }
}
