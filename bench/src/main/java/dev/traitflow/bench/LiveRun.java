package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.FoldJobs;
import dev.traitflow.bench.job.LiveTraffic;
import dev.traitflow.bench.job.MeasureSink;
import dev.traitflow.bench.job.Samples;
import dev.traitflow.bench.job.Signals;
import dev.traitflow.bench.job.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A fold under {@link LiveTraffic} while the benchmark changes the load and the definitions. */
final class LiveRun implements AutoCloseable {
  private static final Duration FILL_TIMEOUT = Duration.ofMinutes(30);
  private static final int PARALLELISM = 2;

  private final Signals signals;
  private final BenchCluster.Job job;
  private int rates;
  private int definitions = 1;
  private long origin;

  private LiveRun(Signals signals, BenchCluster.Job job) {
    this.signals = signals;
    this.job = job;
  }

  /** The trait by which the sink tells how old a value is. */
  static String sentTrait(int slot) {
    return "{\"key\":\"sent\",\"slot\":"
        + slot
        + ",\"type\":\"last\",\"property\":\"sent\",\"event\":\""
        + LiveTraffic.LIVE
        + "\"}";
  }

  /** Starts a fold, fills its histories, brings them to disk and lets live time begin. */
  static LiveRun start(
      Lab lab, long seed, int profiles, double hotShare, String space, LiveTraffic.Stored stored)
      throws Exception {
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(PARALLELISM);
    FoldJobs.keyed(
        environment,
        new LiveTraffic(signals, seed, profiles, hotShare, space, stored),
        new MeasureSink(signals));
    LiveRun run = new LiveRun(signals, lab.cluster().start(environment));
    for (int subtask = 0; subtask < PARALLELISM; subtask++) {
      signals.await(LiveTraffic.filled(subtask), FILL_TIMEOUT, run.job);
    }
    run.job.checkpoint();
    run.origin = System.nanoTime();
    signals.raise(LiveTraffic.GO, Long.toString(run.origin));
    return run;
  }

  /** Sets the events a second; 0 for as many as are taken. */
  void rate(double eventsPerSecond) {
    signals.raise(LiveTraffic.rate(++rates), Double.toString(eventsPerSecond));
  }

  /** Brings a definition and returns its sequence. */
  int define(String space) {
    signals.raise(LiveTraffic.definition(++definitions), space);
    return definitions;
  }

  /**
   * Waits until a definition is computed for every profile.
   *
   * @return seconds since {@code since}, or infinity if that takes longer than {@code patience}
   */
  double awaitDefined(int sequence, long since, Duration patience) throws InterruptedException {
    long newest = since;
    for (int subtask = 0; subtask < PARALLELISM; subtask++) {
      String signal = MeasureSink.defined(Traffic.SPACE, sequence, subtask);
      Duration left = patience.minusNanos(System.nanoTime() - since);
      if (!signals.awaitUntil(signal, left, job)) {
        return Double.POSITIVE_INFINITY;
      }
      newest = Math.max(newest, Long.parseLong(signals.text(signal)));
    }
    return (newest - since) / 1e9;
  }

  /** Lets some time pass. */
  void pass(double seconds) throws InterruptedException {
    Thread.sleep((long) (seconds * 1000));
    job.requireRunning();
  }

  /** Live events sent so far. */
  long sent() {
    long sent = 0;
    for (int subtask = 0; subtask < PARALLELISM; subtask++) {
      String count = LiveTraffic.count(subtask);
      sent += signals.isRaised(count) ? Long.parseLong(signals.text(count)) : 0;
    }
    return sent;
  }

  /** Events a second over some time, as fast as the fold takes them. */
  double throughput(double seconds) throws InterruptedException {
    long before = sent();
    long began = System.nanoTime();
    pass(seconds);
    return (sent() - before) / ((System.nanoTime() - began) / 1e9);
  }

  /** Checkpoints that completed and that failed. */
  long[] checkpoints() throws InterruptedException, ExecutionException, TimeoutException {
    return job.checkpoints();
  }

  /** What the sinks saw; takes a checkpoint to have all of it. */
  List<Samples.Sample> samples()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    job.checkpoint();
    return Samples.read(signals, PARALLELISM);
  }

  /** The nanosecond of an instant of live time. */
  long nanosAt(long instant) {
    return origin + (instant - LiveTraffic.LIVE_START) * 1_000_000;
  }

  /** How old values were when they were shown, in seconds, of live events sent in some time. */
  static double ageSeconds(
      List<Samples.Sample> samples, Samples.Kind kind, long from, long to, double share) {
    long[] ages =
        samples.stream()
            .filter(sample -> sample.kind() == kind)
            .filter(sample -> sample.since() >= from && sample.since() < to)
            .mapToLong(sample -> sample.shown() - sample.since())
            .toArray();
    return ages.length == 0 ? Double.NaN : Lab.quantile(ages, share) / 1e9;
  }

  @Override
  @SuppressWarnings("try") // An interrupt while closing ends the run like any other.
  public void close() throws ExecutionException, TimeoutException {
    job.close();
  }
}
