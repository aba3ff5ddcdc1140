package dev.traitflow.jobs.runtime;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is written in place of a record beyond the bound of its topic. Readers of the key must not
 * go on with what they had, for it is not current any more: a value is taken away with a flag that
 * says why, an event stays with its name and time alone, a profile's features are those of one that
 * is not scored, a marker keeps its place in the order without its counts.
 */
final class TooLargeRecord {
  private static final int NAME_BYTES_MAX = 1_024;

  private final TopicRecord record;
  private final int partitions;
  private final List<TopicRecord> written = new ArrayList<>();

  private TooLargeRecord(TopicRecord record, int partitions) {
    this.record = record;
    this.partitions = partitions;
  }

  /** The records to write in its place, all within the bounds of their topics. */
  static List<TopicRecord> replace(TopicRecord record, int partitions) {
    TooLargeRecord replaced = new TooLargeRecord(record, partitions);
    if (Marker.isMarkerKey(record.key())) {
      replaced.marker(Marker.CODEC.decode(record.value()));
      return replaced.written;
    }
    switch (record.topic()) {
      case Topics.PROFILE_CHANGES -> replaced.change(ProfileChange.CODEC.decode(record.value()));
      case Topics.PROFILE_EVENTS -> replaced.event(ResolvedEvent.CODEC.decode(record.value()));
      case Topics.PROFILE_FEATURES -> replaced.features(FeatureBlock.CODEC.decode(record.value()));
      case Topics.INSIGHTS -> replaced.insight(Insight.CODEC.decode(record.value()));
      case Topics.IDENTIFIERS -> {
        IdentityChange change = IdentityChange.CODEC.decode(record.value());
        replaced.reject(change.space(), "", change.sequence(), 0, "an identifier");
      }
      case Topics.REJECTED -> replaced.rejected(RejectedCall.CODEC.decode(record.value()));
      case Topics.EVENTS -> {
        LogRecord of = LogRecord.CODEC.decode(record.value());
        replaced.reject(of.space(), of.source(), 0, of.at(), "a " + of.kind());
      }
      default ->
          throw new IllegalArgumentException(
              "topic: got '" + record.topic() + "' (expected one that a job writes)");
    }
    return replaced.written;
  }

  private void marker(Marker marker) {
    instead(
        Marker.CODEC.encode(
            new Marker(
                marker.stage(),
                marker.subtask(),
                marker.parallelism(),
                marker.attempt(),
                marker.flush(),
                marker.asOf(),
                Map.of())));
  }

  private void change(ProfileChange change) {
    String trait = "a pointer";
    ProfileChange.Body body = change.body();
    if (body instanceof ProfileChange.Value value) {
      trait = "trait " + value.value().key();
      body = new ProfileChange.Value(value.value().tooLarge());
    } else if (body instanceof ProfileChange.Staged staged) {
      trait = "trait " + staged.value().key();
      body = new ProfileChange.Staged(staged.value().tooLarge());
    }
    ProfileChange replaced =
        new ProfileChange(change.space(), change.profile(), change.attempt(), change.asOf(), body);
    instead(ProfileChange.CODEC.encode(replaced));
    reject(change.space(), "", 0, change.asOf(), trait + " of profile " + change.profile());
  }

  private void event(ResolvedEvent resolved) {
    Event event = resolved.event();
    Event bare =
        new Event(
            event.type(),
            event.messageId(),
            event.timestamp(),
            event.receivedAt(),
            event.source(),
            event.name().length() > NAME_BYTES_MAX ? "" : event.name(),
            null,
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            Event.NONE,
            Event.NONE);
    ResolvedEvent replaced =
        new ResolvedEvent(
            resolved.space(), resolved.profile(), resolved.sequence(), bare, List.of());
    String from = ResolvedEvent.movedFrom(record.value());
    instead(
        from == null
            ? ResolvedEvent.CODEC.encode(replaced)
            : ResolvedEvent.encodeMoved(replaced, from));
    String what = "event " + event.messageId() + " of profile " + resolved.profile();
    reject(resolved.space(), event.source(), resolved.sequence(), event.receivedAt(), what);
  }

  private void features(FeatureBlock block) {
    FeatureBlock unknown =
        new FeatureBlock(
            block.space(),
            block.profile(),
            block.at(),
            /* known= */ false,
            new double[FeatureSet.PROFILE_FEATURES.size()],
            new TreeMap<>(),
            new TreeMap<>(),
            block.predicted(),
            List.of());
    instead(FeatureBlock.CODEC.encode(unknown));
    reject(block.space(), "", 0, block.at(), "features of profile " + block.profile());
  }

  private void insight(Insight insight) {
    String text = DiscardReason.RECORD_TOO_LARGE.code() + ": " + sentence("an insight");
    Insight replaced =
        new Insight(
            insight.space(),
            insight.sequence(),
            insight.number(),
            insight.at(),
            insight.source(),
            insight.profile(),
            new Insight.Refused(text, "", List.of(), List.of()));
    instead(Insight.CODEC.encode(replaced));
    reject(insight.space(), insight.source(), insight.sequence(), insight.at(), "an insight");
  }

  private void rejected(RejectedCall call) {
    reject(call.space(), call.source(), call.sequence(), call.at(), "a rejected call");
  }

  /** Its key stays, so that what was known of it is replaced; one beyond all bounds has none. */
  private void instead(byte[] value) {
    TopicRecord replaced = new TopicRecord(record.topic(), record.partition(), record.key(), value);
    if (replaced.bytes() <= replaced.bytesMax()) {
      written.add(replaced);
    }
  }

  private void reject(String space, String source, long sequence, long at, String what) {
    RejectedCall call =
        new RejectedCall(
            space,
            source,
            sequence,
            "",
            0,
            at,
            DiscardReason.RECORD_TOO_LARGE,
            sentence(what),
            record.key());
    byte[] value = RejectedCall.CODEC.encode(call);
    int partition = Topics.partition(source, partitions);
    TopicRecord rejected = new TopicRecord(Topics.REJECTED, partition, call.topicKey(), value);
    if (rejected.bytes() <= rejected.bytesMax()) {
      written.add(rejected);
    }
  }

  private String sentence(String what) {
    return String.format(
        "%s: got %d bytes for %s (expected at most %d)",
        record.topic(), record.bytes(), what, record.bytesMax());
  }
}
