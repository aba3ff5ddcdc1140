package dev.traitflow.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.TrainingOutcome;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** (n) Training churn, and the model alone, on some hundred thousand rows. */
final class TrainChurn implements Benchmark {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long NOW = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();
  private static final int DAYS = 180;
  private static final List<String> NAMES =
      List.of("Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Email Opened");

  /** Scores of the model alone that are timed. */
  private static final int SCORES = 2_000_000;

  @Override
  public List<String> names() {
    return List.of("n", "train");
  }

  @Override
  public String claim() {
    return "churn of 100,000 profiles with 100 features is trained within two minutes";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 40 : 200;
  }

  @Override
  public List<Figure> run(Lab lab) {
    int profiles = lab.size(100_000, 10_000);
    PredictionDefinition churn =
        PredictionDefinition.parse(
            new Fields(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("key", "churn")
                    .put("kind", "churn")
                    .put("event", "Page Viewed")
                    .put("window_days", 30),
                "",
                new ArrayList<>()));
    EventStatistics statistics = new EventStatistics();
    lab.progress().say("folds histories at several cutoffs");
    List<byte[]> rows = rows(churn, profiles, statistics);
    Iterable<TrainingRow> source = () -> rows.stream().map(TrainingRow.CODEC::decode).iterator();
    long began = System.nanoTime();
    TrainingOutcome outcome =
        PredictionTraining.train(
            churn,
            source,
            NOW,
            1,
            statistics,
            true,
            (step, share) -> lab.progress().say("trains: " + step));
    double seconds = (System.nanoTime() - began) / 1e9;
    ModelBundle bundle = ((Trained) outcome).bundle();
    int columns = bundle.mapping().columns().size();
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(n) %,d profiles, %,d rows at several cutoffs, %,d columns, %,d rows used; %s.",
                profiles,
                rows.size(),
                columns,
                bundle.card().at("/data/rows_used").asInt(),
                bundle.card().path("members")));
    lab.progress().say("scores with the model alone");
    return List.of(
        Figure.below("n", "training churn", seconds, "s", 120),
        Figure.number("n", "columns", columns, ""),
        Figure.number("n", "AUC on the newest window", auc(bundle), ""),
        rate(bundle, rows));
  }

  private static double auc(ModelBundle bundle) {
    return bundle.card().at("/metrics/model/auc").asDouble();
  }

  /** Mapped rows a second through the model, on one core. */
  private static Figure rate(ModelBundle bundle, List<byte[]> rows) {
    ScoringFunction function = bundle.function();
    double[][] mapped = new double[Math.min(2000, rows.size())][];
    for (int i = 0; i < mapped.length; i++) {
      FeatureBlock block = TrainingRow.CODEC.decode(rows.get(i)).features();
      mapped[i] = bundle.mapping().row(block);
    }
    double sum = 0;
    long began = System.nanoTime();
    for (int round = 0; round < 2; round++) {
      began = System.nanoTime();
      for (int i = 0; i < SCORES; i++) {
        sum += function.value(function.raw(mapped[i % mapped.length]));
      }
    }
    double perSecond = SCORES / ((System.nanoTime() - began) / 1e9);
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("scores: got " + sum + " in sum (expected finite ones)");
    }
    return Figure.atLeast("n", "model alone", perSecond, 100_000, "rows/s", 1);
  }

  /** Encoded, so that many rows fit into memory; training decodes them at each pass. */
  private static List<byte[]> rows(
      PredictionDefinition churn, int profiles, EventStatistics statistics) {
    long[] cutoffs = {NOW, NOW - 30 * DAY, NOW - 45 * DAY, NOW - 60 * DAY, NOW - 75 * DAY};
    List<List<byte[]>> byCutoff = new ArrayList<>();
    for (int i = 0; i < cutoffs.length; i++) {
      byCutoff.add(new ArrayList<>());
    }
    Random random = new Random(5);
    for (int profile = 0; profile < profiles; profile++) {
      List<Event> history = history(profile, random);
      history.forEach(statistics::add);
      for (TrainingRow row :
          TrainingRow.of("shop", "p" + profile, history, List.of(churn), cutoffs, NOW)) {
        for (int i = 0; i < cutoffs.length; i++) {
          if (cutoffs[i] == row.cutoff()) {
            byCutoff.get(i).add(TrainingRow.CODEC.encode(row));
          }
        }
      }
    }
    List<byte[]> rows = new ArrayList<>();
    byCutoff.forEach(rows::addAll);
    return rows;
  }

  /** Visits with a rhythm of one's own, until somebody leaves; about 60 events. */
  private static List<Event> history(int profile, Random random) {
    List<Event> events = new ArrayList<>();
    double gap = Math.exp(1.2 + random.nextGaussian() * 0.8);
    double left = random.nextInt(3) == 0 ? random.nextDouble() * DAYS : DAYS;
    double day = random.nextDouble() * DAYS / 2;
    while (day < left && events.size() < 100) {
      for (int name = 0; name < NAMES.size(); name++) {
        if (name == 0 || random.nextInt(2 * name + 2) == 0) {
          events.add(event(profile, events.size(), NAMES.get(name), day));
        }
      }
      day += gap * -Math.log(1 - random.nextDouble());
    }
    events.sort(Event.HISTORY_ORDER);
    return events;
  }

  private static Event event(int profile, int number, String name, double day) {
    long time = NOW - Math.round((DAYS - day) * DAY) + number;
    byte[] properties =
        name.equals("Order Completed")
            ? ("{\"revenue\":" + (10 + number) + "}").getBytes(StandardCharsets.UTF_8)
            : Event.NONE;
    return new Event(
        EventType.TRACK,
        profile + "-" + number,
        time,
        time,
        "web",
        name,
        "u" + profile,
        null,
        null,
        null,
        null,
        null,
        properties,
        Event.NONE,
        Event.NONE);
  }
}
