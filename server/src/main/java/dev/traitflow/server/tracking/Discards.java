package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed.Rejected;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.access.RateLimit;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.log.EventLog;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is refused at the door: each with reason, count and sample.
 *
 * <p>Where the space is known, the refusal goes into its log, and so is counted and shown with
 * those of the job, in their order, and outlives a restart. What belongs to no space (an unknown
 * write key) is counted here, since the start, with the newest samples. Clients hammer after an
 * error, so beyond {@link #LOGGED_PER_SECOND} a second refusals are counted and not logged.
 */
public final class Discards {
  private static final Logger LOG = LoggerFactory.getLogger(Discards.class);
  private static final int LOGGED_PER_SECOND = 200;
  private static final int SAMPLE_BYTES_MAX = 2_048;
  private static final int KEY_CHARS_SHOWN = 4;
  private static final int UNPLACED_KEPT = 20;

  private static final int TEXT_CHARS_MAX = 80;

  private final EventLog log;
  private final LongSupplier now;
  private final RateLimit logged = new RateLimit(LOGGED_PER_SECOND, System::nanoTime);
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Deque<Unplaced> unplaced = new ArrayDeque<>();

  /** A refusal of no space. Of the write key only the beginning is kept: it may be a secret. */
  private record Unplaced(
      long at, String code, String message, String keyBegin, String route, String address) {}

  /**
   * Nothing was refused yet.
   *
   * @param now what time it is, epoch milliseconds
   */
  public Discards(EventLog log, LongSupplier now) {
    this.log = log;
    this.now = now;
  }

  /** A call that was refused as a whole; what a caller may repeat as fast as it likes. */
  void refuse(SourceOfSpace source, String message, byte[] body) {
    DiscardReason reason = DiscardReason.BAD_REQUEST;
    count(source, reason, 1);
    if (logged.secondsToWait() == 0) {
      CompletableFuture<?> unusedBecauseLogged =
          log.append(record(source, reason, message, "", 1, body))
              .whenComplete(
                  (offset, failure) -> {
                    if (failure != null) {
                      LOG.warn("A refused call could not be logged", failure);
                    }
                  });
    }
  }

  /** Calls of an accepted request that are dropped: counts them, and returns what to append. */
  LogRecord drop(
      SourceOfSpace source,
      DiscardReason reason,
      String message,
      String type,
      int calls,
      byte[] sample) {
    count(source, reason, calls);
    return record(source, reason, message, type, calls, sample);
  }

  /**
   * A request that belongs to no space: its write key is unknown, or cannot be read.
   *
   * @param writeKey the key it brought, empty if none was found
   */
  void unplaced(HttpProblem problem, String writeKey, HttpServerExchange exchange) {
    counts.computeIfAbsent(problem.code().wireName(), name -> new LongAdder()).increment();
    String begin =
        writeKey.length() <= KEY_CHARS_SHOWN ? "" : writeKey.substring(0, KEY_CHARS_SHOWN);
    Unplaced one =
        new Unplaced(
            now.getAsLong(),
            problem.code().wireName(),
            problem.sentence(),
            begin,
            shorten(exchange.getRequestPath()),
            Door.address(exchange));
    synchronized (unplaced) {
      unplaced.addFirst(one);
      if (unplaced.size() > UNPLACED_KEPT) {
        unplaced.removeLast();
      }
    }
  }

  /** Requests of a source that were refused for now, and will come again. */
  void putOff(SourceOfSpace source, HttpProblem problem) {
    counts
        .computeIfAbsent(problem.code().wireName() + "/" + source.space(), name -> new LongAdder())
        .increment();
  }

  /** The counts, by code, or by {@code CODE/SPACE} where the space is known. */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }

  /** Writes the counts into {@code node}. */
  public void writeTo(ObjectNode node) {
    counts().forEach(node::put);
  }

  /** Writes count and newest samples of requests with an unknown write key into {@code node}. */
  public void writeUnknownTo(ObjectNode node) {
    LongAdder count = counts.get(ErrorCode.UNKNOWN_SOURCE.wireName());
    node.put("count", count == null ? 0 : count.sum());
    ArrayNode samples = node.putArray("samples");
    synchronized (unplaced) {
      for (Unplaced one : unplaced) {
        samples
            .addObject()
            .put("received_at", IsoTime.format(one.at()))
            .put("code", one.code())
            .put("message", one.message())
            .put("write_key", one.keyBegin().isEmpty() ? "" : one.keyBegin() + "...")
            .put("route", one.route())
            .put("address", one.address());
      }
    }
  }

  private void count(SourceOfSpace source, DiscardReason reason, int calls) {
    counts
        .computeIfAbsent(reason.code() + "/" + source.space(), name -> new LongAdder())
        .add(calls);
  }

  private static LogRecord record(
      SourceOfSpace source,
      DiscardReason reason,
      String message,
      String type,
      int calls,
      byte[] body) {
    byte[] sample = body.length <= SAMPLE_BYTES_MAX ? body : cut(body);
    return LogRecord.refused(
        source.space(),
        0,
        source.source().slug(),
        new Rejected(reason, message),
        type,
        calls,
        sample);
  }

  /** The first bytes, without half a character at the end. */
  private static byte[] cut(byte[] body) {
    int end = SAMPLE_BYTES_MAX;
    while (end > SAMPLE_BYTES_MAX - 4 && (body[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(body, end);
  }

  private static String shorten(String text) {
    String ascii = new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    return ascii.length() <= TEXT_CHARS_MAX ? ascii : ascii.substring(0, TEXT_CHARS_MAX) + "...";
  }
}
