package dev.traitflow.ml.model;

/**
 * SHAP values of boosted trees: what each column of a row adds to the trees' average. The
 * polynomial algorithm over covers of Lundberg et al. (Consistent Individualized Feature
 * Attribution for Tree Ensembles, 2018, algorithm 2): a column that is not known sends a row both
 * ways, each by its share of the training rows that went there.
 *
 * <p>Law: {@link #baseValue} plus all contributions is what {@link FlatTrees#apply} says, to the
 * rounding of doubles; each tree's contributions are the Shapley values of that game. Cost of a
 * tree: its leaves times the square of its depth.
 */
final class TreeContributions implements Contributions {
  private final FlatTrees trees;
  private final double baseValue;
  private final int depthMax;

  /**
   * Prepares for trees.
   *
   * @throws IllegalArgumentException if no training row came by one side of a split
   */
  TreeContributions(FlatTrees trees) {
    this.trees = trees;
    double sum = trees.bias();
    int deepest = 0;
    for (int tree = 0; tree < trees.trees(); tree++) {
      sum += average(trees.root(tree));
      deepest = Math.max(deepest, depth(trees.root(tree)));
    }
    baseValue = sum;
    depthMax = deepest;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each row counts as much as its cover: by XGBoost's use of the word its second derivative,
   * not 1.
   */
  @Override
  public double baseValue() {
    return baseValue;
  }

  @Override
  public void add(double[] row, double share, double[] into) {
    Walk walk = new Walk(row, share, into);
    for (int tree = 0; tree < trees.trees(); tree++) {
      walk.into(trees.root(tree));
    }
  }

  /** Adds the contributions of a single tree. */
  void add(int tree, double[] row, double[] into) {
    new Walk(row, 1, into).into(trees.root(tree));
  }

  /** The share of the training rows at a split that went to the yes side. */
  private double yesShare(int node) {
    double yes = trees.cover(trees.yes(node));
    double no = trees.cover(trees.no(node));
    if (!(yes > 0) || !(no > 0)) {
      throw new IllegalArgumentException(
          "cover: got " + yes + " and " + no + " below a split (expected both above 0)");
    }
    return yes / (yes + no);
  }

  private double average(int node) {
    if (trees.column(node) < 0) {
      return trees.leaf(node);
    }
    double share = yesShare(node);
    return share * average(trees.yes(node)) + (1 - share) * average(trees.no(node));
  }

  private int depth(int node) {
    return trees.column(node) < 0 ? 0 : 1 + Math.max(depth(trees.yes(node)), depth(trees.no(node)));
  }

  /**
   * One row's walk down both sides of every split. The distinct columns on the way from the root to
   * a node are a path; of each it is known which share of the rows takes this way if the column is
   * not known ({@code zeros}) and if it is ({@code ones}), and {@code weights} holds, for each size
   * of a set of known columns, the summed weight of the sets of that size. Every node has its own
   * copy of its path, behind that of its parent.
   */
  private final class Walk {
    private final double[] row;
    private final double share;
    private final double[] contributions;
    private final int[] columns;
    private final double[] zeros;
    private final double[] ones;
    private final double[] weights;

    private Walk(double[] row, double share, double[] contributions) {
      this.row = row;
      this.share = share;
      this.contributions = contributions;
      int size = (depthMax + 2) * (depthMax + 3) / 2;
      columns = new int[size];
      zeros = new double[size];
      ones = new double[size];
      weights = new double[size];
    }

    void into(int root) {
      visit(root, 0, 0, 1, 1, -1);
    }

    /** Visits a node; {@code at} is where its path begins, {@code length} that of its parent's. */
    private void visit(int node, int at, int length, double zero, double one, int column) {
      extend(at, length, zero, one, column);
      if (trees.column(node) < 0) {
        for (int i = 1; i <= length; i++) {
          double weight = weightWithout(at, length, i);
          contributions[columns[at + i]] +=
              share * weight * (ones[at + i] - zeros[at + i]) * trees.leaf(node);
        }
        return;
      }
      int split = trees.column(node);
      int last = length;
      double zeroBefore = 1;
      double oneBefore = 1;
      for (int i = 1; i <= length; i++) {
        if (columns[at + i] == split) {
          zeroBefore = zeros[at + i];
          oneBefore = ones[at + i];
          remove(at, length, i);
          last--;
          break;
        }
      }
      boolean yes = (float) row[split] < trees.threshold(node);
      double yesShare = yesShare(node);
      enter(trees.yes(node), at, last, zeroBefore * yesShare, yes ? oneBefore : 0, split);
      enter(trees.no(node), at, last, zeroBefore * (1 - yesShare), yes ? 0 : oneBefore, split);
    }

    private void enter(int node, int parent, int last, double zero, double one, int column) {
      int at = parent + last + 1;
      System.arraycopy(columns, parent, columns, at, last + 1);
      System.arraycopy(zeros, parent, zeros, at, last + 1);
      System.arraycopy(ones, parent, ones, at, last + 1);
      System.arraycopy(weights, parent, weights, at, last + 1);
      visit(node, at, last + 1, zero, one, column);
    }

    /** Puts a column behind the last of a path. */
    private void extend(int at, int length, double zero, double one, int column) {
      columns[at + length] = column;
      zeros[at + length] = zero;
      ones[at + length] = one;
      weights[at + length] = length == 0 ? 1 : 0;
      for (int i = length - 1; i >= 0; i--) {
        weights[at + i + 1] += one * weights[at + i] * (i + 1) / (length + 1);
        weights[at + i] = zero * weights[at + i] * (length - i) / (length + 1);
      }
    }

    /** Takes a column out of a path again, as if it had never been put there. */
    private void remove(int at, int length, int index) {
      double zero = zeros[at + index];
      double one = ones[at + index];
      double next = weights[at + length];
      for (int i = length - 1; i >= 0; i--) {
        if (one != 0) {
          double before = weights[at + i];
          weights[at + i] = next * (length + 1) / ((i + 1) * one);
          next = before - weights[at + i] * zero * (length - i) / (length + 1);
        } else {
          weights[at + i] = weights[at + i] * (length + 1) / (zero * (length - i));
        }
      }
      for (int i = at + index; i < at + length; i++) {
        columns[i] = columns[i + 1];
        zeros[i] = zeros[i + 1];
        ones[i] = ones[i + 1];
      }
    }

    /** The summed weight of a path if a column were taken out of it. */
    private double weightWithout(int at, int length, int index) {
      double zero = zeros[at + index];
      double one = ones[at + index];
      double next = weights[at + length];
      double sum = 0;
      for (int i = length - 1; i >= 0; i--) {
        if (one != 0) {
          double weight = next * (length + 1) / ((i + 1) * one);
          sum += weight;
          next = weights[at + i] - weight * zero * (length - i) / (length + 1);
        } else {
          sum += weights[at + i] * (length + 1) / (zero * (length - i));
        }
      }
      return sum;
    }
  }
}
