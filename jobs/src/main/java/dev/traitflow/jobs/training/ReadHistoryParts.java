package dev.traitflow.jobs.training;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the topics {@code profiles.events} and {@code identifiers} of one space as parts of
 * histories: events, where merged profiles went, who was deleted, and who is known.
 */
public final class ReadHistoryParts implements KafkaRecordDeserializationSchema<HistoryPart> {
  private static final byte[] NONE = new byte[0];

  private final String space;

  /** Reads the parts of one space. */
  public ReadHistoryParts(String space) {
    this.space = space;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<HistoryPart> out) {
    if (Marker.isMarkerKey(record.key())) {
      return;
    }
    if (record.topic().equals(Topics.PROFILE_EVENTS)) {
      ResolvedEvent resolved = ResolvedEvent.CODEC.decode(record.value());
      if (resolved.space().equals(space) && !resolved.profile().isEmpty()) {
        out.collect(
            new HistoryPart(
                Kind.EVENT,
                resolved.profile(),
                resolved.sequence(),
                Event.CODEC.encode(resolved.event())));
        // The topic may still hold the record that this one replaces.
        String from = ResolvedEvent.movedFrom(record.value());
        if (from != null) {
          out.collect(new HistoryPart(Kind.GONE, from, resolved.sequence(), NONE));
        }
      }
      return;
    }
    IdentityChange change = IdentityChange.CODEC.decode(record.value());
    if (!change.space().equals(space)) {
      return;
    }
    if (change.body() instanceof IdentityChange.MergedInto merged) {
      out.collect(
          new HistoryPart(
              Kind.MERGED_INTO,
              merged.profile(),
              change.sequence(),
              merged.canonical().getBytes(StandardCharsets.UTF_8)));
    } else if (change.body() instanceof IdentityChange.Deleted deleted) {
      out.collect(new HistoryPart(Kind.DELETED, deleted.profile(), change.sequence(), NONE));
    } else if (change.body() instanceof IdentityChange.Mapped mapped
        && mapped.identifier().collection().equals(Identifier.USERS)
        && !mapped.identifier().type().equals(Identifier.ANONYMOUS_ID)) {
      out.collect(
          new HistoryPart(
              Kind.KNOWN,
              mapped.profile(),
              change.sequence(),
              mapped.identifier().type().getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Override
  public TypeInformation<HistoryPart> getProducedType() {
    return CodecTypeInformation.historyParts();
  }
}
