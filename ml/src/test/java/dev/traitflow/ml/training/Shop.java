package dev.traitflow.ml.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A shop of invented customers, each with a hidden interest. Who looks at many products buys more,
 * which is the signal to be found; what they search for means nothing.
 */
public final class Shop {
  /** The present. */
  public static final long NOW = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();

  private static final int DAYS = 200;

  private final List<List<Event>> histories = new ArrayList<>();

  /** Opens a shop with so many customers. */
  public Shop(int customers, long seed) {
    Random random = new Random(seed);
    for (int customer = 0; customer < customers; customer++) {
      histories.add(history(customer, random));
    }
  }

  /** Reads a definition that must be right. */
  public static PredictionDefinition definition(String json) {
    List<Problem> problems = new ArrayList<>();
    try {
      PredictionDefinition definition =
          PredictionDefinition.parse(new Fields(new ObjectMapper().readTree(json), "", problems));
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(problems.toString());
      }
      return definition;
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(json, malformed);
    }
  }

  /** The event names of the shop. */
  public EventStatistics statistics() {
    EventStatistics statistics = new EventStatistics();
    histories.forEach(history -> history.forEach(statistics::add));
    return statistics;
  }

  /** Rows at the present, at the newest closed cutoff and at three that closed before that. */
  public List<TrainingRow> rows(PredictionDefinition definition) {
    List<TrainingRow> rows = new ArrayList<>();
    long window = definition.window();
    List<Long> cutoffs = new ArrayList<>();
    for (long cutoff :
        PredictionTraining.cutoffs(definition, NOW, statistics().first(), Long.MAX_VALUE)) {
      if (cutoffs.size() < 5 && (cutoff >= NOW - window || cutoff <= NOW - 2 * window)) {
        cutoffs.add(cutoff);
      }
    }
    for (int i = 0; i < histories.size(); i++) {
      for (long cutoff : cutoffs) {
        FeatureBlock block = block(i, cutoff);
        rows.add(
            new TrainingRow(
                block, cutoff, Labels.labels(List.of(definition), histories.get(i), cutoff, NOW)));
      }
    }
    return rows;
  }

  /** Features of every customer at the present. */
  public List<FeatureBlock> blocks() {
    List<FeatureBlock> blocks = new ArrayList<>();
    for (int i = 0; i < histories.size(); i++) {
      blocks.add(block(i, NOW));
    }
    return blocks;
  }

  private FeatureBlock block(int customer, long at) {
    return FeatureSet.extract("shop", "c" + customer, true, histories.get(customer), at);
  }

  private static List<Event> history(int customer, Random random) {
    List<Event> events = new ArrayList<>();
    double interest = Math.exp(random.nextGaussian() * 1.2 - 2.5);
    int until = random.nextInt(4) == 0 ? random.nextInt(DAYS) : DAYS;
    for (int day = 0; day < until; day++) {
      add(events, customer, day, "Product Viewed", random.nextDouble() < 1.5 * interest, "");
      add(events, customer, day, "Product Searched", random.nextDouble() < 0.05, "");
      add(events, customer, day, "Session Started", random.nextDouble() < 0.1, "");
      add(events, customer, day, "Cart Viewed", random.nextDouble() < interest / 2, "");
      double revenue = Math.round(1000 * Math.exp(random.nextGaussian() * 0.5)) / 100.0;
      String amount = "{\"revenue\":" + revenue + "}";
      add(events, customer, day, "Order Completed", random.nextDouble() < interest / 3, amount);
    }
    return events;
  }

  private static void add(
      List<Event> events, int customer, int day, String name, boolean happens, String json) {
    if (!happens) {
      return;
    }
    long time = NOW - (DAYS - day) * PredictionDefinition.DAY + events.size() % 1000;
    String id = customer + "-" + events.size();
    byte[] properties = json.getBytes(StandardCharsets.UTF_8);
    events.add(
        new Event(
            EventType.TRACK,
            id,
            time,
            time,
            "web",
            name,
            "c" + customer,
            null,
            null,
            null,
            null,
            null,
            properties,
            Event.NONE,
            Event.NONE));
  }
}
