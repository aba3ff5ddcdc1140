package dev.traitflow.launcher.replay;

import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends a file line by line into the log of a space and waits until all of it is reflected.
 *
 * <p>The server remembers for each origin the last line that is durable, so a replay that was
 * interrupted goes on after it, and a chunk whose answer was lost is cut down to what the server
 * lacks before it is sent again. One chunk is under way at a time, because the order of lines is
 * the order of the log and two HTTP requests have none; the next chunk is read meanwhile.
 */
public final class Replay {
  private static final int ATTEMPTS_MAX = 6;
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(500);

  private final ReplayServer server;
  private final ReplayFile file;
  private final String clock;
  private final Optional<Instant> until;
  private final Progress progress;

  /** Is told how far the reading has come. */
  public interface Progress {
    /**
     * @param bytes of the file on disk that have been read
     * @param lines that have been sent or skipped because the server has them
     */
    void at(long bytes, long lines);
  }

  /**
   * @param clock {@code event} or {@code wall}
   * @param until stop before the first line whose timestamp is at or after this
   */
  public Replay(
      ReplayServer server,
      ReplayFile file,
      String clock,
      Optional<Instant> until,
      Progress progress) {
    this.server = server;
    this.file = file;
    this.clock = clock.toLowerCase(Locale.ROOT);
    this.until = until;
    this.progress = progress;
  }

  /**
   * The result of a replay.
   *
   * @param read lines of the file that are not blank, up to its end or {@code until}
   * @param totals what became of them
   */
  public record Result(long read, ReplayTotals totals) {}

  /**
   * Sends all lines the server does not have and returns when they are reflected in every profile.
   *
   * @throws Failure if the file cannot be read or the server cannot be reached for long
   */
  public Result run() {
    String origin = file.origin();
    ReplayServer.Position begin = server.position(origin);
    AtomicLong position = new AtomicLong();
    ExecutorService reading = Executors.newSingleThreadExecutor();
    try (InputStream input = file.open(position)) {
      ChunkReader reader = new ChunkReader(input, until);
      long read = 0;
      Future<Optional<Chunk>> next = reading.submit(reader::next);
      for (Optional<Chunk> chunk = next.get(); chunk.isPresent(); chunk = next.get()) {
        next = reading.submit(reader::next);
        Chunk rest = chunk.get().after(begin.lastLine());
        if (rest.lines() > 0) {
          send(origin, rest);
        }
        read += chunk.get().nonBlank();
        progress.at(position.get(), chunk.get().lastLine());
      }
      return new Result(read, server.flush(begin.space(), origin));
    } catch (IOException e) {
      throw new Failure(file + ": cannot be read: " + e.getMessage(), e);
    } catch (ExecutionException e) {
      throw new Failure(file + ": cannot be read to its end: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(file + ": interrupted; the same command goes on where it stopped", e);
    } finally {
      reading.shutdownNow();
    }
  }

  private void send(String origin, Chunk chunk) throws InterruptedException {
    Chunk rest = chunk;
    Duration backoff = BACKOFF_FIRST;
    for (int attempt = 1; rest.lines() > 0; attempt++) {
      try {
        server.send(origin, rest, clock);
        return;
      } catch (ReplayServer.Unavailable e) {
        if (attempt == ATTEMPTS_MAX) {
          throw new Failure(e.getMessage() + " (" + attempt + " attempts)", e);
        }
        Thread.sleep(e.pause().orElse(backoff).toMillis());
        backoff = backoff.multipliedBy(2);
        rest = rest.after(server.position(origin).lastLine());
      }
    }
  }
}
