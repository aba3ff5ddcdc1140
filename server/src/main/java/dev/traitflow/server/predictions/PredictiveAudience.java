package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.PredictionDefinition.Kind;
import dev.traitflow.core.space.SpaceDefinition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One of the five audiences the vendor suggests over predictions, as a definition that audiences
 * understand once the names in it are those of the space.
 *
 * @param id its key unless somebody wants another
 * @param name shown to people
 * @param rule the rule for people
 * @param conditions writes the conditions
 * @param events the event names its conditions look at
 * @param predictions the keys of the predictions its conditions look at
 */
public record PredictiveAudience(
    String id,
    String name,
    String rule,
    BiConsumer<ArrayNode, Mapping> conditions,
    Function<Mapping, List<String>> events,
    Function<Mapping, List<String>> predictions) {

  /** All five, in the vendor's order. */
  public static final List<PredictiveAudience> ALL =
      List.of(
          new PredictiveAudience(
              "ready_to_buy",
              "Ready to buy",
              "likelihood to purchase >= 0.80",
              (all, names) -> trait(all, names.purchasePrediction, "greater_or_equal", "0.80"),
              names -> List.of(),
              names -> List.of(names.purchasePrediction)),
          new PredictiveAudience(
              "long_shots",
              "Long shots",
              "did the purchase event, and 0.25 <= likelihood to purchase <= 0.65",
              (all, names) -> {
                event(all, names.purchaseEvent, "");
                trait(all, names.purchasePrediction, "greater_or_equal", "0.25");
                trait(all, names.purchasePrediction, "less_or_equal", "0.65");
              },
              names -> List.of(names.purchaseEvent),
              names -> List.of(names.purchasePrediction)),
          new PredictiveAudience(
              "high_ltv",
              "High LTV",
              "predicted LTV >= 0.90",
              (all, names) -> trait(all, names.ltvPrediction, "greater_or_equal", "0.90"),
              names -> List.of(),
              names -> List.of(names.ltvPrediction)),
          new PredictiveAudience(
              "potential_vips",
              "Potential VIPs",
              "the page event within 14 days, predicted LTV >= 0.80 and likelihood to purchase >="
                  + " 0.80",
              (all, names) -> {
                event(all, names.pageEvent, "14 d");
                trait(all, names.ltvPrediction, "greater_or_equal", "0.80");
                trait(all, names.purchasePrediction, "greater_or_equal", "0.80");
              },
              names -> List.of(names.pageEvent),
              names -> List.of(names.ltvPrediction, names.purchasePrediction)),
          new PredictiveAudience(
              "dormant",
              "Dormant",
              "no page event in 60 days, and likelihood to purchase <= 0.20",
              (all, names) -> {
                event(all, names.pageEvent, "60 d").put("not", true);
                trait(all, names.purchasePrediction, "less_or_equal", "0.20");
              },
              names -> List.of(names.pageEvent),
              names -> List.of(names.purchasePrediction)));

  /**
   * How a space calls what the rules speak of.
   *
   * @param purchaseEvent the event of a purchase
   * @param pageEvent the event of a page that was looked at
   * @param purchasePrediction key of the likelihood to purchase
   * @param ltvPrediction key of the predicted lifetime value
   */
  public record Mapping(
      String purchaseEvent, String pageEvent, String purchasePrediction, String ltvPrediction) {

    /** The vendor's names; for predictions the keys that the space has of these kinds. */
    public static Mapping of(SpaceDefinition space) {
      return new Mapping(
          "Order Completed",
          "Page Viewed",
          key(space, Kind.PURCHASE, "likelihood_to_purchase"),
          key(space, Kind.LTV, "predicted_ltv"));
    }

    /** This with other names, asked for by parameter; an empty one changes nothing. */
    public Mapping with(UnaryOperator<String> named) {
      return new Mapping(
          or(named.apply("purchase_event"), purchaseEvent),
          or(named.apply("page_event"), pageEvent),
          or(named.apply("purchase_prediction"), purchasePrediction),
          or(named.apply("ltv_prediction"), ltvPrediction));
    }

    private static String or(String name, String fallback) {
      return name.isEmpty() ? fallback : name;
    }

    private static String key(SpaceDefinition space, Kind kind, String usual) {
      return space.predictions().stream()
          .filter(each -> each.kind() == kind)
          .map(PredictionDefinition::key)
          .findFirst()
          .orElse(usual);
    }
  }

  /** The one with this id. */
  public static Optional<PredictiveAudience> find(String id) {
    return ALL.stream().filter(each -> each.id.equals(id)).findFirst();
  }

  /** The ids of all. */
  public static List<String> ids() {
    return ALL.stream().map(PredictiveAudience::id).toList();
  }

  /** The definition in the form of audiences. */
  public ObjectNode definition(Mapping names) {
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    definition.put("name", name).put("key", id).put("description", rule);
    conditions.accept(definition.putObject("root").putArray("all"), names);
    return definition;
  }

  /** The event names its conditions look at. */
  public List<String> events(Mapping names) {
    return new ArrayList<>(events.apply(names));
  }

  /** The keys of the predictions its conditions look at. */
  public List<String> predictions(Mapping names) {
    return new ArrayList<>(predictions.apply(names));
  }

  private static void trait(ArrayNode all, String key, String operator, String value) {
    all.addObject().put("trait", key).put("op", operator).put("value", new BigDecimal(value));
  }

  private static ObjectNode event(ArrayNode all, String name, String within) {
    ObjectNode leaf = all.addObject().put("event", name);
    leaf.putObject("count").put("op", "at_least").put("n", 1);
    if (!within.isEmpty()) {
      leaf.putObject("window").put("within", within);
    }
    return leaf;
  }
}
