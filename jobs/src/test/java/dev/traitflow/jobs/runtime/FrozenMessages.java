package dev.traitflow.jobs.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.jobs.Frozen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What operators send each other and what keys their state has. Messages lie in checkpoints as
 * well, when these do not wait for what is under way.
 */
public final class FrozenMessages {
  private static final byte[] BODY = "{\"a\":1}".getBytes(UTF_8);

  private static final LogRecord CALL =
      LogRecord.call(
          "spa_shop",
          1_740_000_000_000L,
          "web",
          "m1",
          "",
          "{\"type\":\"track\",\"event\":\"Login\",\"userId\":\"u\"}".getBytes(UTF_8));

  private static final LogEntry ENTRY = new LogEntry(3, 4_711, CALL);

  private static final LaneInput ACCEPTED =
      LaneInput.of(ENTRY, CALL.withBody(new byte[0]), new EventParser().parse(CALL));

  private static final LaneInput REJECTED =
      LaneInput.of(
          ENTRY, CALL, new Parsed.Rejected(DiscardReason.ID_NOT_STRING, "userId: got 1 é"));

  private static final LaneInput CONTROL =
      LaneInput.of(ENTRY, LogRecord.flush(1_740_000_000_000L, 12), null);

  private static final byte[] HISTORY_KEY = HistoryKey.of(1_740_000_000_000L, "m-1 é");

  /** Every form. */
  public static final List<Frozen> ALL = all();

  private FrozenMessages() {}

  private static List<Frozen> all() {
    List<Frozen> all = new ArrayList<>();
    all.add(Frozen.of("log-entry.v1", LogEntry.CODEC, ENTRY));
    all.add(Frozen.of("lane-input.accepted.v1", LaneInput.CODEC, ACCEPTED));
    all.add(Frozen.of("lane-input.rejected.v1", LaneInput.CODEC, REJECTED));
    all.add(Frozen.of("lane-input.control.v1", LaneInput.CODEC, CONTROL));
    all.add(
        Frozen.of(
            "topic-record.v1",
            TopicRecord.CODEC,
            new TopicRecord("profiles.events", 3, new byte[] {1, 2}, BODY)));
    all.add(
        Frozen.of(
            "feature-input.v1",
            FeatureInput.CODEC,
            new FeatureInput(true, 1, 4, "spa_shop/use_1", BODY)));
    for (HistoryPart.Kind kind : HistoryPart.Kind.values()) {
      all.add(
          Frozen.of(
              "history-part." + word(kind.name()) + ".v1",
              HistoryPart.CODEC,
              new HistoryPart(kind, "spa_shop/use_1", 4_711, BODY)));
    }
    all.add(
        new Frozen(
            "serialized-message.v1",
            serialized(new CodecSerializer<>(MessageType.LOG_ENTRY), ENTRY),
            bytes -> deserialized(new CodecSerializer<>(MessageType.LOG_ENTRY), bytes),
            ENTRY));
    all.add(Frozen.key("history-key", HISTORY_KEY));
    all.add(
        new Frozen(
            "fixed-bytes",
            serialized(FixedBytesSerializer.INSTANCE, HISTORY_KEY),
            bytes -> deserialized(FixedBytesSerializer.INSTANCE, bytes),
            HISTORY_KEY));
    all.add(snapshot("fixed-bytes.snapshot", FixedBytesSerializer.INSTANCE));
    for (MessageType type : MessageType.values()) {
      if (type != MessageType.PROFILE_MESSAGE) {
        all.add(snapshot(word(type.name()) + ".snapshot", new CodecSerializer<>(type)));
      }
    }
    return all;
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a savepoint keeps of a serializer: the name of a class, and what that class writes. */
  private static Frozen snapshot(String name, TypeSerializer<?> serializer) {
    DataOutputSerializer out = new DataOutputSerializer(64);
    try {
      TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Frozen(name, out.getCopyOfBuffer(), FrozenMessages::restored, serializer);
  }

  private static TypeSerializer<?> restored(byte[] snapshot) {
    try {
      return TypeSerializerSnapshot.readVersionedSnapshot(
              new DataInputDeserializer(snapshot), FrozenMessages.class.getClassLoader())
          .restoreSerializer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> byte[] serialized(TypeSerializer<T> serializer, T value) {
    DataOutputSerializer out = new DataOutputSerializer(64);
    try {
      serializer.serialize(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.getCopyOfBuffer();
  }

  private static <T> T deserialized(TypeSerializer<T> serializer, byte[] bytes) {
    try {
      return serializer.deserialize(new DataInputDeserializer(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
