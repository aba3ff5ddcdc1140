package dev.traitflow.launcher.sdk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The scripts in {@code src/test/sdk} with the packages of their lock file, installed by {@code npm
 * ci} into the build's folder once for each lock file. Where Node.js, npm, Chromium or the packages
 * cannot be had, the test that asks is skipped and says why.
 */
final class NodeClients {
  private static final Path SCRIPTS = Path.of("src", "test", "sdk");
  private static final Path INSTALLED = Path.of("target", "sdk");
  private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration STORY_TIMEOUT = Duration.ofMinutes(4);
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Why nothing can be run, empty if all is there; null before it was looked at. */
  private static @Nullable String missing;

  private NodeClients() {}

  /** Runs a script to its successful end and returns the last line it printed. */
  static JsonNode tell(String script, JsonNode told) {
    try (Running running = start(script, told)) {
      return running.last();
    }
  }

  /** Starts a script. */
  static Running start(String script, JsonNode told) {
    needPackages();
    try {
      Path errors = Files.createTempFile("traitflow-" + script, ".stderr");
      Process process =
          new ProcessBuilder("node", script, told.toString())
              .directory(INSTALLED.toFile())
              .redirectError(errors.toFile())
              .start();
      return new Running(script, process, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(script + ": node does not start", e);
    }
  }

  /** The path of Chromium; skips the test if there is none. */
  static String chromium() {
    Optional<Path> found = BROWSERS.stream().flatMap(NodeClients::onPath).findFirst();
    if (found.isEmpty()) {
      skip("chromium is not installed: no story is told by a browser");
    }
    return found.orElseThrow().toString();
  }

  private static synchronized void needPackages() {
    String reason = missing;
    if (reason == null) {
      reason = install();
      missing = reason;
    }
    if (!reason.isEmpty()) {
      skip(reason);
    }
  }

  private static String install() {
    for (String tool : List.of("node", "npm")) {
      if (onPath(tool).findFirst().isEmpty()) {
        return tool + " is not installed: no story is told by JavaScript clients";
      }
    }
    try {
      Files.createDirectories(INSTALLED);
    } catch (IOException e) {
      throw new UncheckedIOException(INSTALLED + ": cannot be made", e);
    }
    // Another JVM may tell other clients' stories from the same folder.
    try (FileChannel channel =
        FileChannel.open(
            INSTALLED.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock held = channel.lock();
      try {
        return installPackages();
      } finally {
        held.release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the JavaScript clients cannot be installed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("npm ci: interrupted", e);
    }
  }

  private static String installPackages() throws IOException, InterruptedException {
    Path marker = INSTALLED.resolve("installed-lock.json");
    String lock = Files.readString(SCRIPTS.resolve("package-lock.json"));
    copyScripts();
    if (Files.exists(marker) && Files.readString(marker).equals(lock)) {
      return "";
    }
    Path log = INSTALLED.resolve("npm.log");
    Process npm =
        new ProcessBuilder("npm", "ci")
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!npm.waitFor(INSTALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      npm.destroyForcibly();
      return "npm ci did not end within " + INSTALL_TIMEOUT + ", see " + log.toAbsolutePath();
    }
    if (npm.exitValue() != 0) {
      return "npm ci failed: " + Files.readString(log);
    }
    Files.writeString(marker, lock);
    return "";
  }

  private static void copyScripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = INSTALLED.resolve(Objects.requireNonNull(file.getFileName()).toString());
        if (!Files.exists(copy) || Files.mismatch(file, copy) >= 0) {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static Stream<Path> onPath(String command) {
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable);
  }

  private static void skip(String reason) {
    System.err.println("SKIPPED: " + reason);
    assumeTrue(false, reason);
  }

  /** A script that runs. */
  static final class Running implements AutoCloseable {
    private final String script;
    private final Process process;
    private final Path errors;
    private final BufferedReader lines;

    private Running(String script, Process process, Path errors) {
      this.script = script;
      this.process = process;
      this.errors = errors;
      this.lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line it prints, as JSON. Fails if it ends without. */
    JsonNode next() {
      try {
        String line = lines.readLine();
        if (line == null) {
          throw new AssertionError(script + " ended early: " + Files.readString(errors));
        }
        return JSON.readTree(line);
      } catch (IOException e) {
        throw new UncheckedIOException(script + ": no line", e);
      }
    }

    /** Tells it to go on. */
    void goOn() {
      try {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(script + ": cannot be told to go on", e);
      }
    }

    /** The last line it prints before it ends well. */
    JsonNode last() {
      try {
        JsonNode last = next();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = JSON.readTree(line);
        }
        boolean ended = process.waitFor(STORY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError(script + " did not end well: " + Files.readString(errors));
        }
        return last;
      } catch (IOException e) {
        throw new UncheckedIOException(script + ": printed no JSON", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(script + ": interrupted", e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
