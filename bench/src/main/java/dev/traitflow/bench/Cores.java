package dev.traitflow.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Binds all threads of this process, and those they start from then on, to some of the machine's
 * cores. By {@code taskset} of Linux; elsewhere it refuses.
 */
final class Cores {
  private static final long TIMEOUT_SECONDS = 30;
  private static final int ATTEMPTS = 20;

  private final String before;

  private Cores(String before) {
    this.before = before;
  }

  /**
   * Binds to the first {@code count} cores this process may use, until {@link #release}.
   *
   * @throws IOException if threads cannot be bound here
   */
  static Cores first(int count) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    String said = run("taskset", "-c", "-p", pid);
    String allowed = said.substring(said.lastIndexOf(':') + 1).strip();
    StringBuilder wanted = new StringBuilder();
    int taken = 0;
    for (String range : allowed.split(",")) {
      String[] ends = range.split("-");
      for (int core = Integer.parseInt(ends[0]);
          core <= Integer.parseInt(ends[ends.length - 1]) && taken < count;
          core++) {
        wanted.append(taken++ == 0 ? "" : ",").append(core);
      }
    }
    if (taken < count) {
      throw new IOException("cores: got " + allowed + " (expected at least " + count + ")");
    }
    bind(wanted.toString());
    return new Cores(allowed);
  }

  /** Lets the threads run again where they might before. */
  void release() throws IOException, InterruptedException {
    bind(before);
  }

  private static void bind(String cores) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    for (int attempt = 1; ; attempt++) {
      try {
        run("taskset", "-a", "-c", "-p", cores, pid);
        return;
      } catch (IOException refused) {
        // It stops at a thread that ended after being listed.
        if (attempt == ATTEMPTS) {
          throw refused;
        }
      }
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": got " + said.strip());
    }
    return said;
  }
}
