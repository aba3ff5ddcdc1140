package dev.traitflow.bench;

import dev.traitflow.bench.load.Jvm;
import dev.traitflow.bench.load.Product;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * (r) What an instance takes of the machine while it is not in use: the demo's shop after a
 * restart.
 */
final class Idle implements Benchmark {
  /** After the start, until the instance counts as quiet. */
  private static final int QUIET_SECONDS = 60;

  private static final double PERCENT_MAX = 2;

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
    lab.progress().say("an instance on its data that is not in use");
    try (Jvm up = Product.launch(folder, "up", "--port", "0", "--data", data.toString())) {
      up.await("ready ");
      TimeUnit.SECONDS.sleep(QUIET_SECONDS);
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

  private static double percent(Jvm jvm, double before, int minutes) {
    return (jvm.cpuSeconds() - before) / (60.0 * minutes) * 100;
  }
}
