package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;

/**
 * The weights of a linear model by column position, so that scoring needs neither names nor
 * examples.
 *
 * @param weights one weight a column
 * @param bias what the sum begins with
 * @param offset added to the sum
 * @param single true if the sum is taken in floats, as XGBoost takes it: over a hundred columns
 *     that makes a difference of more than a millionth
 */
public record LinearWeights(double[] weights, double bias, double offset, boolean single)
    implements Predictor {
  /** The first byte: which form of model follows. Bundles have it since version 2. */
  private static final int FORM = 0;

  /** Weights that are summed as they are. */
  public LinearWeights(double[] weights, double bias) {
    this(weights, bias, 0, false);
  }

  /** The weighted sum of a standardised row. */
  @Override
  public double apply(double[] row) {
    if (single) {
      float sum = (float) bias;
      for (int i = 0; i < weights.length; i++) {
        sum += (float) weights[i] * (float) row[i];
      }
      return sum + offset;
    }
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return sum + offset;
  }

  @Override
  public Contributions contributions(double[] averages) {
    return new LinearContributions(this, averages);
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(FORM).writeDouble(bias).writeDouble(offset).writeBoolean(single);
    for (double weight : weights) {
      out.writeDouble(weight);
    }
  }

  /** Reads {@link #write}. */
  static LinearWeights read(ByteReader in, int width) {
    in.requireVersion(FORM, "form of a linear model");
    double bias = in.readDouble();
    double offset = in.readDouble();
    boolean single = in.readBoolean();
    double[] weights = new double[width];
    for (int i = 0; i < width; i++) {
      weights[i] = in.readDouble();
    }
    return new LinearWeights(weights, bias, offset, single);
  }
}
