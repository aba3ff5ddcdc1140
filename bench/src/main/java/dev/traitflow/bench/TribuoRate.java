package dev.traitflow.bench;

import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.model.FlatTrees;
import dev.traitflow.ml.model.Flattening;
import dev.traitflow.ml.model.ModelFamilies;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer.RegressionType;

/**
 * How many rows a second Tribuo itself predicts in batches, with models of the kinds and sizes of a
 * bundle's members. A bundle keeps nothing of Tribuo's, so they are fitted here to what the members
 * answer.
 */
final class TribuoRate {
  private static final int DEPTH = 3;

  private TribuoRate() {}

  /**
   * Predicts rows with a model of Tribuo's for each line and all trees of a bundle.
   *
   * @param rows standardised rows, predicted again and again
   * @param times how many are timed; as many warm up
   */
  static double of(ModelBundle bundle, double[][] rows, int batch, int times) {
    String[] names = bundle.mapping().names().toArray(String[]::new);
    double seconds = 0;
    for (Member member : bundle.function().members()) {
      if (member.predictor() instanceof FlatTrees trees) {
        Regressor any = new Regressor("value", 0);
        seconds += seconds(trees(trees, names, rows), any, names, rows, batch, times);
      } else if (member.family() == ModelFamilies.LINEAR) {
        Label any = new Label(Flattening.NEGATIVE);
        seconds += seconds(line(member, names, rows), any, names, rows, batch, times);
      }
    }
    return times / seconds;
  }

  private static Model<Regressor> trees(FlatTrees trees, String[] names, double[][] rows) {
    MutableDataset<Regressor> dataset = dataset(new RegressionFactory());
    for (double[] row : rows) {
      dataset.add(new ArrayExample<>(new Regressor("value", trees.apply(row)), names, row));
    }
    return new XGBoostRegressionTrainer(
            RegressionType.LINEAR, trees.trees(), 0.05, 0, DEPTH, 2, 0.8, 0.5, 5, 0, 1, true, 1)
        .train(dataset);
  }

  private static Model<Label> line(Member member, String[] names, double[][] rows) {
    MutableDataset<Label> dataset = dataset(new LabelFactory());
    for (double[] row : rows) {
      boolean positive = member.predictor().apply(row) > 0;
      Label label = new Label(positive ? Flattening.POSITIVE : Flattening.NEGATIVE);
      dataset.add(new ArrayExample<>(label, names, row));
    }
    LinearClassificationType logistic =
        new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR);
    return new LibLinearClassificationTrainer(logistic, 0.01, 100, 0.1, 1).train(dataset);
  }

  private static <T extends Output<T>> MutableDataset<T> dataset(OutputFactory<T> factory) {
    return new MutableDataset<>(new SimpleDataSourceProvenance("bench", factory), factory);
  }

  private static <T extends Output<T>> double seconds(
      Model<T> model, T any, String[] names, double[][] rows, int batch, int times) {
    int predicted = 0;
    long began = 0;
    for (int round = 0; round < 2; round++) {
      began = System.nanoTime();
      for (int from = 0; from < times; from += batch) {
        // Examples are part of the price: rows come as numbers.
        List<Example<T>> examples = new ArrayList<>(batch);
        for (int i = from; i < Math.min(times, from + batch); i++) {
          examples.add(new ArrayExample<>(any, names, rows[i % rows.length]));
        }
        List<Prediction<T>> answers = model.predict(examples);
        predicted += answers.size();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (predicted != 2 * times) {
      throw new IllegalStateException("Tribuo: got " + predicted + " (expected " + 2 * times + ")");
    }
    return seconds;
  }
}
