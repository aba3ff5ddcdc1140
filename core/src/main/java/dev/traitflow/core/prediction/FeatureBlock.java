package dev.traitflow.core.prediction;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The model-independent features of one profile at one instant: a record of the topic {@code
 * profiles.features} and a part of a training row. A model bundle maps it to its own vector.
 *
 * @param space id of the space
 * @param profile canonical id of the profile
 * @param at the instant, epoch milliseconds; only events before it were looked at
 * @param known true if the profile has an identifier other than {@code anonymous_id}
 * @param totals features over all events, by the positions of {@code FeatureSet.PROFILE_FEATURES}
 * @param events features of each event name the profile ever had, by the positions of {@code
 *     FeatureSet.EVENT_FEATURES}
 * @param predicted keys of the predicted traits the profile has now; never an input of a model, it
 *     only tells what must be removed if the profile is no longer eligible
 */
public record FeatureBlock(
    String space,
    String profile,
    long at,
    boolean known,
    double[] totals,
    SortedMap<String, double[]> events,
    List<String> predicted) {

  /** Version 1: the first format. */
  public static final Codec<FeatureBlock> CODEC = new FeatureBlockCodec();

  public FeatureBlock {
    events = Collections.unmodifiableSortedMap(new TreeMap<>(events));
    predicted = List.copyOf(predicted);
  }

  /** The features of a profile without predictions. */
  public FeatureBlock(
      String space,
      String profile,
      long at,
      boolean known,
      double[] totals,
      SortedMap<String, double[]> events) {
    this(space, profile, at, known, totals, events, List.of());
  }

  /** The same features of a profile that has these predicted traits. */
  public FeatureBlock withPredicted(List<String> keys) {
    return new FeatureBlock(space, profile, at, known, totals, events, keys);
  }

  /** The topic's key. */
  public byte[] topicKey() {
    return new ByteWriter().writeByte(1).writeString(space).writeString(profile).toBytes();
  }

  /** Equal bytes: the same profile, instant and bitwise the same features. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureBlock that
        && Arrays.equals(CODEC.encode(this), CODEC.encode(that));
  }

  @Override
  public int hashCode() {
    return profile.hashCode() * 31 + Long.hashCode(at);
  }

  private static final class FeatureBlockCodec implements Codec<FeatureBlock> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(FeatureBlock block) {
      ByteWriter out =
          new ByteWriter(256)
              .writeByte(VERSION_1)
              .writeString(block.space)
              .writeString(block.profile)
              .writeLong(block.at)
              .writeBoolean(block.known);
      write(out, block.totals);
      out.writeInt(block.events.size());
      block.events.forEach(
          (name, features) -> {
            out.writeString(name);
            write(out, features);
          });
      out.writeInt(block.predicted.size());
      block.predicted.forEach(out::writeString);
      return out.toBytes();
    }

    @Override
    public FeatureBlock decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "feature block");
      String space = in.readString();
      String profile = in.readString();
      long at = in.readLong();
      boolean known = in.readBoolean();
      double[] totals = read(in);
      int names = in.readInt();
      SortedMap<String, double[]> events = new TreeMap<>();
      for (int i = 0; i < names; i++) {
        events.put(in.readString(), read(in));
      }
      List<String> predicted = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        predicted.add(in.readString());
      }
      return new FeatureBlock(space, profile, at, known, totals, events, predicted);
    }

    /** Whole numbers, which most features are, take a few bytes instead of nine. */
    private static void write(ByteWriter out, double[] values) {
      out.writeInt(values.length);
      for (double value : values) {
        long whole = (long) value;
        if (whole == value
            && Math.abs(whole) < 1L << 50
            && Double.doubleToRawLongBits(value) != Long.MIN_VALUE) {
          out.writeByte(0).writeLong(whole);
        } else {
          out.writeByte(1).writeDouble(value);
        }
      }
    }

    private static double[] read(ByteReader in) {
      double[] values = new double[in.readInt()];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readByte() == 0 ? in.readLong() : in.readDouble();
      }
      return values;
    }
  }
}
