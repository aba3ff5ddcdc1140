package dev.traitflow.bench;

import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.common.liblinear.LibLinearModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.regression.Regressor;

/** How many rows a second Tribuo itself predicts with the members of a bundle, in batches. */
final class TribuoRate {
  private TribuoRate() {}

  /**
   * Predicts rows with every member that Tribuo trained.
   *
   * @param rows standardised rows, predicted again and again
   * @param times how many are timed; as many warm up
   */
  static double of(ModelBundle bundle, double[][] rows, int batch, int times) {
    String[] names = bundle.mapping().names().toArray(String[]::new);
    double seconds = 0;
    for (Member member : bundle.function().members()) {
      Model<?> model = member.model();
      if (model instanceof LibLinearModel<?>) {
        Label any = new Label(ModelBundle.NEGATIVE);
        seconds += seconds(model.castModel(Label.class), any, names, rows, batch, times);
      } else if (model != null) {
        Regressor any = new Regressor("value", 0);
        seconds += seconds(model.castModel(Regressor.class), any, names, rows, batch, times);
      }
    }
    return times / seconds;
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
