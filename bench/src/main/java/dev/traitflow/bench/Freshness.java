package dev.traitflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.bench.load.Generator;
import dev.traitflow.bench.load.Product;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** (m) How long an accepted event takes until the Profile API shows its effect. */
final class Freshness implements Benchmark {
  private static final int BATCH_EVENTS = 100;
  private static final int PROBES = 3;

  @Override
  public List<String> names() {
    return List.of("m", "freshness");
  }

  @Override
  public String claim() {
    return "an accepted event is seen in the Profile API at once";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 80 : 220;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    Path folder = Path.of(lab.signals().folder());
    List<Generator> probes = new ArrayList<>();
    try (Product product = Product.start(folder, folder.resolve("data-m"), true);
        Generator events = Generator.start(folder)) {
      for (int i = 0; i < PROBES; i++) {
        probes.add(Generator.start(folder));
      }
      double seconds = lab.size(60, 15);
      lab.progress().say("events at full load, to find the process's peak");
      double peak = Peak.measure(product, events, lab.size(30, 8));
      lab.progress().say("probes without other load");
      double[] rest = probe(product, probes, seconds / 3, "rest");
      lab.progress().say("probes at half load");
      ObjectNode load = Peak.batches(product, seconds + 5, "m-load");
      events.begin(load.put("rate", peak / 2 / BATCH_EVENTS));
      probe(product, probes, 5, "warm");
      double[] half = probe(product, probes, seconds, "half");
      events.end();
      lab.notes().add("(m) " + half.length + " events, " + rest.length + " at rest.");
      return figures(peak, rest, half);
    } finally {
      probes.forEach(Generator::close);
    }
  }

  private static List<Figure> figures(double peak, double[] rest, double[] half) {
    return List.of(
        Figure.number("m", "peak of the process", peak, "events/s"),
        Figure.number("m", "accepted to visible at rest, p50", at(rest, 0.5), "ms"),
        Figure.number("m", "accepted to visible at rest, p99", at(rest, 0.99), "ms"),
        Figure.below("m", "accepted to visible at half load, p50", at(half, 0.5), "ms", 150),
        Figure.below("m", "accepted to visible at half load, p99", at(half, 0.99), "ms", 1_000),
        Figure.number("m", "accepted to visible at half load, worst", at(half, 1), "ms"));
  }

  private static double[] probe(
      Product product, List<Generator> probes, double seconds, String prefix) throws IOException {
    for (int i = 0; i < probes.size(); i++) {
      probes
          .get(i)
          .begin(
              Generator.run("probe", product.port())
                  .put("seconds", seconds)
                  .put("writeKey", Product.WRITE_KEY)
                  .put("space", Product.SPACE_ID)
                  .put("token", Product.TOKEN)
                  .put("prefix", prefix + i));
    }
    List<Double> millis = new ArrayList<>();
    for (Generator probe : probes) {
      for (JsonNode one : probe.end().path("millis")) {
        if (one.asDouble() < 0) {
          throw new IOException("freshness: an accepted event was not seen within 30 s");
        }
        millis.add(one.asDouble());
      }
    }
    return millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1.0, Math.ceil(sorted.length * share))];
  }
}
