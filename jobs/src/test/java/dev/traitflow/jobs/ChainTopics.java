package dev.traitflow.jobs;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The topics of a {@link JobChain}: at-least-once sinks before them, a reader behind them. What a
 * sink has taken since the last barrier may be in its partition or not when the job fails; what is
 * there stays. Partitions are read independently of each other.
 */
final class ChainTopics {
  private final Random random;
  private final TopicReader reader = new TopicReader();
  private final Map<TopicReader.Place, List<TopicRecord>> partitions = new LinkedHashMap<>();
  private final Map<TopicReader.Place, Integer> offsets = new LinkedHashMap<>();
  private final Map<Sender, Deque<TopicRecord>> pending = new LinkedHashMap<>();

  /** A sink's way to one partition, on which order is kept. */
  private record Sender(int sink, TopicReader.Place place) {}

  ChainTopics(Random random) {
    this.random = random;
  }

  /** What a reader of all topics knows so far. */
  TopicReader reader() {
    return reader;
  }

  /** A sink takes a record. */
  void take(int sink, TopicRecord topicRecord) {
    refuseTooLarge(topicRecord);
    TopicReader.Place place = new TopicReader.Place(topicRecord.topic(), topicRecord.partition());
    pending.computeIfAbsent(new Sender(sink, place), any -> new ArrayDeque<>()).add(topicRecord);
  }

  /** Records are bounded where they are made: none is beyond, and none was replaced for it. */
  private static void refuseTooLarge(TopicRecord topicRecord) {
    String topic = topicRecord.topic();
    if (topicRecord.bytes() > topicRecord.bytesMax()) {
      throw new AssertionError(
          "%s: got %d bytes (expected at most %d)"
              .formatted(topic, topicRecord.bytes(), topicRecord.bytesMax()));
    }
    if (topic.equals(Topics.REJECTED) && !Marker.isMarkerKey(topicRecord.key())) {
      RejectedCall call = RejectedCall.CODEC.decode(topicRecord.value());
      if (call.reason() == DiscardReason.RECORD_TOO_LARGE) {
        throw new AssertionError(call.message());
      }
    }
  }

  /** A sink writes everything it took, as at a barrier. */
  void flush(int sink) {
    pending.forEach(
        (sender, records) -> {
          if (sender.sink() == sink) {
            write(sender, records, records.size());
          }
        });
  }

  /** Some sink writes some of what it took. */
  void writeSome() {
    List<Sender> senders = new ArrayList<>(pending.keySet());
    if (!senders.isEmpty()) {
      Sender sender = senders.get(random.nextInt(senders.size()));
      Deque<TopicRecord> records = pending.getOrDefault(sender, new ArrayDeque<>());
      write(sender, records, random.nextInt(records.size() + 1));
    }
  }

  /** Everything is written and read. */
  void settle() {
    pending.forEach((sender, records) -> write(sender, records, records.size()));
    partitions.forEach((place, records) -> read(place, records.size()));
  }

  /** The sinks fail: of what each took for a partition, only the first records are in it. */
  void fail() {
    pending.forEach(
        (sender, records) -> {
          write(sender, records, random.nextInt(records.size() + 1));
          records.clear();
        });
  }

  /** The reader reads some records of some partition. */
  void readSome() {
    List<TopicReader.Place> places = new ArrayList<>(partitions.keySet());
    if (!places.isEmpty()) {
      read(places.get(random.nextInt(places.size())), 1 + random.nextInt(200));
    }
  }

  private void write(Sender sender, Deque<TopicRecord> records, int count) {
    List<TopicRecord> partition =
        partitions.computeIfAbsent(sender.place(), any -> new ArrayList<>());
    for (int i = 0; i < count; i++) {
      partition.add(records.remove());
    }
  }

  private void read(TopicReader.Place place, int most) {
    List<TopicRecord> records = partitions.getOrDefault(place, List.of());
    int from = offsets.getOrDefault(place, 0);
    int to = Math.min(records.size(), from + most);
    for (TopicRecord topicRecord : records.subList(from, to)) {
      reader.apply(place, topicRecord.key(), topicRecord.value());
    }
    offsets.put(place, to);
  }
}
