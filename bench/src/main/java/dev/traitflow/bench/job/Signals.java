package dev.traitflow.bench.job;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * Short messages between a benchmark and the subtasks of its job, as files of a folder: operators
 * are copied into the job, so they share no objects with who started it.
 *
 * @param folder where the files are, absolute; a text, so that jobs can carry it
 */
public record Signals(String folder) implements Serializable {
  private static final long POLL_MILLIS = 2;

  /** Signals in a folder, which is made. */
  public static Signals in(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new Signals(folder.toAbsolutePath().toString());
  }

  /** A file of the folder. */
  public Path file(String name) {
    return Path.of(folder, name);
  }

  /** Raises a signal with a text; readers see all of the text or nothing. */
  public void raise(String name, String text) {
    try {
      Path next = file(name + ".next");
      Files.writeString(next, text);
      Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("signal " + name + ": cannot be raised", e);
    }
  }

  /** True if the signal was raised. */
  public boolean isRaised(String name) {
    return Files.exists(file(name));
  }

  /** The text of a signal that was raised. */
  public String text(String name) {
    try {
      return Files.readString(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException("signal " + name + ": cannot be read", e);
    }
  }

  /**
   * Waits for a signal and returns its text.
   *
   * @param job looked at while waiting: if it failed there is nothing to wait for
   * @throws IllegalStateException if the job failed or the time is over
   */
  public String await(String name, Duration timeout, BenchCluster.Job job)
      throws InterruptedException {
    if (!awaitUntil(name, timeout, job)) {
      throw new IllegalStateException("signal " + name + ": not raised within " + timeout);
    }
    return text(name);
  }

  /** Waits for a signal; false if the time is over. */
  public boolean awaitUntil(String name, Duration timeout, BenchCluster.Job job)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    long nextLook = System.nanoTime();
    while (!isRaised(name)) {
      if (System.nanoTime() > nextLook) {
        job.requireRunning();
        nextLook = System.nanoTime() + 500_000_000;
      }
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }
}
