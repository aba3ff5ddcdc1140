package dev.traitflow.server.debugger;

import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.server.debugger.SourceRing.Picture;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest calls of every source. Bytes are kept as they came; only what somebody looks at is
 * parsed, by the same parser the job uses, so that both say the same of a call. Thread-safe.
 */
public final class SourceDebugger {
  private static final long BYTES_MAX = 64L << 20;

  private final EventParser parser;
  private final long bytesMax;
  private final ConcurrentMap<Address, SourceRing> rings = new ConcurrentHashMap<>();
  private final AtomicLong skipped = new AtomicLong();

  private record Address(String space, String source) {}

  /** Keeps at most 500 calls a source and 64 MiB of all of them. */
  public SourceDebugger(EventParser parser) {
    this(parser, BYTES_MAX);
  }

  SourceDebugger(EventParser parser, long bytesMax) {
    this.parser = parser;
    this.bytesMax = bytesMax;
  }

  /** Notes the call at an offset of the log. */
  public void arrived(long offset, LogRecord call) {
    SourceRing ring = ring(call.space(), call.source());
    if (call.body().length <= EventParser.BODY_BYTES_MAX) {
      ring.add(offset, call);
    } else if (parser.parse(call) instanceof Parsed.Rejected tooLarge) {
      ring.refuse(offset, new Refusal(tooLarge.reason(), tooLarge.message()));
      byte[] sample = Arrays.copyOf(call.body(), EventParser.BODY_BYTES_MAX);
      ring.add(offset, call.withBody(sample));
    }
  }

  /** Notes that the job refused a call of the log. */
  public void rejected(RejectedCall call) {
    ring(call.space(), call.source())
        .refuse(call.sequence(), new Refusal(call.reason(), call.message()));
  }

  /** What there is of a source. */
  Picture picture(String space, String source) {
    return ring(space, source).picture();
  }

  /** The parser that judges calls. */
  EventParser parser() {
    return parser;
  }

  /** So many records were passed over because more came than can be shown. */
  void skip(long records) {
    skipped.addAndGet(records);
  }

  /**
   * How many records were passed over since the start: of the log, calls and others, and of what
   * was rejected.
   */
  public long skipped() {
    return skipped.get();
  }

  /** Where all sources together hold too much, those that hold most give up their older half. */
  void trim() {
    while (rings.values().stream().mapToLong(SourceRing::bytes).sum() > bytesMax) {
      rings.values().stream()
          .max(Comparator.comparingLong(SourceRing::bytes))
          .ifPresent(SourceRing::halve);
    }
  }

  private SourceRing ring(String space, String source) {
    return rings.computeIfAbsent(new Address(space, source), unseen -> new SourceRing());
  }
}
