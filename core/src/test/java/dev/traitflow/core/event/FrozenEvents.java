package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.codec.Frozen;
import dev.traitflow.core.topic.SkippedRecord;
import java.util.List;

/** What this package stores. */
public final class FrozenEvents {
  /** An event with every field. */
  public static final Event EVENT =
      new Event(
          EventType.PAGE,
          "m-1",
          1_740_000_000_000L,
          1_740_000_000_250L,
          "web",
          "Page Viewed",
          "u1",
          "a1",
          "g1",
          "p1",
          "Hömé",
          "Shop",
          "{\"price\":22.50}".getBytes(UTF_8),
          "{\"plan\":\"pro\"}".getBytes(UTF_8),
          "{\"ip\":\"1.2.3.4\"}".getBytes(UTF_8),
          "{\"All\":false}".getBytes(UTF_8));

  /** The same without what version 1 did not have. */
  private static final Event EVENT_1 =
      new Event(
          EVENT.type(),
          EVENT.messageId(),
          EVENT.timestamp(),
          EVENT.receivedAt(),
          EVENT.source(),
          EVENT.name(),
          EVENT.userId(),
          EVENT.anonymousId(),
          EVENT.groupId(),
          EVENT.previousId(),
          EVENT.title(),
          EVENT.category(),
          EVENT.properties(),
          EVENT.traits(),
          EVENT.context());

  private static final byte[] BODY = "{\"userId\":\"u1\"}".getBytes(UTF_8);

  /** A call with every field that a call can have. */
  public static final LogRecord CALL =
      new LogRecord(
          LogRecord.Kind.CALL,
          "spa_shop",
          1_740_000_000_000L,
          "web",
          "4f2a",
          17,
          "4f2a-17",
          "track",
          BODY,
          true,
          new Parsed.Rejected(DiscardReason.SOURCE_DISABLED, "source: it is off"));

  private static final LogRecord CALL_1 = LogRecord.call("spa", 1_000, "web", "m1", "track", BODY);

  private static final TraitWrite WRITE =
      new TraitWrite(
          "use_1", "churn", "v7", 1_740_000_000_000L, "{\"p_churn\":0.5}".getBytes(UTF_8));

  private static final SkippedRecord SKIPPED =
      new SkippedRecord(3, 4_711, "spa_shop", 1_740_000_000_000L, "broken since the import");

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.earlier("event.v1", Event.CODEC, EVENT_1),
          Frozen.of("event.v2", Event.CODEC, EVENT),
          Frozen.earlier("log-record.v1", LogRecord.CODEC, CALL_1),
          Frozen.of("log-record.v2", LogRecord.CODEC, CALL),
          Frozen.of("log-record.scored.v2", LogRecord.CODEC, LogRecord.scored(5, 12, 300)),
          Frozen.of("log-record.beat.v2", LogRecord.CODEC, LogRecord.beat(5, 12)),
          Frozen.of("trait-write.v1", TraitWrite.CODEC, WRITE),
          Frozen.of("skipped-record.v1", SkippedRecord.CODEC, SKIPPED),
          Frozen.key("skipped-record.key.v1", SKIPPED.topicKey()));

  private FrozenEvents() {}
}
