package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.Map;
import java.util.TreeMap;

/**
 * A mark that one subtask of a stage writes into every partition of its output topic: everything it
 * wrote before is complete up to a flush and an instant. When the marks of all subtasks have come
 * out of a partition, the partition is complete up to there.
 *
 * <p>In a topic a marker is told from a record by the first byte of its key: {@link #KEY_PREFIX}.
 *
 * @param stage the stage that marks
 * @param subtask which subtask, from 0
 * @param parallelism how many subtasks the stage has
 * @param attempt job start and attempt
 * @param flush number of the newest flush that is complete, 0 before the first
 * @param asOf instant up to which values are right, epoch milliseconds
 * @param counts numbers to report with a flush, such as accepted calls by origin; often empty
 */
public record Marker(
    String stage,
    int subtask,
    int parallelism,
    long attempt,
    long flush,
    long asOf,
    Map<String, Long> counts) {

  /** The count that says where in its lane of the log the newest flush lies. */
  public static final String FLUSH_OFFSET = "flush_offset";

  /**
   * Begins the counts {@code refused.CODE/SPACE/SOURCE} of calls that were taken without a part of
   * them.
   */
  public static final String REFUSED = "refused.";

  /**
   * The count that says at which instant time alone changes a value next, epoch milliseconds;
   * {@link Long#MAX_VALUE} if it changes none. Missing while that is not known, as when events
   * come.
   */
  public static final String DUE = "due";

  /** First byte of a marker's topic key; record keys start with 1. */
  public static final byte KEY_PREFIX = 0;

  /** Version 200: the first format. Its values tell themselves from records by that byte. */
  public static final Codec<Marker> CODEC = new MarkerCodec();

  public Marker {
    counts = Map.copyOf(counts);
  }

  /** True if a record with this topic key is a marker. */
  public static boolean isMarkerKey(byte[] topicKey) {
    return topicKey.length > 0 && topicKey[0] == KEY_PREFIX;
  }

  /** The topic's key: compaction keeps one marker for each subtask. */
  public byte[] topicKey() {
    return new ByteWriter().writeByte(KEY_PREFIX).writeString(stage).writeInt(subtask).toBytes();
  }

  private static final class MarkerCodec implements Codec<Marker> {
    /**
     * Versions count from 200, those of records from 1: a reader that sees values only, without
     * their keys (a Flink SQL format), must not take a marker for a record.
     */
    private static final int VERSION_200 = 200;

    @Override
    public byte[] encode(Marker marker) {
      ByteWriter out =
          new ByteWriter()
              .writeByte(VERSION_200)
              .writeString(marker.stage)
              .writeInt(marker.subtask)
              .writeInt(marker.parallelism)
              .writeLong(marker.attempt)
              .writeLong(marker.flush)
              .writeLong(marker.asOf)
              .writeInt(marker.counts.size());
      new TreeMap<>(marker.counts).forEach((name, count) -> out.writeString(name).writeLong(count));
      return out.toBytes();
    }

    @Override
    public Marker decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readByte();
      if (version != VERSION_200) {
        throw new IllegalArgumentException(
            "marker version: got " + version + " (expected " + VERSION_200 + ")");
      }
      String stage = in.readString();
      int subtask = in.readInt();
      int parallelism = in.readInt();
      long attempt = in.readLong();
      long flush = in.readLong();
      long asOf = in.readLong();
      int size = in.readInt();
      Map<String, Long> counts = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        counts.put(in.readString(), in.readLong());
      }
      return new Marker(stage, subtask, parallelism, attempt, flush, asOf, counts);
    }
  }
}
