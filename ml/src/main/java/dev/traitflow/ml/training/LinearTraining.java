package dev.traitflow.ml.training;

import dev.traitflow.ml.bundle.ModelBundle;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.liblinear.LibLinearRegressionTrainer;
import org.tribuo.regression.liblinear.LinearRegressionType;

/**
 * Fits linear models with Tribuo: a regularised logistic regression and a regularised regression,
 * both by LibLinear's deterministic trust region method. Every column is written into every
 * example, zeros too, since a missing feature means something else to other kinds of model.
 */
final class LinearTraining {
  private static final int ITERATIONS_MAX = 1000;
  private static final double TERMINATION = 0.005;

  /** Tribuo logs every training through java.util.logging; kept here so that it stays quiet. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  private final String[] names;
  private final long seed;
  private final OffsetDateTime created;

  LinearTraining(List<String> names, long seed, long now) {
    this.names = names.toArray(String[]::new);
    this.seed = seed;
    this.created = OffsetDateTime.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC);
  }

  /** Silences Tribuo in the JDK's logging; another log manager has to be configured for it. */
  static void silence() {
    if (LogManager.getLogManager().getClass().equals(LogManager.class)) {
      TRIBUO.setLevel(Level.WARNING);
    }
  }

  /** Fits the chance of outcome 1; there must be rows of both outcomes. */
  Model<Label> classifier(double[][] rows, double[] outcomes, double cost) {
    MutableDataset<Label> dataset = dataset(new LabelFactory());
    Label positive = new Label(ModelBundle.POSITIVE);
    Label negative = new Label(ModelBundle.NEGATIVE);
    for (int i = 0; i < rows.length; i++) {
      dataset.add(new ArrayExample<>(outcomes[i] > 0 ? positive : negative, names, rows[i]));
    }
    LinearClassificationType type =
        new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR);
    return new LibLinearClassificationTrainer(type, cost, ITERATIONS_MAX, TERMINATION, seed)
        .train(dataset);
  }

  /** Fits a number by least squares. */
  Model<Regressor> regression(double[][] rows, double[] values, double cost) {
    MutableDataset<Regressor> dataset = dataset(new RegressionFactory());
    for (int i = 0; i < rows.length; i++) {
      dataset.add(new ArrayExample<>(new Regressor("log amount", values[i]), names, rows[i]));
    }
    LinearRegressionType type =
        new LinearRegressionType(LinearRegressionType.LinearType.L2R_L2LOSS_SVR);
    // With an insensitive zone of width 0 the squared loss is that of ridge regression.
    return new LibLinearRegressionTrainer(type, cost, ITERATIONS_MAX, TERMINATION, 0, seed)
        .train(dataset);
  }

  private <T extends Output<T>> MutableDataset<T> dataset(OutputFactory<T> factory) {
    return new MutableDataset<>(
        new SimpleDataSourceProvenance("training rows", created, factory), factory);
  }
}
