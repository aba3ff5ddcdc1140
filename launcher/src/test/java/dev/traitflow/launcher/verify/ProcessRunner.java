package dev.traitflow.launcher.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The product in a JVM of its own, as a user starts it, so that it can be killed as users' machines
 * kill it.
 *
 * <p>Both outputs are kept in files and watched line by line: tests wait for a line or for the end,
 * never for time to pass.
 */
public final class ProcessRunner implements AutoCloseable {
  private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

  private final Process process;
  private final String command;
  private final Output out;
  private final Output err;

  private ProcessRunner(Process process, Path directory, String command) throws IOException {
    this.process = process;
    this.command = command;
    String name = command + "-" + process.pid();
    this.out = new Output(process.getInputStream(), directory.resolve(name + ".stdout"));
    this.err = new Output(process.getErrorStream(), directory.resolve(name + ".stderr"));
  }

  /** Starts {@code traitflow ARGUMENTS} with its working directory and its outputs there. */
  public static ProcessRunner start(Path directory, String... arguments) throws IOException {
    return start(directory, ClassArchive.options(), List.of(arguments));
  }

  /** The same with options for the JVM. */
  static ProcessRunner start(Path directory, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!Boolean.getBoolean("traitflow.test.all")) {
      // Short runs are over before what the optimizing compiler takes would pay.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(options);
    command.addAll(
        List.of(
            "-Xmx2g",
            "-XX:+UseParallelGC",
            "-Dfile.encoding=UTF-8",
            "-Djava.util.logging.manager=org.apache.logging.log4j.jul.LogManager",
            // Progress five times a second instead of every ten seconds.
            "-Dtraitflow.terminal=true",
            "-cp",
            ClassArchive.classPath(),
            "dev.traitflow.launcher.Main"));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).directory(directory.toFile()).start();
    return new ProcessRunner(process, directory, arguments.get(0));
  }

  /** Runs a command to its successful end and returns the file with its standard output. */
  public static Path run(Path directory, Duration timeout, String... arguments) throws IOException {
    try (ProcessRunner runner = start(directory, arguments)) {
      return runner.awaitSuccess(timeout);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Waits for the successful end; returns the file with the standard output. */
  public Path awaitSuccess(Duration timeout) {
    if (!awaitExit(timeout)) {
      throw new AssertionError(command + ": still runs after " + timeout + "\n" + err.tail());
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          command + ": ended with " + process.exitValue() + " (expected 0)\n" + err.tail());
    }
    return out.file;
  }

  /** Waits for a line on the standard output; fails if the process ends without it. */
  public String awaitOut(Predicate<String> wanted, Duration timeout) {
    return out.await(wanted, timeout)
        .orElseThrow(() -> new AssertionError(command + ": did not print the line\n" + err.tail()));
  }

  /** Waits for a line on the error output; empty if the process ends without it. */
  public Optional<String> awaitErr(Predicate<String> wanted, Duration timeout) {
    return err.await(wanted, timeout);
  }

  /** Ends the process as {@code kill -9} does and waits until it is gone. */
  public void kill() {
    process.toHandle().destroyForcibly(); // unlike the process's own, leaves its output readable
    if (!awaitExit(END_TIMEOUT)) {
      throw new AssertionError(command + ": survived being killed");
    }
  }

  /** The process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Asks the process to end, as SIGTERM does. */
  public void terminate() {
    process.toHandle().destroy(); // unlike the process's own, leaves its output readable
  }

  /** Waits for the end, whatever the exit code; returns the lines of the error output. */
  public List<String> awaitEnd(Duration timeout) throws IOException {
    if (!awaitExit(timeout)) {
      throw new AssertionError(command + ": still runs after " + timeout + "\n" + err.tail());
    }
    return Files.readAllLines(err.file);
  }

  /** How it ended, with its exit code and last words; empty while it runs. */
  public Optional<String> ending() {
    if (process.isAlive() || !awaitExit(END_TIMEOUT)) {
      return Optional.empty();
    }
    String words = err.tail().isEmpty() ? out.tail() : err.tail();
    return Optional.of(
        command + ": ended with exit code " + process.exitValue() + "; its last words:\n" + words);
  }

  private boolean awaitExit(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      out.join();
      err.join();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command + ": interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  /** One output: copied to a file by a thread that wakes who waits for a line. */
  private static final class Output {
    private static final int TAIL_LINES = 40;

    private final Path file;
    private final List<String> lines = new ArrayList<>();
    private final Thread thread;
    private boolean ended;

    Output(InputStream stream, Path file) {
      this.file = file;
      this.thread = new Thread(() -> copy(stream), file.getFileName().toString());
      thread.setDaemon(true);
      thread.start();
    }

    private void copy(InputStream stream) {
      try (BufferedReader reader =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
          Writer writer = Files.newBufferedWriter(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          writer.write(line + "\n");
          writer.flush();
          add(line);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": cannot be written", e);
      } finally {
        end();
      }
    }

    private synchronized void add(String line) {
      lines.add(line);
      notifyAll();
    }

    private synchronized void end() {
      ended = true;
      notifyAll();
    }

    synchronized Optional<String> await(Predicate<String> wanted, Duration timeout) {
      long deadline = System.nanoTime() + timeout.toNanos();
      for (int next = 0; ; ) {
        for (; next < lines.size(); next++) {
          if (wanted.test(lines.get(next))) {
            return Optional.of(lines.get(next));
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          return Optional.empty();
        }
        try {
          wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return Optional.empty();
        }
      }
    }

    void join() throws InterruptedException {
      thread.join();
    }

    synchronized String tail() {
      int from = Math.max(0, lines.size() - TAIL_LINES);
      return String.join("\n", lines.subList(from, lines.size()));
    }
  }
}
