package dev.traitflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.bench.load.BareServer;
import dev.traitflow.bench.load.Generator;
import dev.traitflow.bench.load.Jvm;
import dev.traitflow.bench.load.Product;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** (k) The tracking API beside a bare server of the same library, then with the jobs at work. */
final class TrackingLoad implements Benchmark {
  private static final int SINGLE_CONNECTIONS = 128;
  private static final int BATCH_CONNECTIONS = 8;
  private static final int BATCH_EVENTS = 100;
  private static final int USERS = 100_000;

  private long accepted;
  private int prefixes;

  @Override
  public List<String> names() {
    return List.of("k", "tracking");
  }

  @Override
  public String claim() {
    return "an event made durable costs at most four times an HTTP request that does nothing";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 90 : 300;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(k) %d connections for single events, %d for batches of %d; events of some 400"
                    + " bytes of %,d users; product, bare server and generator in a process each.",
                SINGLE_CONNECTIONS,
                BATCH_CONNECTIONS,
                BATCH_EVENTS,
                USERS));
    List<Figure> figures = new ArrayList<>();
    Path folder = Path.of(lab.signals().folder());
    try (Generator generator = Generator.start(folder)) {
      figures.addAll(withoutJobs(lab, folder, generator));
      figures.addAll(withJobs(lab, folder, generator));
    }
    return figures;
  }

  private List<Figure> withoutJobs(Lab lab, Path folder, Generator generator) throws Exception {
    accepted = 0;
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> batches = new ArrayList<>();
    List<Double> cost = new ArrayList<>();
    double seconds = lab.size(10, 4);
    int rounds = lab.size(3, 2);
    long inTopic;
    try (Product product = Product.start(folder, folder.resolve("data-k"), false);
        Jvm opponent = Jvm.start(folder, List.of("-Xmx1g"), BareServer.class.getName(), "0")) {
      int barePort = URI.create(opponent.await("ready ")).getPort();
      for (int round = 0; round <= rounds; round++) {
        String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
        lab.progress().say("single events to a bare server" + of);
        JsonNode nothing = generator.measure(singles(barePort, seconds));
        lab.progress().say("single events, jobs stopped" + of);
        JsonNode single = count(generator.measure(singles(product.port(), seconds)), 1);
        lab.progress().say("batches, jobs stopped" + of);
        JsonNode batch = count(generator.measure(batches(product.port(), seconds)), BATCH_EVENTS);
        if (round > 0) {
          bare.add(rate(nothing));
          ours.add(rate(single));
          batches.add(rate(batch) * BATCH_EVENTS);
          cost.add(single.path("cpu_seconds").asDouble() / single.path("seconds").asDouble());
        }
      }
      lab.progress().say("counts the events in the topic");
      inTopic = product.calls();
    }
    return List.of(
        Figure.atLeast(
            "k",
            "single events durable in Kafka / requests to a bare server",
            Lab.median(ours),
            Lab.median(bare),
            "requests/s",
            0.25),
        Figure.number(
            "k", "cores the generator takes meanwhile, single events", Lab.median(cost), ""),
        new Figure(
            "k",
            "batches of 100, jobs stopped",
            Lab.median(batches),
            Double.NaN,
            "events/s",
            Lab.median(batches),
            new Figure.Target(true, 30_000)),
        new Figure(
            "k",
            "events in the topic / events answered 200",
            inTopic,
            accepted,
            "events",
            (double) inTopic / accepted,
            new Figure.Target(inTopic < accepted, 1)));
  }

  private List<Figure> withJobs(Lab lab, Path folder, Generator generator) throws Exception {
    accepted = 0;
    try (Product product = Product.start(folder, folder.resolve("data-k-jobs"), true)) {
      lab.progress().say("batches, jobs at work, to warm up");
      count(generator.measure(batches(product.port(), lab.size(15, 5))), BATCH_EVENTS);
      product.flush();
      lab.progress().say("batches, jobs at work");
      JsonNode full =
          count(generator.measure(batches(product.port(), lab.size(30, 10))), BATCH_EVENTS);
      lab.progress().say("waits until the jobs have caught up");
      double behind = product.flush();
      double events = full.path("answered").asDouble() * BATCH_EVENTS;
      double sustained = events / (full.path("seconds").asDouble() + behind);
      lab.progress().say("batches at three quarters of what the process keeps up with");
      ObjectNode steady = batches(product.port(), lab.size(60, 15));
      steady.put("rate", sustained * 0.75 / BATCH_EVENTS);
      JsonNode calm = count(generator.measure(steady), BATCH_EVENTS);
      double lag = product.flush();
      long inTopic = product.calls();
      return List.of(
          Figure.number(
              "k", "batches of 100, jobs at work, accepted", rate(full) * 100, "events/s"),
          Figure.number("k", "the same, caught up after", behind, "s"),
          Figure.number("k", "the process keeps up with", sustained, "events/s"),
          Figure.number("k", "at 0.75 of it: accepted", rate(calm) * 100, "events/s"),
          Figure.number(
              "k", "the same, p99 of a batch's answer", calm.path("p99.0").asDouble(), "ms"),
          Figure.below("k", "the same, caught up after", lag, "s", 5),
          new Figure(
              "k",
              "events in the topic / events answered 200, jobs at work",
              inTopic,
              accepted,
              "events",
              (double) inTopic / accepted,
              new Figure.Target(inTopic < accepted, 1)));
    }
  }

  private JsonNode count(JsonNode outcome, int events) throws IOException {
    if (outcome.path("statuses").size() != 1 || !outcome.path("statuses").has("200")) {
      throw new IOException("tracking: got " + outcome + " (expected only 200s)");
    }
    accepted += outcome.path("answered").asLong() * events;
    return outcome;
  }

  private static double rate(JsonNode outcome) {
    return outcome.path("answered").asDouble() / outcome.path("seconds").asDouble();
  }

  private ObjectNode singles(int port, double seconds) {
    return events(Generator.run("track", port), seconds).put("connections", SINGLE_CONNECTIONS);
  }

  private ObjectNode batches(int port, double seconds) {
    return events(Generator.run("batch", port), seconds)
        .put("connections", BATCH_CONNECTIONS)
        .put("events", BATCH_EVENTS);
  }

  private ObjectNode events(ObjectNode run, double seconds) {
    return run.put("seconds", seconds)
        .put("writeKey", Product.WRITE_KEY)
        .put("users", USERS)
        .put("prefix", "k" + ++prefixes);
  }
}
