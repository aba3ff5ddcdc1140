package dev.traitflow.predict.trainer;

import dev.traitflow.ml.training.TrainingProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training in a process of its own, {@link TrainerMain}: the same class path with another heap.
 * Whatever becomes of it, native code that crashes and memory that runs out included, becomes an
 * answer here.
 *
 * <p>The process ends with the training, when the waiting thread is interrupted or the training is
 * cancelled, and with this process: it reads its standard input, which ends when we do, however we
 * end.
 */
public final class TrainerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerProcess.class);

  /** Bound of the trainer's heap as the JVM's {@code -Xmx} takes it, such as {@code 2g}. */
  static final String HEAP = "traitflow.trainer.heap";

  private static final long MEGABYTE = 1 << 20;
  private static final long HEAP_MAX_MEGABYTES = 4096;
  private static final long POLL_MILLIS = 100;

  /** What a JVM ends with that runs out of heap, by {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int SIGNAL = 128;
  private static final int INTERRUPT = 2;
  private static final int ABORT = 6;
  private static final int KILL = 9;
  private static final int TERMINATE = 15;

  private volatile Heard heard = new Heard("starting the trainer", 0);

  /** The newest progress. */
  private record Heard(String step, double share) {}

  private TrainerProcess() {}

  /**
   * Trains and waits for it.
   *
   * @param directory for files of this training; made and deleted by the caller
   * @param progress hears ten times a second how far it is; what it throws ends the process
   * @return the answer; whatever happens to the process is a failed one
   * @throws CancellationException if the process was ended by SIGTERM or SIGINT
   */
  public static TrainerAnswer train(
      TrainerRequest request, Path directory, TrainingProgress progress)
      throws IOException, InterruptedException {
    return new TrainerProcess().run(request, directory, progress);
  }

  private TrainerAnswer run(TrainerRequest request, Path directory, TrainingProgress progress)
      throws IOException, InterruptedException {
    String key = request.definition().key();
    Path asked = directory.resolve(key + ".request.json");
    Path answered = directory.resolve(key + ".answer.json");
    request.write(asked);
    Process process =
        new ProcessBuilder(command(directory, asked, answered))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    LOG.info("{} of {} is trained by process {}", key, request.space(), process.pid());
    try {
      Thread reader = new Thread(() -> hear(process), "traitflow-trainer-progress");
      reader.setDaemon(true);
      reader.start();
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        Heard now = heard;
        progress.at(now.step, now.share);
      }
    } finally {
      // Gone before anybody deletes the files it works on. Without effect if it has ended.
      process.destroyForcibly().onExit().join();
    }
    return answer(process.exitValue(), answered);
  }

  private static TrainerAnswer answer(int exit, Path answered) throws IOException {
    if (exit == 0 && Files.exists(answered)) {
      return TrainerAnswer.read(answered);
    }
    if (exit == SIGNAL + TERMINATE || exit == SIGNAL + INTERRUPT) {
      throw new CancellationException("training: its process was asked to end");
    }
    return TrainerAnswer.failed(
        switch (exit) {
          case OUT_OF_MEMORY ->
              "its process needed more than its heap of "
                  + heap()
                  + " (-D"
                  + HEAP
                  + "=6g in TRAITFLOW_JAVA_OPTS gives it 6 GB)";
          case SIGNAL + KILL ->
              "its process was killed (signal 9), by hand or because the machine ran out of memory";
          case SIGNAL + ABORT -> "its process crashed in native code (signal 6)";
          default -> "its process ended with exit code " + exit + " (expected 0)";
        });
  }

  private void hear(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        heard = new Heard(line.substring(space + 1), Double.parseDouble(line.substring(0, space)));
      }
    } catch (IOException | RuntimeException unreadable) {
      // Progress is for the eyes: what the process came to, its end tells.
      LOG.debug("the progress of a training cannot be read", unreadable);
    }
  }

  private static List<String> command(Path directory, Path asked, Path answered) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap());
    command.addAll(
        List.of(
            "-XX:+UseParallelGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xshare:auto",
            "-Dfile.encoding=UTF-8",
            // Native libraries are unpacked here, and go with the directory after a crash.
            "-Djava.io.tmpdir=" + directory.toAbsolutePath()));
    command.addAll(inherited());
    String logManager = System.getProperty("java.util.logging.manager");
    if (logManager != null) {
      command.add("-Djava.util.logging.manager=" + logManager);
    }
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TrainerMain.class.getName(),
            asked.toString(),
            answered.toString()));
    return command;
  }

  /** How this process was told to load and to compile classes: the trainer's are the same. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option ->
                option.startsWith("-XX:SharedArchiveFile=")
                    || option.startsWith("-XX:TieredStopAtLevel="))
        .toList();
  }

  /** As much as this process may use, but not more than most trainings need. */
  private static String heap() {
    String set = System.getProperty(HEAP, "");
    if (!set.isEmpty()) {
      if (!set.matches("[1-9][0-9]*[kKmMgG]")) {
        throw new IllegalArgumentException(
            HEAP + ": got " + set + " (expected a size such as 512m or 2g)");
      }
      return set;
    }
    return Math.min(HEAP_MAX_MEGABYTES, Runtime.getRuntime().maxMemory() / MEGABYTE) + "m";
  }
}
