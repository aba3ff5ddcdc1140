package dev.traitflow.bench;

import dev.traitflow.bench.job.Answered;
import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Calls;
import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.Form;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.bench.job.PlayLog;
import dev.traitflow.bench.job.Resolver;
import dev.traitflow.bench.job.Signals;
import dev.traitflow.bench.job.Traffic;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Logs in files, and runs of jobs that play them. */
final class LogRun {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  private LogRun() {}

  /**
   * What a run came to.
   *
   * @param seconds from the first record of the second files to the end of a last checkpoint
   * @param stateBytes of that checkpoint
   * @param heapBytes on the heap when the job had done everything, garbage collected
   */
  record Outcome(double seconds, long stateBytes, long heapBytes) {}

  /** Defines a job that plays files. */
  interface Job {
    void define(StreamExecutionEnvironment environment, Signals signals);
  }

  /** Runs a job whose subtasks from 0 to below {@code parts} have files. */
  static Outcome run(Lab lab, int parallelism, int parts, Job defined) throws Exception {
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(parallelism);
    defined.define(environment, signals);
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      for (int part = 0; part < parts; part++) {
        signals.await(PlayLog.filled(part), TIMEOUT, job);
      }
      job.checkpoint();
      signals.raise(PlayLog.GO, "");
      long began = System.nanoTime();
      for (int part = 0; part < parts; part++) {
        signals.await(PlayLog.done(part), TIMEOUT, job);
      }
      long stateBytes = job.checkpoint();
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Outcome(seconds, stateBytes, heapBytes());
    }
  }

  /** What is on the heap and not garbage. */
  static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Writes a log, its space's definition first, as one part of a set. */
  static void writeLog(Lab lab, Calls calls, String set, int part, String space)
      throws IOException {
    try (MessageFile.Writer<LogEntry> fill = writer(lab, PlayLog.fill(set), part, Form.LOG);
        MessageFile.Writer<LogEntry> live = writer(lab, set, part, Form.LOG)) {
      byte[] json = space.getBytes(StandardCharsets.UTF_8);
      LogRecord define = LogRecord.define(calls.space(), Traffic.START, json);
      fill.add(new LogEntry(calls.partition(), -1, define));
      Calls.Generator generator = calls.generator();
      while (generator.hasNext()) {
        MessageFile.Writer<LogEntry> file = generator.isFilling() ? fill : live;
        file.add(generator.next());
      }
    }
  }

  /** Writes a log as the lane gets it. */
  static void writeParsed(Lab lab, Calls calls, String set) throws IOException {
    Resolver resolver = new Resolver();
    try (MessageFile.Writer<LaneInput> fill = writer(lab, PlayLog.fill(set), 0, Form.LANE);
        MessageFile.Writer<LaneInput> live = writer(lab, set, 0, Form.LANE)) {
      Calls.Generator generator = calls.generator();
      while (generator.hasNext()) {
        MessageFile.Writer<LaneInput> file = generator.isFilling() ? fill : live;
        file.add(resolver.parse(generator.next()));
      }
    }
  }

  /** Writes a log with the lane's answers, its space's definition first. */
  static void writeAnswered(Lab lab, Calls calls, String set, String space) throws IOException {
    Resolver resolver = new Resolver();
    try (MessageFile.Writer<Answered> fill = writer(lab, PlayLog.fill(set), 0, Form.ANSWERED);
        MessageFile.Writer<Answered> live = writer(lab, set, 0, Form.ANSWERED)) {
      byte[] json = space.getBytes(StandardCharsets.UTF_8);
      LogRecord define = LogRecord.define(calls.space(), Traffic.START, json);
      fill.add(new Answered(new LogEntry(calls.partition(), -1, define), "", List.of()));
      Calls.Generator generator = calls.generator();
      while (generator.hasNext()) {
        MessageFile.Writer<Answered> file = generator.isFilling() ? fill : live;
        file.add(resolver.answer(generator.next()));
      }
    }
  }

  /**
   * Writes a log as the lane sends it on, its space's definition first, by turns into two parts.
   */
  static void writeResolved(Lab lab, Calls calls, String set, String space) throws IOException {
    Resolver resolver = new Resolver();
    int parts = 2;
    Calls.Generator generator = calls.generator();
    for (boolean filling : new boolean[] {true, false}) {
      String name = filling ? PlayLog.fill(set) : set;
      try (MessageFile.Writer<ProfileMessage> even = writer(lab, name, 0, Form.RESOLVED);
          MessageFile.Writer<ProfileMessage> odd = writer(lab, name, 1, Form.RESOLVED)) {
        for (int part = 0; filling && part < parts; part++) {
          MessageFile.Writer<ProfileMessage> file = part == 0 ? even : odd;
          for (ProfileMessage each : Definitions.messages(calls.space(), space, 1, part, parts)) {
            file.add(each);
          }
        }
        while (generator.hasNext() && generator.isFilling() == filling) {
          LiveEvent message = resolver.resolve(generator.next());
          (message.sequence() % parts == 0 ? even : odd).add(message);
        }
      }
    }
  }

  /** Reads and decodes a file and returns the records a second: the least any side spends. */
  static <T> double reading(Lab lab, String set, Form<T> form) throws IOException {
    long records = 0;
    long began = System.nanoTime();
    try (MessageFile<T> file =
        MessageFile.open(MessageFile.part(lab.folder(), set, 0), form.codec())) {
      @Nullable T next = file.next();
      while (next != null) {
        records++;
        next = file.next();
      }
    }
    return records / ((System.nanoTime() - began) / 1e9);
  }

  /** A script that plays a set of files. */
  static <T> PlayLog<T> play(Lab lab, Signals signals, String set, Form<T> form) {
    return new PlayLog<>(signals, lab.folder().toString(), set, form);
  }

  private static <T> MessageFile.Writer<T> writer(Lab lab, String set, int part, Form<T> form)
      throws IOException {
    Path file = MessageFile.part(lab.folder(), set, part);
    return new MessageFile.Writer<>(file, form.codec());
  }
}
