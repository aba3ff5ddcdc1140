package dev.traitflow.ml.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.explanation.Bundles;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.common.xgboost.XGBoostTrainer.BoosterType;
import org.tribuo.common.xgboost.XGBoostTrainer.LoggingVerbosity;
import org.tribuo.common.xgboost.XGBoostTrainer.TreeMethod;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer.RegressionType;

class TreeContributionsTest {
  private static final int TREES = 40;

  @Test
  void everyTreesContributionsAreTheShapleyValuesOfItsGame() {
    for (ModelBundle bundle : List.of(Bundles.BUY, Bundles.SPEND)) {
      FlatTrees trees = Bundles.trees(bundle);
      TreeContributions contributions = new TreeContributions(trees);
      int repeated = 0;
      for (double[] row : Bundles.randomRows(bundle, 3, 5)) {
        for (int tree = 0; tree < Math.min(TREES, trees.trees()); tree++) {
          double[] ours = new double[row.length];
          contributions.add(tree, row, ours);
          assertThat(ours)
              .as("tree %d of %s", tree, bundle.definition().key())
              .containsExactly(new Game(trees, tree, row).values(), within(1e-12));
          repeated += repeats(trees, trees.root(tree), new ArrayList<>()) ? 1 : 0;
        }
      }
      assertThat(repeated).as("trees that ask twice on one way").isPositive();
    }
  }

  @Test
  void baseValueAndContributionsAddUpToWhatTheTreesSay() {
    for (ModelBundle bundle : List.of(Bundles.BUY, Bundles.CHURN, Bundles.SPEND)) {
      FlatTrees trees = Bundles.trees(bundle);
      TreeContributions contributions = new TreeContributions(trees);
      for (double[] row : Bundles.randomRows(bundle, 500, 7)) {
        double[] ours = new double[row.length];
        contributions.add(row, 1, ours);
        double sum = contributions.baseValue();
        for (double each : ours) {
          sum += each;
        }
        assertThat(sum).isCloseTo(trees.apply(row), within(1e-10));
      }
    }
  }

  /** The library says the same of its own boosters, as far as its floats go. */
  @Test
  void agreeWithXgboostsOwnContributions() throws XGBoostError {
    List<String> columns = Bundles.BUY.mapping().names();
    List<double[]> rows =
        Bundles.SHOP.blocks().subList(0, 200).stream().map(Bundles.BUY.mapping()::row).toList();
    for (BoosterType type : List.of(BoosterType.GBTREE, BoosterType.LINEAR)) {
      XGBoostModel<Regressor> model = train(type, columns, rows);
      Predictor flat =
          type == BoosterType.LINEAR
              ? Flattening.boostedLine(model, columns, 0)
              : Flattening.trees(model, columns, 0);
      float[][] theirs = theirContributions(model, columns, rows);
      for (int i = 0; i < rows.size(); i++) {
        double[] ours = contributions(flat, rows.get(i));
        for (int column = 0; column < ours.length; column++) {
          int id = model.getFeatureIDMap().getID(columns.get(column));
          assertThat(ours[column])
              .as("%s %s", type, columns.get(column))
              .isCloseTo(theirs[i][id], within(2e-5));
        }
      }
    }
  }

  private static XGBoostModel<Regressor> train(
      BoosterType type, List<String> columns, List<double[]> rows) {
    RegressionFactory factory = new RegressionFactory();
    MutableDataset<Regressor> dataset =
        new MutableDataset<>(new SimpleDataSourceProvenance("rows", factory), factory);
    String[] names = columns.toArray(String[]::new);
    for (double[] row : rows) {
      double truth = Math.sin(row[0]) + row[1] * row[2];
      dataset.add(new ArrayExample<>(new Regressor("value", truth), names, row));
    }
    XGBoostRegressionTrainer trainer =
        new XGBoostRegressionTrainer(
            type,
            TreeMethod.EXACT,
            RegressionType.LINEAR,
            TREES,
            0.1,
            0,
            4,
            1,
            1,
            1,
            1,
            0,
            1,
            LoggingVerbosity.SILENT,
            1);
    return (XGBoostModel<Regressor>) trainer.train(dataset);
  }

  private static double[] contributions(Predictor predictor, double[] row) {
    double[] ours = new double[row.length];
    predictor.contributions(new double[row.length]).add(row, 1, ours);
    return ours;
  }

  private static float[][] theirContributions(
      XGBoostModel<?> model, List<String> columns, List<double[]> rows) throws XGBoostError {
    int width = columns.size();
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      for (int column = 0; column < width; column++) {
        int id = model.getFeatureIDMap().getID(columns.get(column));
        flat[i * width + id] = (float) rows.get(i)[column];
      }
    }
    DMatrix matrix = new DMatrix(flat, rows.size(), width, Float.NaN);
    try {
      return model.getInnerModels().get(0).predictContrib(matrix, 0);
    } finally {
      matrix.dispose();
      Reference.reachabilityFence(model);
    }
  }

  private static boolean repeats(FlatTrees trees, int node, List<Integer> above) {
    int column = trees.column(node);
    if (column < 0) {
      return false;
    }
    if (above.contains(column)) {
      return true;
    }
    List<Integer> way = new ArrayList<>(above);
    way.add(column);
    return repeats(trees, trees.yes(node), way) || repeats(trees, trees.no(node), way);
  }

  /**
   * The game of one tree, played out: the worth of a set of known columns is what the tree says if
   * the others send a row both ways, and a column's value is its mean gain over all orders in which
   * columns can become known.
   */
  private static final class Game {
    private final FlatTrees trees;
    private final int tree;
    private final double[] row;
    private final List<Integer> players = new ArrayList<>();

    Game(FlatTrees trees, int tree, double[] row) {
      this.trees = trees;
      this.tree = tree;
      this.row = row;
      SortedSet<Integer> columns = new TreeSet<>();
      collect(trees.root(tree), columns);
      players.addAll(columns);
    }

    double[] values() {
      int n = players.size();
      double[] worth = new double[1 << n];
      for (int set = 0; set < worth.length; set++) {
        worth[set] = worth(trees.root(tree), set);
      }
      double[] values = new double[row.length];
      for (int player = 0; player < n; player++) {
        for (int set = 0; set < worth.length; set++) {
          if ((set >> player & 1) == 0) {
            int size = Integer.bitCount(set);
            double orders = 1; // size! (n - size - 1)! / n!
            for (int k = 1; k <= size; k++) {
              orders *= k / (double) (n - size - 1 + k);
            }
            values[players.get(player)] += orders / n * (worth[set | 1 << player] - worth[set]);
          }
        }
      }
      return values;
    }

    private double worth(int node, int set) {
      int column = trees.column(node);
      if (column < 0) {
        return trees.leaf(node);
      }
      if ((set >> players.indexOf(column) & 1) == 1) {
        boolean yes = (float) row[column] < trees.threshold(node);
        return worth(yes ? trees.yes(node) : trees.no(node), set);
      }
      double yes = trees.cover(trees.yes(node));
      double no = trees.cover(trees.no(node));
      return (yes * worth(trees.yes(node), set) + no * worth(trees.no(node), set)) / (yes + no);
    }

    private void collect(int node, SortedSet<Integer> columns) {
      if (trees.column(node) >= 0) {
        columns.add(trees.column(node));
        collect(trees.yes(node), columns);
        collect(trees.no(node), columns);
      }
    }
  }
}
