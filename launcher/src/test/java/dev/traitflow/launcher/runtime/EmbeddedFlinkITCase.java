package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.server.health.JobHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job that counts, in a cluster that is ended and started again on the same directory. */
class EmbeddedFlinkITCase {
  private static final String JOB = "counting";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYS = 10;

  @Test
  void resumesFromTheNewestCheckpointAfterACrash(@TempDir Path data) throws Exception {
    Path first = data.resolve("first.txt");
    try (EmbeddedFlink flink = EmbeddedFlink.start(data, 4)) {
      JobID job = submit(flink, first);
      awaitLine(first);
      flink.checkpoint(job, PATIENCE);
      flink.abandon();
    }
    assertThat(Files.readString(first)).isEqualTo("0 1\n");

    Path second = data.resolve("second.txt");
    try (EmbeddedFlink flink = EmbeddedFlink.start(data, 4)) {
      flink.awaitRunning(submit(flink, second));
      awaitLine(second);
    }
    assertThat(numberOf(second)).isPositive();
    assertThat(countOf(second)).isEqualTo(numberOf(second) / KEYS + 1);

    tearNewestCheckpoint(data);
    Path third = data.resolve("third.txt");
    try (EmbeddedFlink flink = EmbeddedFlink.start(data, 4)) {
      submit(flink, third);
      awaitLine(third);
    }
    assertThat(numberOf(third)).isPositive();
    assertThat(countOf(third)).isEqualTo(numberOf(third) / KEYS + 1);
  }

  @Test
  void saysThatAJobKeepsRestartingAndWhy(@TempDir Path data) throws Exception {
    try (EmbeddedFlink flink = EmbeddedFlink.start(data, 1)) {
      StreamExecutionEnvironment environment = flink.environment(JOB);
      environment
          .fromSource(
              new NumberSequenceSource(0, Long.MAX_VALUE / 4),
              WatermarkStrategy.noWatermarks(),
              "numbers")
          .uid("numbers")
          .map(EmbeddedFlinkITCase::refused)
          .uid("refuse")
          .returns(Types.LONG)
          .sinkTo(new DiscardingSink<>())
          .uid("nowhere");
      assertThat(flink.health().all()).isEmpty();
      flink.submit(JOB, environment);

      JobHealth health = awaitFailing(flink);
      assertThat(health.name()).isEqualTo(JOB);
      assertThat(health.ended()).isFalse();
      assertThat(health.restarts()).isGreaterThan(2);
      assertThat(health.lastFailure()).isEqualTo("number: got 0 (expected another)");
    }
  }

  private static Long refused(Long number) {
    throw new IllegalStateException("number: got " + number * 0 + " (expected another)");
  }

  private static JobHealth awaitFailing(EmbeddedFlink flink) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (true) {
      List<JobHealth> seen = flink.health().all();
      Optional<JobHealth> failing = seen.stream().filter(JobHealth::isFailing).findFirst();
      if (failing.isPresent()) {
        return failing.get();
      }
      assertThat(System.nanoTime()).as("%s", seen).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @Test
  void refusesASecondJobOfTheSameName(@TempDir Path data) throws Exception {
    try (EmbeddedFlink flink = EmbeddedFlink.start(data, 4)) {
      submit(flink, data.resolve("one.txt"));
      assertThatThrownBy(() -> submit(flink, data.resolve("two.txt")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining(JOB);
    }
  }

  private static JobID submit(EmbeddedFlink flink, Path firstElement) {
    StreamExecutionEnvironment environment = flink.environment(JOB);
    environment
        .fromSource(
            new NumberSequenceSource(0, Long.MAX_VALUE / 4),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .setParallelism(1)
        .keyBy(Numbers::key, Types.INT)
        .process(new Count(firstElement.toString()))
        .uid("count")
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return flink.submit(JOB, environment);
  }

  private static void tearNewestCheckpoint(Path data) throws IOException {
    Path newest =
        new CheckpointDirectory(data.resolve("flink/checkpoints").resolve(JOB))
            .newestComplete()
            .orElseThrow()
            .resolve("_metadata");
    byte[] whole = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(whole, whole.length / 2));
  }

  private static long numberOf(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip().split(" ")[0]);
  }

  private static long countOf(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip().split(" ")[1]);
  }

  private static void awaitLine(Path file) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file) || Files.size(file) == 0) {
      assertThat(System.nanoTime()).as("time until %s is written", file).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** The key of a number. */
  private static final class Numbers {
    static Integer key(Long number) {
      return (int) (number % KEYS);
    }
  }

  /**
   * Counts per key; writes the first number that key 0 sees after each start, and its count. State:
   * one number per key, never cleared.
   */
  private static final class Count extends KeyedProcessFunction<Integer, Long, Long> {
    private final String firstElement;
    private transient @Nullable ValueState<Long> count;
    private transient boolean written;

    Count(String firstElement) {
      this.firstElement = firstElement;
    }

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
      ValueState<Long> state = Objects.requireNonNull(count);
      Long before = state.value();
      long after = (before == null ? 0 : before) + 1;
      state.update(after);
      out.collect(after);
      if (!written && context.getCurrentKey() == 0) {
        written = true;
        Files.writeString(
            Path.of(firstElement),
            number + " " + after + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
      }
    }
  }
}
