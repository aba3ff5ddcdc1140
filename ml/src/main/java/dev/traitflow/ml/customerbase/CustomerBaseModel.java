package dev.traitflow.ml.customerbase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The customer-base model of one prediction: fitted without labels on the days on which people did
 * the target event, it tells the chance of silence, the count and the spend in the prediction's
 * window. Two purchase models answer together, since neither is right about everybody: their
 * chances and counts are averaged.
 *
 * <p>Everything is read from a feature block, so that training and serving see the same.
 */
public final class CustomerBaseModel {
  /** Log odds of no target event within the window. */
  public static final String SILENCE = "customer_base_silence";

  /** Logarithm of the expected number of days with the target event. */
  public static final String COUNT = "customer_base_count";

  /** Logarithm of the expected spend. */
  public static final String SPEND = "customer_base_spend";

  private static final int ACTIVE_DAYS = FeatureSet.position("active_days");
  private static final int SINCE_FIRST = FeatureSet.position("days_since_first");
  private static final int SINCE_LAST = FeatureSet.position("days_since_last");
  private static final int AMOUNT_SUM = FeatureSet.position("amount_sum");
  private static final long DAY = PredictionDefinition.DAY;
  private static final int FITTED_MAX = 6000;
  private static final double ODDS_MAX = 12;
  private static final double LEAST = 1e-6;

  private final ParetoNbd pareto;
  private final MbgNbd mbg;
  private final GammaGamma spend;
  private final double window;

  /**
   * One customer as the models see it.
   *
   * @param x days with the target after the first
   * @param last days from the first to the last
   * @param age days from the first to the instant
   * @param meanAmount amount per active day, 0 or less if there is none
   */
  record Customer(double x, double last, double age, double meanAmount) {
    /** The customer of the target's block; null if the target never happened. */
    static @Nullable Customer of(double[] target, long at) {
      double days = target[ACTIVE_DAYS];
      if (!(days > 0)) {
        return null;
      }
      long first = Math.floorDiv(at - Math.round(target[SINCE_FIRST] * DAY), DAY);
      long last = Math.floorDiv(at - Math.round(target[SINCE_LAST] * DAY), DAY);
      double age = Math.max((double) (last - first), (at - first * DAY) / (double) DAY);
      return new Customer(days - 1, last - first, age, target[AMOUNT_SUM] / days);
    }
  }

  private CustomerBaseModel(ParetoNbd pareto, MbgNbd mbg, GammaGamma spend, double window) {
    this.pareto = pareto;
    this.mbg = mbg;
    this.spend = spend;
    this.window = window;
  }

  /**
   * Fits on the target's blocks of known profiles, one each, all at the same instant.
   *
   * @param targets blocks of the target event; those where it never happened are left out
   * @param at the blocks' instant, epoch milliseconds
   * @param windowDays the prediction's window
   * @return the model; parameters are bounded, a fit at a bound is accepted and told by {@link
   *     #bounds}. Null if fewer than 50 customers did the target
   */
  public static @Nullable CustomerBaseModel fit(List<double[]> targets, long at, int windowDays) {
    List<Customer> customers = new ArrayList<>();
    // Evenly thinned: parameters of many thousands say nothing that those of some thousands do not.
    double step = Math.max(1, targets.size() / (double) FITTED_MAX);
    for (double next = 0; next < targets.size(); next += step) {
      Customer customer = Customer.of(targets.get((int) next), at);
      if (customer != null) {
        customers.add(customer);
      }
    }
    if (customers.size() < 50) {
      return null;
    }
    Map<Customer, Integer> counts = new HashMap<>();
    for (Customer each : customers) {
      counts.merge(new Customer(each.x, each.last, each.age, 0), 1, Integer::sum);
    }
    return new CustomerBaseModel(
        PurchaseFit.pareto(counts), PurchaseFit.mbg(counts), GammaGamma.fit(customers), windowDays);
  }

  /** One of {@link #SILENCE}, {@link #COUNT} and {@link #SPEND} for the target's block. */
  public double value(String name, double @Nullable [] target, long at) {
    Customer customer = target == null ? null : Customer.of(target, at);
    if (customer == null) {
      return name.equals(SILENCE) ? ODDS_MAX : Math.log(LEAST);
    }
    if (name.equals(SILENCE)) {
      double none = silence(customer);
      double odds = Math.log(none / (1 - none));
      return Math.min(ODDS_MAX, Math.max(-ODDS_MAX, odds));
    }
    double count = count(customer);
    double amount = name.equals(SPEND) ? spend.mean(customer.x + 1, customer.meanAmount) : 1;
    return Math.log(Math.max(LEAST, count * amount));
  }

  private double silence(Customer c) {
    return (pareto.chanceOfNone(c.x, c.last, c.age, window)
            + mbg.chanceOfNone(c.x, c.last, c.age, window))
        / 2;
  }

  private double count(Customer c) {
    return (pareto.expected(c.x, c.last, c.age, window) + mbg.expected(c.x, c.last, c.age, window))
        / 2;
  }

  /** Parameters that lie at a bound: the data does not tell them. */
  public List<String> bounds() {
    List<String> bounds = new ArrayList<>(PurchaseFit.bounds("pareto_nbd", pareto));
    bounds.addAll(PurchaseFit.bounds("mbg_nbd", mbg));
    return bounds;
  }

  /** The model as JSON that {@link #fromJson} reads back to the same. */
  public ObjectNode toJson(ObjectNode json) {
    json.put("window_days", window);
    numbers(json.putArray("pareto_nbd"), pareto.parameters());
    numbers(json.putArray("mbg_nbd"), mbg.parameters());
    numbers(json.putArray("gamma_gamma"), spend.p(), spend.q(), spend.gamma());
    return json;
  }

  /** Reads {@link #toJson}. */
  public static CustomerBaseModel fromJson(JsonNode json) {
    double[] p = numbers(json, "pareto_nbd", 4);
    double[] m = numbers(json, "mbg_nbd", 4);
    double[] g = numbers(json, "gamma_gamma", 3);
    return new CustomerBaseModel(
        new ParetoNbd(p[0], p[1], p[2], p[3]),
        new MbgNbd(m[0], m[1], m[2], m[3]),
        new GammaGamma(g[0], g[1], g[2]),
        json.path("window_days").asDouble());
  }

  private static void numbers(ArrayNode list, double... values) {
    for (double value : values) {
      list.add(value);
    }
  }

  private static double[] numbers(JsonNode json, String name, int count) {
    JsonNode list = json.path(name);
    if (list.size() != count) {
      throw new IllegalArgumentException(
          "customer base: got "
              + list.size()
              + " numbers of "
              + name
              + " (expected "
              + count
              + ")");
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = list.get(i).asDouble();
    }
    return values;
  }
}
