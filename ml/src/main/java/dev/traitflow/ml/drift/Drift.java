package dev.traitflow.ml.drift;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How far a population is from the one a model was trained for, column by column.
 *
 * @param rows profiles that are scored
 * @param columns input columns, and the score under its own name
 * @param unseenEvents share of the profiles with an event the training had no name for
 */
public record Drift(long rows, List<Column> columns, double unseenEvents) {
  /** The name under which the score stands among the columns. */
  public static final String SCORE = "score";

  private static final double WATCH = 0.1;
  private static final double ALARM = 0.25;
  private static final int SHOWN = 10;

  /** How much something moved. */
  public enum Level {
    /** Not to speak of. */
    STEADY,
    /** Something to look at. */
    WATCH,
    /** The model was trained for others. */
    ALARM;

    /** The word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A column.
   *
   * @param name its name in the model
   * @param index its population stability index
   * @param noise what chance alone adds to the index of samples of these sizes
   */
  public record Column(String name, double index, double noise) {
    /** What the index says beyond chance. */
    public Level level() {
      double beyond = index - noise;
      return beyond >= ALARM ? Level.ALARM : beyond >= WATCH ? Level.WATCH : Level.STEADY;
    }

    /** True for times since something, which pass for everybody without anybody's doing. */
    boolean isClock() {
      return name.endsWith("/days_since_first");
    }
  }

  public Drift {
    columns = List.copyOf(columns);
  }

  /**
   * The level of the whole: that of the score, or higher if a quarter of the columns is there. In a
   * young space single columns that add up over a year move by themselves.
   */
  public Level level() {
    List<Level> inputs =
        columns.stream()
            .filter(column -> !column.isClock() && !column.name.equals(SCORE))
            .map(Column::level)
            .sorted(Comparator.reverseOrder())
            .toList();
    Level most = inputs.isEmpty() ? Level.STEADY : inputs.get(inputs.size() / 4);
    Level score =
        columns.stream()
            .filter(column -> column.name.equals(SCORE))
            .map(Column::level)
            .findFirst()
            .orElse(Level.STEADY);
    return score.compareTo(most) > 0 ? score : most;
  }

  /** What people and the schedule look at: the columns that moved most, first. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows", rows).put("level", level().word()).put("unseen_event_share", unseenEvents);
    columns.stream()
        .filter(column -> column.name.equals(SCORE))
        .forEach(column -> put(column, json.putObject(SCORE)));
    json.put("watch", count(Level.WATCH)).put("alarm", count(Level.ALARM));
    json.putArray("columns");
    columns.stream()
        .filter(column -> !column.name.equals(SCORE))
        .sorted(Comparator.comparingDouble((Column column) -> -column.index))
        .limit(SHOWN)
        .forEach(
            column ->
                put(column, json.withArray("columns").addObject().put("column", column.name)));
    return json;
  }

  private long count(Level level) {
    return columns.stream().filter(column -> column.level() == level).count();
  }

  private static void put(Column column, ObjectNode json) {
    json.put("psi", column.index).put("level", column.level().word());
  }
}
