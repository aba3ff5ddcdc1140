package dev.traitflow.ml.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.BundleFiles;
import dev.traitflow.ml.bundle.ModelBundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the people a model was trained for looked like: each input column and the score in bins, and
 * the names of the events there were. It lies in the bundle as {@code drift.json} and never
 * changes.
 */
public final class InputBins {
  /** The file in a bundle. */
  public static final String FILE = "drift.json";

  /** More rows do not move a decile that matters. */
  private static final int ROWS_MAX = 20_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final List<String> names;
  private final List<Bins> columns;
  private final Set<String> events;
  private final long rows;

  private InputBins(List<String> names, List<Bins> columns, Set<String> events, long rows) {
    this.names = List.copyOf(names);
    this.columns = List.copyOf(columns);
    this.events = Set.copyOf(events);
    this.rows = rows;
  }

  /**
   * Takes the bins of those who are scored at the present.
   *
   * @param population rows at the present
   * @param statistics the event names there are
   */
  public static InputBins learn(
      ModelBundle bundle, Iterable<TrainingRow> population, EventStatistics statistics) {
    List<double[]> sample = new ArrayList<>();
    for (TrainingRow row : population) {
      if (sample.size() < ROWS_MAX && Labels.eligible(bundle.definition(), row.features())) {
        sample.add(values(bundle, row.features()));
      }
    }
    List<String> names = new ArrayList<>(bundle.mapping().names());
    names.add(Drift.SCORE);
    List<Bins> columns = new ArrayList<>();
    for (int column = 0; column < names.size() && !sample.isEmpty(); column++) {
      int place = column;
      columns.add(Bins.learn(sample.stream().mapToDouble(row -> row[place]).toArray()));
    }
    return new InputBins(
        sample.isEmpty() ? List.of() : names, columns, statistics.names().keySet(), sample.size());
  }

  /** The columns of a block and its raw score behind them. */
  private static double[] values(ModelBundle bundle, FeatureBlock block) {
    double[] row = bundle.mapping().row(block);
    double[] values = Arrays.copyOf(row, row.length + 1);
    values[row.length] = bundle.function().raw(row);
    return values;
  }

  /** Begins to count a later population of the same model. */
  public Tally tally(ModelBundle bundle) {
    return new Tally(bundle);
  }

  /** The bins as JSON that {@link #of} reads back. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows", rows);
    events.stream().sorted().forEach(json.putArray("events")::add);
    for (int column = 0; column < columns.size(); column++) {
      ObjectNode one = json.withArray("columns").addObject().put("column", names.get(column));
      columns.get(column).toJson(one);
    }
    return json;
  }

  /**
   * Reads the bins of a bundle.
   *
   * @return those of an empty population if the bundle has none, as bundles of before
   */
  public static InputBins of(BundleFiles bundle) throws IOException {
    if (!bundle.has(FILE)) {
      return new InputBins(List.of(), List.of(), Set.of(), 0);
    }
    JsonNode json = JSON.readTree(bundle.get(FILE));
    List<String> names = new ArrayList<>();
    List<Bins> columns = new ArrayList<>();
    for (JsonNode column : json.path("columns")) {
      names.add(column.path("column").asText());
      columns.add(Bins.fromJson(column));
    }
    Set<String> events = new HashSet<>();
    json.path("events").forEach(event -> events.add(event.asText()));
    return new InputBins(names, columns, events, json.path("rows").asLong());
  }

  /** Counts rows of a later population by bin. Not thread-safe. */
  public final class Tally {
    private final ModelBundle bundle;
    private final long[][] counts = new long[columns.size()][];
    private long counted;
    private long unseen;

    private Tally(ModelBundle bundle) {
      this.bundle = bundle;
      for (int column = 0; column < counts.length; column++) {
        counts[column] = new long[columns.get(column).shares().length];
      }
    }

    /** Counts a profile that is scored; returns its raw score. */
    public double add(FeatureBlock block) {
      double[] values = values(bundle, block);
      for (int column = 0; column < counts.length; column++) {
        counts[column][columns.get(column).of(values[column])]++;
      }
      counted++;
      unseen += events.containsAll(block.events().keySet()) ? 0 : 1;
      return values[values.length - 1];
    }

    /** How far the rows so far are from those of the training. */
    public Drift drift() {
      List<Drift.Column> moved = new ArrayList<>();
      for (int column = 0; column < counts.length && counted > 0; column++) {
        // What chance alone adds: about one degree of freedom a bin, by both samples' sizes.
        double noise = (counts[column].length - 1) * (1.0 / counted + 1.0 / rows);
        moved.add(
            new Drift.Column(names.get(column), columns.get(column).index(counts[column]), noise));
      }
      return new Drift(counted, moved, counted == 0 ? 0 : unseen / (double) counted);
    }
  }
}
