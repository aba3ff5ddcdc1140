package dev.traitflow.ml.model;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Trainer;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.common.xgboost.XGBoostTrainer;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionConverter;

/**
 * A Tribuo trainer of XGBoost with an objective of the caller's choice and one output. Tribuo's own
 * offers neither a logistic objective with one tree a round (its classifier always uses softmax and
 * grows two) nor a Poisson one; the models are Tribuo's own.
 */
final class BoostingTrainer extends XGBoostTrainer<Regressor> {
  private final OffsetDateTime created;

  /**
   * Creates a trainer.
   *
   * @param parameters XGBoost's own, the objective among them
   * @param created the time models are stamped with
   */
  BoostingTrainer(int rounds, Map<String, Object> parameters, OffsetDateTime created) {
    super(rounds, parameters);
    this.created = created;
    this.parameters.putAll(parameters);
  }

  @Override
  public XGBoostModel<Regressor> train(
      Dataset<Regressor> examples, Map<String, Provenance> provenance) {
    return train(examples, provenance, Trainer.INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public XGBoostModel<Regressor> train(
      Dataset<Regressor> examples, Map<String, Provenance> provenance, int invocation) {
    ImmutableFeatureMap features = examples.getFeatureIDMap();
    TrainerProvenance trainer = getProvenance();
    DMatrix rows = null;
    try {
      rows = matrix(examples, features);
      Booster booster =
          XGBoost.train(rows, parameters, numTrees, Collections.emptyMap(), null, null);
      ModelProvenance model =
          new ModelProvenance(
              XGBoostModel.class.getName(), created, examples.getProvenance(), trainer, provenance);
      return createModel(
          "boosted",
          model,
          features,
          examples.getOutputIDInfo(),
          List.of(booster),
          new XGBoostRegressionConverter());
    } catch (XGBoostError error) {
      throw new IllegalStateException("XGBoost: " + error.getMessage(), error);
    } finally {
      if (rows != null) {
        rows.dispose();
      }
    }
  }

  @Override
  public TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }

  /**
   * Dense, so that a zero is a zero and never a missing value. Every example has every feature, in
   * the same order, so names are looked up once and not once a row.
   */
  private static DMatrix matrix(Dataset<Regressor> examples, ImmutableFeatureMap features)
      throws XGBoostError {
    int width = features.size();
    float[] values = new float[examples.size() * width];
    float[] labels = new float[examples.size()];
    int[] ids = new int[width];
    int at = 0;
    for (Example<Regressor> example : examples) {
      if (example.size() != width) {
        throw new IllegalArgumentException(
            "example: got " + example.size() + " features (expected all " + width + ")");
      }
      int place = 0;
      for (Feature feature : example) {
        if (at == 0) {
          ids[place] = features.getID(feature.getName());
        }
        values[at * width + ids[place++]] = (float) feature.getValue();
      }
      labels[at++] = (float) example.getOutput().getValues()[0];
    }
    DMatrix matrix = new DMatrix(values, examples.size(), width, Float.NaN);
    matrix.setLabel(labels);
    return matrix;
  }
}
