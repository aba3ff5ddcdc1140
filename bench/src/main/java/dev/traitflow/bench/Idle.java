package dev.traitflow.bench;

import dev.traitflow.bench.load.Jvm;
import dev.traitflow.bench.load.Product;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * (r) What an instance takes of the machine while it is not in use: the demo's shop after a
 * restart. The demo's time has stood still since its last event, so that models are due when the
 * machine's goes on: what counts begins when they are trained.
 */
final class Idle implements Benchmark {
  /** From the last training on, until the instance counts as quiet. */
  private static final int QUIET_SECONDS = 60;

  /** So often is asked for predictions; so many times in a row nothing may go on with them. */
  private static final int LOOK_SECONDS = 10;

  private static final int LOOKS = 3;
  private static final Duration TRAINED_WITHIN = Duration.ofMinutes(20);

  private static final double PERCENT_MAX = 2;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Override
  public List<String> names() {
    return List.of("r", "idle");
  }

  @Override
  public String claim() {
    return "an instance that is not in use leaves the machine alone";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 600 : 1_200;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    Path folder = Files.createDirectories(Path.of(lab.signals().folder()));
    Path data = folder.resolve("data-r");
    lab.progress().say("the demo, for its customers and its two models");
    try (Jvm demo = Product.launch(folder, "demo", "--port", "0", "--data", data.toString())) {
      demo.await("ready ");
    }
    lab.progress().say("an instance on its data");
    try (Jvm up = Product.launch(folder, "up", "--port", "0", "--data", data.toString())) {
      String url = up.await("ready ");
      lab.progress().say("models that are due are trained");
      awaitTrained(url, Files.readString(data.resolve("admin-token")).strip());
      TimeUnit.SECONDS.sleep(QUIET_SECONDS);
      lab.progress().say("an instance that is not in use");
      List<Figure> figures = new ArrayList<>();
      int minutes = lab.size(9, 2);
      double began = up.cpuSeconds();
      for (int minute = 1; minute <= minutes; minute++) {
        double before = up.cpuSeconds();
        TimeUnit.MINUTES.sleep(1);
        if (minute == 1 || minute == minutes) {
          figures.add(
              Figure.number(
                  "r", "minute " + (minute + 1) + ", of a core", percent(up, before, 1), "%"));
        }
      }
      figures.add(
          Figure.below(
              "r",
              "minutes 2 to " + (minutes + 1) + ", of a core",
              percent(up, began, minutes),
              "%",
              PERCENT_MAX));
      return figures;
    }
  }

  private static void awaitTrained(String url, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config/spaces/spa_shop/predictions"))
            .header("Authorization", "Bearer " + token)
            .build();
    long deadline = System.nanoTime() + TRAINED_WITHIN.toNanos();
    for (int still = 0; still < LOOKS; ) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("idle: still training after " + TRAINED_WITHIN);
      }
      TimeUnit.SECONDS.sleep(LOOK_SECONDS);
      HttpResponse<String> shown = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      String answer = shown.body();
      if (shown.statusCode() != 200) {
        throw new IllegalStateException("idle: predictions: got " + answer + " (expected a list)");
      }
      boolean works = answer.contains("\"progress\":{") || answer.contains("\"scoring\":{");
      still = works ? 0 : still + 1;
    }
  }

  private static double percent(Jvm jvm, double before, int minutes) {
    return (jvm.cpuSeconds() - before) / (60.0 * minutes) * 100;
  }
}
