package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Boosted trees as arrays, so that a score costs no native call and no map. A row goes to the yes
 * side where its value, as a float, is below the threshold, as XGBoost does it; rows have no
 * missing values. Agrees with the library to the precision of its floats.
 */
public final class FlatTrees implements Predictor {
  /** The first byte: which form of model follows. Bundles have it since version 2. */
  private static final int FORM = 1;

  /** Numbers of a packed node. */
  private static final int NODE = 4;

  private final double bias;
  private final int[] roots;
  private final int[] columns;
  private final float[] thresholds;
  private final int[] yes;
  private final int[] no;
  private final float[] leaves;
  private final float[] covers;

  /**
   * The nodes again, four numbers each, so that a visit touches one cache line: column or -1; the
   * bits of the threshold or leaf; where the yes side lies; where the no side lies.
   */
  private final int[] packed;

  /** The first trees of others; arrays are shared. */
  private FlatTrees(FlatTrees others, int trees) {
    bias = others.bias;
    roots = Arrays.copyOf(others.roots, trees);
    columns = others.columns;
    thresholds = others.thresholds;
    yes = others.yes;
    no = others.no;
    leaves = others.leaves;
    covers = others.covers;
    packed = others.packed;
  }

  private FlatTrees(double bias, int[] roots, Builder nodes) {
    this.bias = bias;
    this.roots = roots;
    columns = Arrays.copyOf(nodes.columns, nodes.size);
    thresholds = Arrays.copyOf(nodes.thresholds, nodes.size);
    yes = Arrays.copyOf(nodes.yes, nodes.size);
    no = Arrays.copyOf(nodes.no, nodes.size);
    leaves = Arrays.copyOf(nodes.leaves, nodes.size);
    covers = Arrays.copyOf(nodes.covers, nodes.size);
    packed = new int[NODE * nodes.size];
    pack();
  }

  /** Collects nodes; every node comes before those below it. Not thread-safe. */
  public static final class Builder {
    private int[] columns = new int[256];
    private float[] thresholds = new float[256];
    private int[] yes = new int[256];
    private int[] no = new int[256];
    private float[] leaves = new float[256];
    private float[] covers = new float[256];
    private int size;

    /**
     * Adds a leaf.
     *
     * @param leaf what it adds to the sum
     * @param cover the weight of the training rows that came by
     * @return its place
     */
    public int leaf(float leaf, float cover) {
      int node = add(-1, cover);
      leaves[node] = leaf;
      return node;
    }

    /**
     * Adds a split; its sides are said by {@link #sides}.
     *
     * @return its place
     */
    public int split(int column, float threshold, float cover) {
      int node = add(column, cover);
      thresholds[node] = threshold;
      return node;
    }

    /** Says where the two sides of a split lie. */
    public void sides(int node, int yesNode, int noNode) {
      yes[node] = yesNode;
      no[node] = noNode;
    }

    /**
     * The trees.
     *
     * @param bias the margin before the first tree
     * @param roots where each tree begins
     * @param width how many columns a row has
     * @throws IllegalArgumentException if a place or a column lies outside; a side that lies before
     *     its split would make a score go round in circles
     */
    public FlatTrees build(double bias, int[] roots, int width) {
      for (int root : roots) {
        check(root >= 0 && root < size, "root", root);
      }
      for (int node = 0; node < size; node++) {
        check(columns[node] >= -1 && columns[node] < width, "column", columns[node]);
        if (columns[node] >= 0) {
          check(yes[node] > node && yes[node] < size, "yes side", yes[node]);
          check(no[node] > node && no[node] < size, "no side", no[node]);
        }
      }
      return new FlatTrees(bias, roots.clone(), this);
    }

    private int add(int column, float cover) {
      int node = size++;
      if (size > columns.length) {
        grow();
      }
      columns[node] = column;
      covers[node] = cover;
      return node;
    }

    private void check(boolean holds, String what, int found) {
      if (!holds) {
        throw new IllegalArgumentException(
            "trees: got the " + what + " " + found + " (expected one of " + size + " nodes)");
      }
    }

    private void grow() {
      int more = columns.length * 2;
      columns = Arrays.copyOf(columns, more);
      thresholds = Arrays.copyOf(thresholds, more);
      yes = Arrays.copyOf(yes, more);
      no = Arrays.copyOf(no, more);
      leaves = Arrays.copyOf(leaves, more);
      covers = Arrays.copyOf(covers, more);
    }
  }

  @Override
  public double apply(double[] row) {
    float[] values = new float[row.length];
    for (int column = 0; column < values.length; column++) {
      values[column] = (float) row[column];
    }
    double sum = bias;
    for (int root : roots) {
      int node = NODE * root;
      for (int column = packed[node]; column >= 0; column = packed[node]) {
        boolean isBelow = values[column] < Float.intBitsToFloat(packed[node + 1]);
        node = packed[node + (isBelow ? 2 : 3)];
      }
      sum += Float.intBitsToFloat(packed[node + 1]);
    }
    return sum;
  }

  /** The first so many trees only. */
  FlatTrees first(int trees) {
    return new FlatTrees(this, trees);
  }

  @Override
  public Contributions contributions(double[] averages) {
    return new TreeContributions(this);
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(FORM).writeDouble(bias).writeInt(roots.length);
    for (int root : roots) {
      out.writeInt(root);
    }
    out.writeInt(columns.length);
    for (int node = 0; node < columns.length; node++) {
      out.writeInt(columns[node]);
      out.writeInt(Float.floatToRawIntBits(covers[node]));
      if (columns[node] < 0) {
        out.writeInt(Float.floatToRawIntBits(leaves[node]));
      } else {
        out.writeInt(Float.floatToRawIntBits(thresholds[node]));
        out.writeInt(yes[node]).writeInt(no[node]);
      }
    }
  }

  /** Reads {@link #write}; every number read takes a byte, so that a damaged count ends. */
  static FlatTrees read(ByteReader in, int width) {
    in.requireVersion(FORM, "form of boosted trees");
    double bias = in.readDouble();
    int[] roots = IntStream.generate(in::readInt).limit(count(in)).toArray();
    Builder nodes = new Builder();
    int count = count(in);
    for (int i = 0; i < count; i++) {
      int column = in.readInt();
      float cover = Float.intBitsToFloat(in.readInt());
      float number = Float.intBitsToFloat(in.readInt());
      if (column < 0) {
        int unusedBecauseInOrder = nodes.leaf(number, cover);
      } else {
        nodes.sides(nodes.split(column, number, cover), in.readInt(), in.readInt());
      }
    }
    return nodes.build(bias, roots, width);
  }

  private static int count(ByteReader in) {
    int count = in.readInt();
    if (count < 0) {
      throw new IllegalArgumentException(
          "trees: got a count of " + count + " (expected 0 or more)");
    }
    return count;
  }

  /** How many trees there are. */
  public int trees() {
    return roots.length;
  }

  /** How many nodes all trees have together. */
  public int nodes() {
    return columns.length;
  }

  /** The margin before the first tree. */
  public double bias() {
    return bias;
  }

  /** The node at which a tree begins. */
  public int root(int tree) {
    return roots[tree];
  }

  /** The column a node splits on, -1 for a leaf. */
  public int column(int node) {
    return columns[node];
  }

  /** Rows below it go to {@link #yes}. */
  public float threshold(int node) {
    return thresholds[node];
  }

  /** The node for rows below the threshold. */
  public int yes(int node) {
    return yes[node];
  }

  /** The node for all other rows. */
  public int no(int node) {
    return no[node];
  }

  /** What a leaf adds; 0 at a split. */
  public float leaf(int node) {
    return leaves[node];
  }

  /** The weight of the training rows that came by. */
  public float cover(int node) {
    return covers[node];
  }

  private void pack() {
    for (int node = 0; node < columns.length; node++) {
      int place = NODE * node;
      packed[place] = columns[node];
      packed[place + 1] =
          Float.floatToRawIntBits(columns[node] < 0 ? leaves[node] : thresholds[node]);
      packed[place + 2] = NODE * yes[node];
      packed[place + 3] = NODE * no[node];
    }
  }
}
