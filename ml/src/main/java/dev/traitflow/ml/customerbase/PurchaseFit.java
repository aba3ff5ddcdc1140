package dev.traitflow.ml.customerbase;

import dev.traitflow.ml.customerbase.CustomerBaseModel.Customer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Fits purchase models by maximum likelihood, parameters on logarithms and within bounds. Where
 * nearly nobody leaves, the likelihood is flat and the fit runs to a bound; that is a finding.
 */
final class PurchaseFit {
  private static final double[] LOW = {-5, -1, -5, -3};
  private static final double[] HIGH = {4, 8, 4, 9};
  private static final double[] PARETO_START = {-0.5, 4, -0.5, 4.2};
  private static final double[] MBG_START = {-0.5, 4, -0.3, 0.3};

  private PurchaseFit() {}

  static ParetoNbd pareto(Map<Customer, Integer> customers) {
    double[] found = maximise(customers, PARETO_START, p -> new ParetoNbd(p[0], p[1], p[2], p[3]));
    return new ParetoNbd(found[0], found[1], found[2], found[3]);
  }

  static MbgNbd mbg(Map<Customer, Integer> customers) {
    double[] found = maximise(customers, MBG_START, p -> new MbgNbd(p[0], p[1], p[2], p[3]));
    return new MbgNbd(found[0], found[1], found[2], found[3]);
  }

  /** The logarithm of the likelihood of all customers, each as often as it says. */
  static double logLikelihood(PurchaseModel model, Map<Customer, Integer> customers) {
    double sum = 0;
    for (Map.Entry<Customer, Integer> entry : customers.entrySet()) {
      Customer c = entry.getKey();
      sum += entry.getValue() * model.logLikelihood(c.x(), c.last(), c.age());
    }
    return sum;
  }

  /** The names of parameters within a hundredth of a bound. */
  static List<String> bounds(String name, PurchaseModel model) {
    List<String> bounds = new ArrayList<>();
    double[] parameters = model.parameters();
    for (int i = 0; i < parameters.length; i++) {
      double log = Math.log(parameters[i]);
      if (log < LOW[i] + 0.01 || log > HIGH[i] - 0.01) {
        bounds.add(name + " parameter " + (i + 1) + " at " + parameters[i]);
      }
    }
    return bounds;
  }

  private static double[] maximise(
      Map<Customer, Integer> customers, double[] start, Function<double[], PurchaseModel> model) {
    // Sorted: sums must not depend on the order of a hash map.
    Map<Customer, Integer> sorted =
        new TreeMap<>(
            Comparator.comparingDouble(Customer::x)
                .thenComparingDouble(Customer::last)
                .thenComparingDouble(Customer::age));
    sorted.putAll(customers);
    // Of one customer on average: the search ends alike, however many customers there are.
    double all = sorted.values().stream().mapToInt(Integer::intValue).sum();
    double[] found =
        BoundedSimplex.minimize(
            at -> -logLikelihood(model.apply(exp(at)), sorted) / all, start, LOW, HIGH);
    return exp(found);
  }

  private static double[] exp(double[] logs) {
    double[] values = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      values[i] = Math.exp(logs[i]);
    }
    return values;
  }
}
