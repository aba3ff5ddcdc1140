package dev.traitflow.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.explanation.Explainer;
import dev.traitflow.ml.explanation.ExplanationJson;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.model.Flattening;
import dev.traitflow.ml.model.ModelFamilies;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer.RegressionType;

/**
 * (p) Why a score is what it is: the whole explanation of one profile, for a line and for trees.
 */
final class ExplainScores implements Benchmark {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long NOW = 1_750_000_000_000L;
  private static final List<String> NAMES =
      List.of("Page Viewed", "Product Added", "Order Completed");
  private static final int ROUNDS = 300;
  private static final int DEPTH = 4;

  @Override
  public List<String> names() {
    return List.of("p", "explain");
  }

  @Override
  public String claim() {
    return "an explanation takes less than 5 ms for a line and less than 20 ms for trees";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 15 : 40;
  }

  @Override
  public List<Figure> run(Lab lab) throws XGBoostError {
    lab.progress().say("fits a line and " + ROUNDS + " trees");
    List<FeatureBlock> blocks = blocks(lab.size(4000, 1000));
    FeatureMapping mapping = FeatureMapping.unscaled(columns(), null);
    double[][] rows = blocks.stream().map(mapping::row).toArray(double[][]::new);
    Model<Regressor> trees = trees(mapping, rows);
    Member line =
        new Member(ModelFamilies.LINEAR, 1, Flattening.line(line(mapping, rows), mapping.names()));
    Member forest = new Member(ModelFamilies.TREES, 1, Flattening.trees(trees, mapping.names(), 0));

    lab.progress().say("explains by turns");
    int times = lab.size(4000, 500);
    double[] ofLine = explain(bundle(mapping, line), blocks, times);
    double[] ofTrees = explain(bundle(mapping, forest), blocks, times);
    double theirs = contributions((XGBoostModel<?>) trees, rows, times);
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(p) %d columns; trees: %d rounds of depth %d. Ours: from a feature block to the"
                    + " answer's JSON, p99 %.2f ms for the line and %.2f ms for the trees; the"
                    + " opponent: predictContrib of one mapped row on one thread.",
                mapping.columns().size(),
                ROUNDS,
                DEPTH,
                ofLine[1],
                ofTrees[1]));
    return List.of(
        Figure.below("p", "explaining a line's score, median", ofLine[0], "ms", 5),
        Figure.below("p", "explaining a line's score, p99", ofLine[1], "ms", 5),
        Figure.below("p", "explaining trees' score, median", ofTrees[0], "ms", 20),
        Figure.below("p", "explaining trees' score, p99", ofTrees[1], "ms", 20),
        Figure.beside("p", "trees beside XGBoost's predictContrib", ofTrees[0], theirs, "ms"));
  }

  /** Median and p99 of the milliseconds of one explanation, once the JVM is warm. */
  private static double[] explain(ModelBundle bundle, List<FeatureBlock> blocks, int times) {
    Explainer explainer = new Explainer(bundle);
    long[] nanos = new long[times];
    int written = 0;
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < times; i++) {
        long began = System.nanoTime();
        FeatureBlock block = blocks.get(i % blocks.size());
        written += ExplanationJson.of(explainer.explain(block), bundle).toString().length();
        nanos[i] = System.nanoTime() - began;
      }
    }
    if (written == 0) {
      throw new IllegalStateException("explanations: got nothing (expected JSON)");
    }
    return new double[] {Lab.quantile(nanos, 0.5) / 1e6, Lab.quantile(nanos, 0.99) / 1e6};
  }

  /** The library's median, from a mapped row to the contributions. */
  private static double contributions(XGBoostModel<?> model, double[][] rows, int times)
      throws XGBoostError {
    Booster booster = model.getInnerModels().get(0);
    booster.setParam("nthread", 1);
    long[] nanos = new long[times];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < times; i++) {
        long began = System.nanoTime();
        double[] row = rows[i % rows.length];
        float[] values = new float[row.length];
        for (int column = 0; column < row.length; column++) {
          values[column] = (float) row[column];
        }
        DMatrix matrix = new DMatrix(values, 1, row.length, Float.NaN);
        try {
          booster.predictContrib(matrix, 0);
          matrix.dispose();
        } finally {
          Reference.reachabilityFence(booster);
        }
        nanos[i] = System.nanoTime() - began;
      }
    }
    return Lab.quantile(nanos, 0.5) / 1e6;
  }

  private static ModelBundle bundle(FeatureMapping mapping, Member member) {
    return ModelBundle.create(
        churn(),
        mapping,
        new ScoringFunction(List.of(member), PlattScaling.IDENTITY, false, 1, 0),
        new double[] {0},
        NOW,
        JsonNodeFactory.instance.objectNode());
  }

  private static PredictionDefinition churn() {
    return PredictionDefinition.parse(
        new Fields(
            JsonNodeFactory.instance
                .objectNode()
                .put("key", "churn")
                .put("kind", "churn")
                .put("event", "Page Viewed"),
            "",
            new ArrayList<>()));
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (String name : NAMES) {
      FeatureSet.EVENT_FEATURES.forEach(feature -> columns.add(new Column(name, feature)));
    }
    columns.sort(Comparator.comparing(Column::name));
    return columns;
  }

  private static Model<Regressor> trees(FeatureMapping mapping, double[][] rows) {
    MutableDataset<Regressor> dataset = dataset(new RegressionFactory());
    String[] names = mapping.names().toArray(String[]::new);
    Random random = new Random(3);
    for (double[] row : rows) {
      dataset.add(new ArrayExample<>(new Regressor("value", truth(row, random)), names, row));
    }
    return new XGBoostRegressionTrainer(
            RegressionType.LINEAR, ROUNDS, 0.05, 0, DEPTH, 5, 0.8, 0.5, 5, 0, 1, true, 1)
        .train(dataset);
  }

  private static Model<Label> line(FeatureMapping mapping, double[][] rows) {
    MutableDataset<Label> dataset = dataset(new LabelFactory());
    String[] names = mapping.names().toArray(String[]::new);
    Random random = new Random(3);
    for (double[] row : rows) {
      String label = truth(row, random) > 0 ? Flattening.POSITIVE : Flattening.NEGATIVE;
      dataset.add(new ArrayExample<>(new Label(label), names, row));
    }
    return new LibLinearClassificationTrainer().train(dataset);
  }

  /** Bent in many columns, so that trees have something to grow for. */
  private static double truth(double[] row, Random random) {
    double sum = random.nextGaussian();
    for (int i = 0; i < row.length; i += 7) {
      sum += Math.sin(row[i] * (1 + i % 5));
    }
    return sum;
  }

  private static <T extends Output<T>> MutableDataset<T> dataset(OutputFactory<T> factory) {
    return new MutableDataset<>(new SimpleDataSourceProvenance("bench", factory), factory);
  }

  /** Features of histories of some 60 events. */
  private static List<FeatureBlock> blocks(int profiles) {
    Random random = new Random(9);
    List<FeatureBlock> blocks = new ArrayList<>();
    for (int profile = 0; profile < profiles; profile++) {
      List<Event> history = new ArrayList<>();
      int events = 10 + random.nextInt(100);
      for (int i = 0; i < events; i++) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        history.add(event(profile, i, name, NOW - (long) (random.nextDouble() * 180 * DAY)));
      }
      history.sort(Event.HISTORY_ORDER);
      blocks.add(FeatureSet.extract("shop", "p" + profile, true, history, NOW));
    }
    return blocks;
  }

  private static Event event(int profile, int number, String name, long time) {
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
        ("{\"revenue\":" + (1 + number % 50) + "}").getBytes(StandardCharsets.UTF_8),
        Event.NONE,
        Event.NONE);
  }
}
