package dev.traitflow.server.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clock of all spaces of one instance: what {@code now} is when a record is appended to the
 * log. It is kept in the data directory, so that a later command goes on where this one stopped.
 *
 * <p>It never goes back, with one exception: a test clock that nobody has set shows the time of its
 * start, and may first be set to any instant, unless a call was taken before. Thread-safe.
 */
public final class SpaceClock {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private volatile ClockKind kind;
  private final LongSupplier wall;
  private long now;
  private boolean set;

  private SpaceClock(Path file, ClockKind kind, LongSupplier wall, long now, boolean set) {
    this.file = file;
    this.kind = kind;
    this.wall = wall;
    this.now = now;
    this.set = set;
  }

  /**
   * Opens the clock of a data directory.
   *
   * @param directory the data directory; {@code clock.json} in it is read and written
   * @param requested the kind wanted, or null for that of the directory (wall if it is new)
   * @param newestLogged greatest {@code at} near the end of the log, 0 if it is empty
   * @param wall the machine's clock, epoch milliseconds
   * @throws IllegalStateException if the directory's clock cannot become the requested kind: time
   *     that the machine or a test has set cannot be handed back to the events
   */
  public static SpaceClock open(
      Path directory, @Nullable ClockKind requested, long newestLogged, LongSupplier wall)
      throws IOException {
    Path file = directory.resolve("clock.json");
    boolean isNew = !Files.exists(file);
    JsonNode saved = isNew ? JSON.createObjectNode() : JSON.readTree(file.toFile());
    ClockKind savedKind =
        isNew ? null : ClockKind.valueOf(saved.path("kind").asText().toUpperCase(Locale.ROOT));
    ClockKind kind = requested != null ? requested : savedKind != null ? savedKind : ClockKind.WALL;
    if (kind == ClockKind.EVENT && savedKind != null && savedKind != ClockKind.EVENT) {
      throw new IllegalStateException(
          "clock of "
              + directory
              + ": got event (expected "
              + savedKind.wireName()
              + ", which this data has been running on)");
    }
    boolean wasSet = saved.path("set").asBoolean(savedKind != null);
    long reached = Math.max(saved.path("now").asLong(0), newestLogged);
    boolean unset = kind == ClockKind.TEST && !wasSet;
    long start =
        kind == ClockKind.EVENT || (kind == ClockKind.TEST && wasSet) ? 0 : wall.getAsLong();
    SpaceClock clock =
        new SpaceClock(file, kind, wall, unset ? start : Math.max(reached, start), !unset);
    clock.save();
    return clock;
  }

  /** What moves this clock. */
  public ClockKind kind() {
    return kind;
  }

  /** Epoch milliseconds; in event time 0 until the first event. */
  public synchronized long now() {
    if (kind == ClockKind.WALL) {
      now = Math.max(now, wall.getAsLong());
    }
    return now;
  }

  /** The instant of what comes from the system and not from a sender: 0 while unset. */
  public synchronized long controlNow() {
    return isUnset() ? 0 : now();
  }

  /**
   * True for a test clock that nobody has set. What it shows must then not become the time of the
   * spaces: the log only goes forward, and the clock may yet be set to the past.
   */
  public synchronized boolean isUnset() {
    return !set;
  }

  /**
   * The instant of a call that is taken. What an unset test clock shows then is the time of the
   * spaces, and the clock can only go forward from there.
   *
   * @throws UncheckedIOException if that cannot be kept in the data directory
   */
  public synchronized long nowOfCall() {
    if (isUnset()) {
      set = true;
      try {
        save();
      } catch (IOException failure) {
        set = false;
        throw new UncheckedIOException(file + ": cannot be written", failure);
      }
    }
    return now();
  }

  /**
   * Moves an event clock forward to an accepted event's timestamp. One beyond the machine's clock
   * moves nothing: an event of the year 9999 must neither end all windows nor make the results
   * depend on the day they were computed.
   */
  public synchronized void follow(long timestamp) {
    if (kind == ClockKind.EVENT && timestamp <= wall.getAsLong()) {
      now = Math.max(now, timestamp);
    }
  }

  /**
   * Sets a test clock.
   *
   * @return false, and nothing changed, if {@code instant} lies before the clock
   * @throws IllegalStateException if this is no test clock
   */
  public synchronized boolean set(long instant) throws IOException {
    if (kind != ClockKind.TEST) {
      throw new IllegalStateException("clock: got " + kind.wireName() + " (expected test)");
    }
    if (set && instant < now) {
      return false;
    }
    now = instant;
    set = true;
    save();
    return true;
  }

  /**
   * Hands an event clock over to the machine, for good: after the last event of a replay time goes
   * on by itself. Never goes back; does nothing on a wall clock.
   *
   * @throws IllegalStateException if this is a test clock
   */
  public synchronized void followMachine() throws IOException {
    if (kind == ClockKind.TEST) {
      throw new IllegalStateException("clock: got test (expected event or wall)");
    }
    kind = ClockKind.WALL;
    save();
  }

  /** Writes the clock to its file; a crash leaves the old or the new one, never a part. */
  public synchronized void save() throws IOException {
    ObjectNode node =
        JSON.createObjectNode().put("kind", kind.wireName()).put("now", now).put("set", set);
    Path next = file.resolveSibling("clock.json.next");
    Files.write(next, JSON.writeValueAsBytes(node));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
