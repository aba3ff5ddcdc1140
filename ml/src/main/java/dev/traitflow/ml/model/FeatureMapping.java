package dev.traitflow.ml.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a feature block to a model's row: which numbers, in which order, on which scale. The same
 * object maps in training and in serving.
 *
 * <p>Every number becomes {@code sign(x) log(1 + |x|)}, is standardised, and cut at {@value
 * #SCALED_MAX} deviations. What never happened is its own value: times since are capped at {@value
 * #DAYS_MAX} days and stand there, gaps stand at 0, and a flag beside them says which it is. A
 * trait the profile does not have is 0 with a flag of 0, so that lines and trees tell it from a
 * trait that is 0.
 */
public final class FeatureMapping {
  /** The block of a column over all events. */
  public static final String TOTALS = "*";

  /** The flag that is 1 if the event ever happened. */
  public static final String HAPPENED = "happened";

  /** The flag that is 1 if the event happened on two days or more, so that gaps exist. */
  public static final String REPEATED = "repeated";

  /** The number of a trait, 0 if the profile does not have it. */
  public static final String TRAIT_VALUE = "trait_value";

  /** The flag that is 1 if the profile has the trait as a number or boolean. */
  public static final String TRAIT_SET = "trait_set";

  private static final String TRAIT_PREFIX = "trait:";
  private static final double DAYS_MAX = 730;

  /** Deviations from the mean are cut here: beyond it a line only extrapolates. */
  private static final double SCALED_MAX = 30;

  private static final int COUNT = FeatureSet.position("count");
  private static final int ACTIVE_DAYS = FeatureSet.position("active_days");

  private final List<Column> columns;
  private final double[] means;
  private final double[] deviations;
  private final int[] positions;
  private final Form[] forms;
  private final Group[] groups;

  private final @Nullable CustomerBaseModel base;

  private enum Form {
    VALUE,
    SINCE,
    GAP,
    HAPPENED,
    REPEATED,
    BASE,
    TRAIT_VALUE,
    TRAIT_SET;

    /** True if the number stands in a block under the feature's name. */
    boolean isPlain() {
      return this == VALUE || this == SINCE || this == GAP;
    }

    boolean isOfTrait() {
      return this == TRAIT_VALUE || this == TRAIT_SET;
    }
  }

  /** Columns that stand together and look at the same block, so that it is looked up once. */
  private record Group(String block, boolean isTrait, int from, int to) {}

  /**
   * One number of a row.
   *
   * @param block name of an event, {@link #TOTALS}, or {@code trait:} and the key of a trait
   * @param feature name in {@link FeatureSet}, {@link #HAPPENED}, {@link #REPEATED}, {@link
   *     #TRAIT_VALUE}, {@link #TRAIT_SET}, or one of the answers of {@link CustomerBaseModel}; it
   *     alone decides whether the block is an event's or a trait's
   */
  public record Column(String block, String feature) {
    /** One of the two columns of a trait. */
    public static Column ofTrait(String trait, String feature) {
      return new Column(TRAIT_PREFIX + trait, feature);
    }

    /** True if it looks at a trait. */
    public boolean isOfTrait() {
      return feature.equals(TRAIT_VALUE) || feature.equals(TRAIT_SET);
    }

    /** The key of the trait it looks at. */
    public String trait() {
      return block.substring(TRAIT_PREFIX.length());
    }

    /** Its name in the model. */
    public String name() {
      return block + "/" + feature;
    }
  }

  /**
   * Creates a mapping.
   *
   * @param means subtracted, one a column
   * @param deviations divided by, one a column, above 0
   * @param base answers the columns that ask the customer-base model; null if none does
   * @throws IllegalArgumentException if a column is not in {@link FeatureSet}, or asks a model that
   *     is not there
   */
  public FeatureMapping(
      List<Column> columns, double[] means, double[] deviations, @Nullable CustomerBaseModel base) {
    if (means.length != columns.size() || deviations.length != columns.size()) {
      throw new IllegalArgumentException(
          "scales: got " + means.length + " (expected one for each of " + columns.size() + ")");
    }
    this.base = base;
    this.columns = List.copyOf(columns);
    this.means = means.clone();
    this.deviations = deviations.clone();
    this.positions = new int[columns.size()];
    this.forms = new Form[columns.size()];
    for (int i = 0; i < positions.length; i++) {
      String feature = columns.get(i).feature();
      forms[i] = form(feature);
      positions[i] = forms[i].isPlain() ? FeatureSet.position(feature) : -1;
      if (forms[i].isOfTrait() && !columns.get(i).block().startsWith(TRAIT_PREFIX)) {
        throw new IllegalArgumentException(
            feature + ": got the block " + columns.get(i).block() + " (expected trait: and a key)");
      }
      if (forms[i] == Form.BASE && base == null) {
        throw new IllegalArgumentException(feature + ": got no customer-base model (expected one)");
      }
    }
    groups = groups(this.columns);
  }

  private static Group[] groups(List<Column> columns) {
    List<Group> groups = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= columns.size(); i++) {
      Column first = columns.get(from);
      boolean goesOn =
          i < columns.size()
              && columns.get(i).block().equals(first.block())
              && columns.get(i).isOfTrait() == first.isOfTrait();
      if (!goesOn) {
        String block = first.block();
        boolean isTrait = first.isOfTrait();
        groups.add(
            new Group(isTrait ? block.substring(TRAIT_PREFIX.length()) : block, isTrait, from, i));
        from = i;
      }
    }
    return groups.toArray(new Group[0]);
  }

  /** A mapping that only transforms, to learn scales from. */
  public static FeatureMapping unscaled(List<Column> columns, @Nullable CustomerBaseModel base) {
    double[] ones = new double[columns.size()];
    Arrays.fill(ones, 1);
    return new FeatureMapping(columns, new double[columns.size()], ones, base);
  }

  /** The model that answers columns of its own, or null. */
  public @Nullable CustomerBaseModel base() {
    return base;
  }

  /** What is subtracted from a column. */
  public double mean(int column) {
    return means[column];
  }

  /** What a column is divided by. */
  public double deviation(int column) {
    return deviations[column];
  }

  /** The columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /** The names of the columns in order. */
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** The row of a block: one number a column, and one look-up an event or trait. */
  public double[] row(FeatureBlock block) {
    double[] row = new double[columns.size()];
    for (Group group : groups) {
      if (group.isTrait()) {
        Double value = block.traits().get(group.block());
        for (int i = group.from(); i < group.to(); i++) {
          row[i] = value == null ? 0 : forms[i] == Form.TRAIT_SET ? log(1) : log(value);
        }
        continue;
      }
      double[] features =
          group.block().equals(TOTALS) ? block.totals() : block.events().get(group.block());
      for (int i = group.from(); i < group.to(); i++) {
        row[i] =
            forms[i] == Form.BASE && base != null
                ? base.value(columns.get(i).feature(), features, block.at())
                : log(value(forms[i], positions[i], features));
      }
    }
    scale(row);
    return row;
  }

  private static double log(double value) {
    // Most numbers are 0, and a logarithm costs as much as everything else of a column.
    return value == 0 ? 0 : Math.signum(value) * Math.log1p(Math.abs(value));
  }

  /** Standardises a row that was mapped without scales, in place. */
  public void scale(double[] row) {
    for (int i = 0; i < row.length; i++) {
      double scaled = (row[i] - means[i]) / deviations[i];
      row[i] = Math.max(-SCALED_MAX, Math.min(SCALED_MAX, scaled));
    }
  }

  /** The mapping as JSON that {@link #fromJson} reads back to the same. */
  public ArrayNode toJson(ArrayNode list) {
    for (int i = 0; i < columns.size(); i++) {
      ObjectNode column = list.addObject();
      column.put("event", columns.get(i).block()).put("feature", columns.get(i).feature());
      column.put("mean", means[i]).put("deviation", deviations[i]);
    }
    return list;
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws IllegalArgumentException if a column is not in {@link FeatureSet}
   */
  public static FeatureMapping fromJson(JsonNode list, @Nullable CustomerBaseModel base) {
    List<Column> columns = new ArrayList<>();
    double[] means = new double[list.size()];
    double[] deviations = new double[list.size()];
    for (JsonNode column : list) {
      means[columns.size()] = column.path("mean").asDouble();
      deviations[columns.size()] = column.path("deviation").asDouble();
      columns.add(new Column(column.path("event").asText(), column.path("feature").asText()));
    }
    return new FeatureMapping(columns, means, deviations, base);
  }

  private static Form form(String feature) {
    if (feature.equals(HAPPENED)) {
      return Form.HAPPENED;
    }
    if (feature.equals(REPEATED)) {
      return Form.REPEATED;
    }
    if (feature.equals(TRAIT_VALUE)) {
      return Form.TRAIT_VALUE;
    }
    if (feature.equals(TRAIT_SET)) {
      return Form.TRAIT_SET;
    }
    if (feature.startsWith("customer_base_")) {
      return Form.BASE;
    }
    if (feature.startsWith("days_since_")) {
      return Form.SINCE;
    }
    return feature.startsWith("gap_") || feature.equals("overdue") ? Form.GAP : Form.VALUE;
  }

  private static double value(Form form, int position, double @Nullable [] features) {
    if (features == null) {
      return form == Form.SINCE ? DAYS_MAX : 0;
    }
    return switch (form) {
      case VALUE -> features[position];
      case GAP -> Math.max(0, features[position]);
      case SINCE ->
          features[position] == FeatureSet.NEVER
              ? DAYS_MAX
              : Math.min(DAYS_MAX, features[position]);
      case HAPPENED -> features[COUNT] > 0 ? 1 : 0;
      case REPEATED -> features[ACTIVE_DAYS] > 1 ? 1 : 0;
      case BASE, TRAIT_VALUE, TRAIT_SET ->
          throw new IllegalStateException(form + ": is no feature of a block");
    };
  }
}
