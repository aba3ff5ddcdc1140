package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.ml.backtest.CallFile;
import dev.traitflow.ml.backtest.CutoffEvaluation;
import dev.traitflow.ml.backtest.CutoffEvaluation.Result;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.predict.service.PredictionService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a prediction on a file of calls. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "For each cutoff trains a prediction on the events of a file before it, with labels that were"
          + " closed by then, and writes a score for every known user.",
      "The scores are probabilities, or expected amounts for ltv. Any window in days is allowed"
          + " here, and event \"*\" means any event.",
      "A cutoff whose data fails a gate is refused, unless --ignore-gates is given."
    })
final class PredictionsEvaluateCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();

  @Parameters(paramLabel = "FILE", description = "NDJSON of tracking calls, plain or .gz.")
  private Path file = Path.of("");

  @Option(
      names = "--definition",
      required = true,
      paramLabel = "PRED.yaml",
      description = "The prediction: one object as in a space's list of predictions.")
  private Path definition = Path.of("");

  @Option(
      names = "--cutoffs",
      required = true,
      split = ",",
      paramLabel = "TIME",
      description = "Dates (midnight UTC) or times in ISO 8601, with commas between.")
  private List<String> cutoffs = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "CSV",
      description = "Where user_id,cutoff,score is written.")
  private Path out = Path.of("");

  @Option(names = "--ignore-gates", description = "Train although the data fails a gate.")
  private boolean ignoreGates;

  PredictionsEvaluateCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    Map<String, Long> instants = new LinkedHashMap<>();
    for (String cutoff : cutoffs) {
      instants.put(cutoff, Times.parse(cutoff).toEpochMilli());
    }
    PredictionDefinition prediction = modules.prediction(definition);
    ProgressLine progress = console.progress("evaluate");
    int parts = instants.size() + 1;
    CallFile calls = read(progress, parts);
    Map<String, Result> results = new LinkedHashMap<>();
    instants.forEach(
        (cutoff, at) -> {
          progress.part(cutoff, 1 + results.size(), parts);
          progress.at(0, "");
          Result result =
              CutoffEvaluation.run(
                  prediction,
                  calls.histories(),
                  at,
                  PredictionService.SEED,
                  ignoreGates,
                  (step, share) -> progress.at(share, step));
          if (result.outcome() instanceof Refused refused) {
            progress.end();
            throw new Failure(refusal(cutoff, refused));
          }
          results.put(cutoff, result);
        });
    progress.end();
    write(results);
    tell(results);
    return 0;
  }

  private CallFile read(ProgressLine progress, int parts) {
    progress.part("reading " + file.getFileName(), 0, parts);
    progress.at(0, "");
    try {
      CallFile calls = CallFile.read(file);
      progress.end();
      note(calls.rejected(), "lines are no valid call and were left out, first: ", calls);
      if (calls.anonymous() > 0) {
        console.err().println(calls.anonymous() + " calls name no user and were left out");
        console.err().flush();
      }
      return calls;
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
  }

  private void note(long count, String what, CallFile calls) {
    if (count > 0) {
      console.err().println(count + " " + what + calls.firstRejection());
      console.err().flush();
    }
  }

  private String refusal(String cutoff, Refused refused) {
    StringBuilder text = new StringBuilder();
    text.append(cutoff).append(": refused with ").append(refused.code()).append(": ");
    text.append(refused.sentence());
    for (Check check : refused.checks()) {
      if (!check.passed() && !check.code().equals(refused.code())) {
        text.append(System.lineSeparator()).append("  also ").append(check.code());
        text.append(": ").append(check.sentence());
      }
    }
    if (refused.ignorable() && !ignoreGates) {
      text.append(System.lineSeparator()).append("  --ignore-gates trains all the same");
    }
    return text.toString();
  }

  private void write(Map<String, Result> results) {
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
      csv.writeRecord("user_id", "cutoff", "score");
      results.forEach(
          (cutoff, result) ->
              result
                  .scores()
                  .forEach((user, score) -> csv.writeRecord(user, cutoff, score.toString())));
    } catch (IOException e) {
      throw Failure.writing(out, e);
    } catch (UncheckedIOException e) {
      throw Failure.writing(out, Objects.requireNonNull(e.getCause()));
    }
  }

  private void tell(Map<String, Result> results) {
    ObjectNode document = Answer.JSON.createObjectNode();
    results.forEach(
        (cutoff, result) -> {
          if (result.outcome() instanceof Trained trained) {
            ObjectNode one = document.withArray("cutoffs").addObject();
            one.put("cutoff", cutoff).put("scored", result.scores().size());
            one.set("card", trained.bundle().card());
          }
        });
    if (console.json) {
      Answer.print(document, console.out());
      return;
    }
    for (JsonNode one : document.path("cutoffs")) {
      console.out().println(summary(one));
    }
    console.out().println("wrote " + out);
    console.out().flush();
  }

  private static String summary(JsonNode one) {
    JsonNode card = one.path("card");
    StringBuilder text = new StringBuilder();
    text.append(one.path("cutoff").asText()).append(": ").append(one.path("scored").asInt());
    text.append(" users scored by");
    for (JsonNode member : card.path("members")) {
      text.append(
          String.format(
              Locale.ROOT,
              " %s %.0f %%",
              member.path("kind").asText(),
              100 * member.path("share").asDouble()));
    }
    if (card.path("label_free").asBoolean()) {
      return text.append(", without labels: history is shorter than two windows").toString();
    }
    JsonNode metrics = card.path("metrics").path("model");
    text.append("; newest closed window:");
    for (String metric : List.of("auc", "logloss", "cal_slope", "gini_norm", "mae")) {
      if (metrics.has(metric)) {
        text.append(
            String.format(Locale.ROOT, " %s %.4f", metric, metrics.path(metric).asDouble()));
      }
    }
    return text.toString();
  }
}
