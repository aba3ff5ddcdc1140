package dev.traitflow.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with this one's class path and a main of its own, spoken to line by line. Its error output
 * goes to a file that is named if it ends early.
 */
public final class Jvm implements AutoCloseable {
  private static final Duration END_TIMEOUT = Duration.ofSeconds(40);

  private final String name;
  private final Process process;
  private final Path errors;
  private final BufferedReader out;
  private final Writer in;

  private Jvm(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param folder for its error output and as its working directory
   * @param options of the JVM
   * @param main its main class
   */
  public static Jvm start(Path folder, List<String> options, String main, String... arguments)
      throws IOException {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    String name = main.substring(main.lastIndexOf('.') + 1);
    Path errors = Files.createTempFile(folder, name, ".stderr");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Jvm(name, process, errors);
  }

  /** Waits for the next line it prints that begins so; returns what follows. */
  public String await(String beginning) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length()).strip();
      }
    }
    throw new IllegalStateException(
        name + ": ended without '" + beginning + "': " + Files.readString(errors));
  }

  /** Sends it a line. */
  void say(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
  }

  /** Its process. */
  long pid() {
    return process.pid();
  }

  /** Processor time it has used, in seconds. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Ends it as a user would, and by force if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
