package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Boosted trees as arrays, so that a score costs no native call and no map. A row goes to the yes
 * side where its value, as a float, is below the threshold, as XGBoost does it; rows have no
 * missing values. Agrees with the library to the precision of its floats.
 */
public final class FlatTrees implements Predictor {
  private static final JsonMapper JSON = new JsonMapper();

  /** Numbers of a packed node. */
  private static final int NODE = 4;

  private final double bias;
  private final int[] roots;
  private int[] columns = new int[256];
  private float[] thresholds = new float[256];
  private int[] yes = new int[256];
  private int[] no = new int[256];
  private float[] leaves = new float[256];
  private float[] covers = new float[256];
  private int size;

  /**
   * The nodes again, four numbers each, so that a visit touches one cache line: column or -1; the
   * bits of the threshold or leaf; where the yes side lies; where the no side lies.
   */
  private int[] packed = new int[0];

  private FlatTrees(double bias, int trees) {
    this.bias = bias;
    this.roots = new int[trees];
  }

  /**
   * Flattens a booster of one output.
   *
   * @param columnOf the column of each of the booster's features
   * @param bias the margin before the first tree
   */
  static FlatTrees of(Booster booster, int[] columnOf, double bias) {
    try {
      String[] dumps = booster.getModelDump("", true, "json");
      FlatTrees flat = new FlatTrees(bias, dumps.length);
      for (int tree = 0; tree < dumps.length; tree++) {
        flat.roots[tree] = flat.add(JSON.readTree(dumps[tree]), columnOf);
      }
      flat.pack();
      return flat;
    } catch (XGBoostError | JsonProcessingException broken) {
      throw new IllegalArgumentException("trees: cannot be read: " + broken.getMessage(), broken);
    }
  }

  @Override
  public double apply(double[] row) {
    return apply(row, roots.length);
  }

  /** The number after the first so many trees only. */
  public double apply(double[] row, int trees) {
    float[] values = new float[row.length];
    for (int column = 0; column < values.length; column++) {
      values[column] = (float) row[column];
    }
    double sum = bias;
    for (int tree = 0; tree < trees; tree++) {
      int node = NODE * roots[tree];
      for (int column = packed[node]; column >= 0; column = packed[node]) {
        boolean isBelow = values[column] < Float.intBitsToFloat(packed[node + 1]);
        node = packed[node + (isBelow ? 2 : 3)];
      }
      sum += Float.intBitsToFloat(packed[node + 1]);
    }
    return sum;
  }

  /** How many trees there are. */
  public int trees() {
    return roots.length;
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
    packed = new int[NODE * size];
    for (int node = 0; node < size; node++) {
      int place = NODE * node;
      packed[place] = columns[node];
      packed[place + 1] =
          Float.floatToRawIntBits(columns[node] < 0 ? leaves[node] : thresholds[node]);
      packed[place + 2] = NODE * yes[node];
      packed[place + 3] = NODE * no[node];
    }
  }

  private int add(JsonNode json, int[] columnOf) {
    int node = size++;
    if (node == columns.length) {
      grow();
    }
    covers[node] = (float) json.path("cover").asDouble();
    if (json.has("leaf")) {
      columns[node] = -1;
      leaves[node] = (float) json.path("leaf").asDouble();
      return node;
    }
    columns[node] = columnOf[Integer.parseInt(json.path("split").asText().substring(1))];
    thresholds[node] = (float) json.path("split_condition").asDouble();
    int yesId = json.path("yes").asInt();
    for (JsonNode child : json.path("children")) {
      int place = add(child, columnOf);
      if (child.path("nodeid").asInt() == yesId) {
        yes[node] = place;
      } else {
        no[node] = place;
      }
    }
    return node;
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
