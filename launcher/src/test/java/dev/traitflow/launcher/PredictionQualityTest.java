package dev.traitflow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.launcher.cli.Commands;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a prediction finds in invented people, and what it must not find: by the command as people
 * call it, with every gate.
 */
class PredictionQualityTest {
  private static final String CUTOFF = "2025-07-01";
  private static final long NOW = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();
  private static final long DAY = 86_400_000L;
  private static final int DAYS = 120;
  private static final int WINDOW = 15;
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path folder = Path.of("");
  private static Answer planted = new Answer(JSON.nullNode(), List.of());

  /** What the command said and wrote. */
  private record Answer(JsonNode card, List<String> scores) {}

  /** Everybody's calls, and those of them before the cutoff. */
  private static final class Calls {
    private final List<String> lines = new ArrayList<>();
    private final List<String> known = new ArrayList<>();

    void add(int person, String event, long time) {
      String line =
          "{\"type\":\"track\",\"userId\":\"p%d\",\"event\":\"%s\",\"messageId\":\"m%d\",\"timestamp\":\"%s\"}"
              .formatted(person, event, lines.size(), Instant.ofEpochMilli(time));
      lines.add(line);
      if (time < NOW) {
        known.add(line);
      }
    }

    /** What people do all the time and what means nothing, on a day. */
    void noise(int person, long day, Random random) {
      for (String name : List.of("Page Viewed", "Email Opened", "Product Searched")) {
        if (random.nextInt(12) == 0) {
          add(person, name, day + random.nextInt((int) DAY));
        }
      }
    }
  }

  @BeforeAll
  static void plantASignal() throws IOException {
    planted = evaluate("planted", plantedCalls().lines);
  }

  /**
   * 3 of 10 people share, and share again; 0.30 of them convert within a window, 0.02 of others.
   */
  private static Calls plantedCalls() {
    Calls calls = new Calls();
    Random random = new Random(7);
    for (int person = 0; person < 2500; person++) {
      boolean shares = person % 10 < 3;
      for (int d = DAYS; d > 0; d--) {
        long day = NOW - d * DAY;
        calls.noise(person, day, random);
        if (shares && random.nextInt(8) == 0) {
          calls.add(person, "Shared", day + random.nextInt((int) DAY));
        }
        if (d % WINDOW == 0 && random.nextDouble() < (shares ? 0.30 : 0.02)) {
          calls.add(person, "Converted", day + (long) (random.nextDouble() * WINDOW * DAY));
        }
      }
    }
    return calls;
  }

  @Test
  @Tag("M-07")
  void theEventThatLeadsToConversionIsFirstAndTheAucShowsIt() {
    JsonNode card = planted.card();

    assertThat(card.at("/metrics/model/auc").asDouble()).isGreaterThanOrEqualTo(0.75);
    JsonNode contributions = card.path("contributions");
    assertThat(contributions.at("/0/event").asText()).isEqualTo("Shared");
    double sum = 0;
    for (JsonNode each : contributions) {
      assertThat(each.path("event").asText())
          .isIn("Shared", "Converted", "Page Viewed", "Email Opened", "Product Searched");
      sum += each.path("weight").asDouble();
    }
    assertThat(sum).isBetween(1 - 1e-9, 1 + 1e-9);
    assertThat(card.path("contribution_of_totals").asDouble()).isBetween(0.0, 1.0);
    assertThat(card.path("contribution_of_traits").asDouble()).isZero();
  }

  @Test
  @Tag("M-22")
  void theSameDataTwiceGivesEqualScores() throws IOException {
    Answer again = evaluate("again", plantedCalls().lines);

    assertThat(again.scores()).hasSize(2500 + 1).isEqualTo(planted.scores());
    assertThat(again.card()).isEqualTo(planted.card());
  }

  /** Conversions are thrown like dice, and each is confirmed a second later. */
  @Test
  @Tag("M-08")
  void whatOnlyTheFutureKnowsIsNotFoundAndMakesNoDifference() throws IOException {
    Calls calls = new Calls();
    Random random = new Random(8);
    for (int person = 0; person < 2500; person++) {
      calls.add(person, "Signed Up", NOW - (DAYS + 1) * DAY);
      for (int d = DAYS; d > -2 * WINDOW; d--) {
        long day = NOW - d * DAY;
        calls.noise(person, day, random);
        if (d % WINDOW == 0 && random.nextDouble() < 0.35) {
          long time = day + (long) (random.nextDouble() * WINDOW * DAY);
          calls.add(person, "Converted", time);
          calls.add(person, "Confirmed", time + 1000);
        }
      }
    }

    Answer whole = evaluate("whole", calls.lines);
    Answer cut = evaluate("cut", calls.known);

    assertThat(calls.known.size()).isLessThan(calls.lines.size() - 10_000);
    JsonNode holdout = whole.card().at("/data/cutoffs");
    JsonNode newest = holdout.get(holdout.size() - 1);
    assertThat(newest.path("used_for").asText()).isEqualTo("evaluation");
    assertThat(newest.path("rows").asInt()).isGreaterThanOrEqualTo(2000);
    assertThat(whole.card().at("/metrics/model/auc").asDouble()).isBetween(0.45, 0.55);
    // The card names the model by everything it was trained on; rows that differed would show.
    assertThat(cut.card()).isEqualTo(whole.card());
    assertThat(cut.scores()).isEqualTo(whole.scores());
  }

  private static Answer evaluate(String name, List<String> lines) throws IOException {
    Path calls = Files.write(folder.resolve(name + ".ndjson"), lines);
    Path definition =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            "{key: convert, kind: custom, event: Converted, window_days: " + WINDOW + "}\n");
    Path scores = folder.resolve(name + ".csv");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Commands.run(
            new LinkedModules(new PrintStream(OutputStream.nullOutputStream()), System.err),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "predictions",
            "evaluate",
            calls.toString(),
            "--definition",
            definition.toString(),
            "--cutoffs",
            CUTOFF,
            "--out",
            scores.toString(),
            "--json");
    assertThat(code).as(err.toString()).isZero();
    JsonNode card = JSON.readTree(out.toString()).at("/cutoffs/0/card");
    return new Answer(card, Files.readAllLines(scores));
  }
}
