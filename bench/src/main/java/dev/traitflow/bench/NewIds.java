package dev.traitflow.bench;

import dev.traitflow.bench.job.Calls;
import dev.traitflow.bench.job.Form;
import dev.traitflow.bench.job.LaneJobs;
import dev.traitflow.bench.job.MessageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** (h) One lane against bare RocksDB when every call carries ids nobody has. */
final class NewIds implements Benchmark {
  /** Calls in a second of the log's clock: about as fast as they are taken. */
  private static final double PER_SECOND = 20_000;

  @Override
  public List<String> names() {
    return List.of("h", "lane");
  }

  @Override
  public String claim() {
    return "a lane takes new ids half as fast as bare RocksDB";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 25 : 600;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    List<Figure> figures = new ArrayList<>();
    figures.addAll(measure(lab, lab.size(1_000_000, 100_000)));
    if (!lab.quick()) {
      figures.addAll(measure(lab, 5_000_000));
    }
    return figures;
  }

  private static List<Figure> measure(Lab lab, int identifiers) throws Exception {
    int events = identifiers / Calls.IDENTIFIERS;
    Calls calls = new Calls(41, 0, "shop", 0, events, 1, PER_SECOND);
    lab.notes().add("(h) " + calls + "; parallelism 1.");
    lab.progress().say("makes the calls");
    String set = "new-ids-" + identifiers;
    LogRun.writeParsed(lab, calls, set);
    List<Double> ours = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    long stateBytes = 0;
    long heapBytes = 0;
    int rounds = lab.size(3, 2);
    for (int round = 0; round <= rounds; round++) {
      String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
      lab.progress().say("raw RocksDB" + of);
      Path folder = Path.of(lab.signals().folder(), "raw");
      Path file = MessageFile.part(lab.folder(), set, 0);
      double rawSeconds = RawLane.seconds(folder, file);
      lab.progress().say("the lane" + of);
      long before = LogRun.heapBytes();
      LogRun.Outcome outcome =
          LogRun.run(
              lab,
              1,
              1,
              (environment, signals) ->
                  LaneJobs.chained(environment, LogRun.play(lab, signals, set, Form.LANE)));
      if (round > 0) {
        raw.add(events / rawSeconds);
        ours.add(events / outcome.seconds());
        stateBytes = outcome.stateBytes();
        heapBytes = outcome.heapBytes() - before;
      }
    }
    String size = String.format(Locale.ROOT, "%,d identifiers", identifiers);
    double reading = LogRun.reading(lab, set, Form.LANE);
    return List.of(
        Figure.atLeast(
            "h",
            size + ", all new: a lane / raw RocksDB gets and puts",
            Lab.median(ours),
            Lab.median(raw),
            "events/s",
            0.5),
        Figure.number("h", size + ", heap of the lane after", heapBytes / 1048576.0, "MB"),
        Figure.number(
            "h", size + ", state on disk for each", (double) stateBytes / identifiers, "bytes"),
        Figure.number("h", size + ", reading and decoding the calls alone", reading, "events/s"));
  }
}
