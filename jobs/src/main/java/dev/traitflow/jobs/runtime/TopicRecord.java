package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;

/**
 * A record on its way to a topic, already encoded.
 *
 * @param topic the topic
 * @param partition its partition
 * @param key the record's key
 * @param value the record's value
 */
public record TopicRecord(String topic, int partition, byte[] key, byte[] value) {

  /** Version 1: the first format. */
  public static final Codec<TopicRecord> CODEC = new TopicRecordCodec();

  /** What it counts against its bound, in bytes. */
  public int bytes() {
    return key.length + value.length;
  }

  /** What {@link #bytes} may be at most. */
  public int bytesMax() {
    return Marker.isMarkerKey(key) ? Topics.MARKER_BYTES_MAX : Topics.bytesMax(topic);
  }

  private static final class TopicRecordCodec implements Codec<TopicRecord> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(TopicRecord record) {
      return new ByteWriter(64 + record.key.length + record.value.length)
          .writeByte(VERSION_1)
          .writeString(record.topic)
          .writeInt(record.partition)
          .writeBytes(record.key)
          .writeBytes(record.value)
          .toBytes();
    }

    @Override
    public TopicRecord decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "topic record");
      return new TopicRecord(in.readString(), in.readInt(), in.readBytes(), in.readBytes());
    }
  }
}
