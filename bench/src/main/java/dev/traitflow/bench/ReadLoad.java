package dev.traitflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.bench.load.BareServer;
import dev.traitflow.bench.load.Generator;
import dev.traitflow.bench.load.Jvm;
import dev.traitflow.bench.load.Product;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.server.store.apply.BulkLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** (l) The Profile API at an open load while events come in, beside a bare server. */
final class ReadLoad implements Benchmark {
  private static final int TRAITS = 50;
  private static final int RATE = 2_000;
  private static final int CONNECTIONS = 64;
  private static final int BATCH_EVENTS = 100;
  private static final double SHARE_OF_PEAK = 0.2;

  @Override
  public List<String> names() {
    return List.of("l", "reads");
  }

  @Override
  public String claim() {
    return "reading a profile takes at most four times as long as reading a constant";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 120 : 560;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int profiles = lab.size(1_000_000, 100_000);
    Path folder = Path.of(lab.signals().folder());
    Path data = folder.resolve("data-l");
    lab.progress().say("fills the store");
    fill(data, profiles);
    try (Product product = Product.start(folder, data, true);
        Generator events = Generator.start(folder);
        Generator reads = Generator.start(folder)) {
      int bytes = answer(product.port(), 7).length();
      lab.notes()
          .add(
              String.format(
                  Locale.ROOT,
                  "(l) %,d profiles with %d traits, answers of %,d bytes; %,d requests/s over %d"
                      + " connections, latency from the instant a request was due.",
                  profiles,
                  TRAITS,
                  bytes,
                  RATE,
                  CONNECTIONS));
      lab.progress().say("events at full load, to find the process's peak");
      double peak = Peak.measure(product, events, lab.size(20, 8));
      try (Jvm bare =
          Jvm.start(folder, List.of("-Xmx1g"), BareServer.class.getName(), "" + bytes)) {
        int barePort = URI.create(bare.await("ready ")).getPort();
        return compare(lab, product, events, reads, barePort, peak, profiles);
      }
    }
  }

  private static List<Figure> compare(
      Lab lab,
      Product product,
      Generator events,
      Generator reads,
      int barePort,
      double peak,
      int profiles)
      throws Exception {
    int rounds = lab.size(3, 2);
    double seconds = lab.size(20, 8);
    double whole = (rounds + 1) * (2 * seconds + 1);
    ObjectNode load = Peak.batches(product, whole, "l-load");
    events.begin(load.put("rate", peak * SHARE_OF_PEAK / BATCH_EVENTS));
    List<Double> ours = new ArrayList<>();
    List<Double> middle = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
      lab.progress().say("reads of a bare server" + of);
      JsonNode constant = onlyFound(reads.measure(reads(barePort, seconds, profiles, round)));
      lab.progress().say("reads of profiles" + of);
      JsonNode read = onlyFound(reads.measure(reads(product.port(), seconds, profiles, round)));
      if (round > 0) {
        ours.add(read.path("p99.0").asDouble());
        middle.add(read.path("p50.0").asDouble());
        bare.add(constant.path("p99.0").asDouble());
      }
    }
    JsonNode loaded = events.end();
    double lag = product.flush();
    return List.of(
        Figure.atMost(
            "l",
            "p99 of reading all traits / a constant",
            Lab.median(ours),
            Lab.median(bare),
            "ms",
            4),
        Figure.below("l", "p99 of reading all traits", Lab.median(ours), "ms", 25),
        Figure.number("l", "p50 of reading all traits", Lab.median(middle), "ms"),
        Figure.number("l", "peak of the process before", peak, "events/s"),
        Figure.number(
            "l",
            "events accepted meanwhile",
            loaded.path("answered").asDouble() * BATCH_EVENTS / loaded.path("seconds").asDouble(),
            "events/s"),
        Figure.number("l", "events reflected after", lag, "s"));
  }

  private static ObjectNode reads(int port, double seconds, int profiles, int seed) {
    return Generator.run("read", port)
        .put("connections", CONNECTIONS)
        .put("rate", RATE)
        .put("seconds", seconds)
        .put("space", Product.SPACE_ID)
        .put("token", Product.TOKEN)
        .put("profiles", profiles)
        .put("seed", seed);
  }

  private static JsonNode onlyFound(JsonNode outcome) throws IOException {
    if (outcome.path("statuses").size() != 1 || !outcome.path("statuses").has("200")) {
      throw new IOException("reads: got " + outcome + " (expected only 200s)");
    }
    return outcome;
  }

  private static String answer(int port, int user) throws IOException, InterruptedException {
    String pair =
        Base64.getEncoder().encodeToString((Product.TOKEN + ":").getBytes(StandardCharsets.UTF_8));
    String path =
        "/v1/spaces/%s/collections/users/profiles/user_id:u%d/traits?limit=200"
            .formatted(Product.SPACE_ID, user);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Basic " + pair)
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("reads: got " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** Profiles in the order of their ids, so that little of the store has to be sorted again. */
  private static void fill(Path data, int profiles) throws IOException {
    long now = System.currentTimeMillis();
    try (BulkLoad load = BulkLoad.open(data)) {
      for (int number = 0; number < profiles; number++) {
        String profile = String.format(Locale.ROOT, "use_load%09d", number);
        load.add(
            new IdentityChange(
                Product.SPACE_ID,
                0,
                new IdentityChange.Mapped(
                    Identifier.ofUser(Identifier.USER_ID, "u" + number),
                    profile,
                    now,
                    "m" + number,
                    "web")));
        for (int trait = 0; trait < TRAITS; trait++) {
          load.add(
              new ProfileChange(
                  Product.SPACE_ID,
                  profile,
                  0,
                  now,
                  new ProfileChange.Value(value(number, trait, now))));
        }
      }
    }
  }

  private static TraitValue value(int profile, int trait, long now) {
    int mixed = ((profile * 31 + trait) * 0x9E3779B1) >>> 8;
    String json =
        switch (trait % 4) {
          case 0 -> Integer.toString(mixed % 1_000);
          case 1 -> "\"category-" + mixed % 97 + "\"";
          case 2 -> Double.toString(mixed % 10_000 / 100.0);
          default -> "[\"sku-" + mixed % 997 + "\",\"sku-" + mixed % 991 + "\"]";
        };
    String key = String.format(Locale.ROOT, "trait_%02d", trait);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new TraitValue(key, TraitClass.CUSTOM, bytes, 0, now, "web");
  }
}
