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
 * @param traits value of each numeric or boolean trait that identify calls set, booleans as 1 and 0
 * @param predicted keys of the predicted traits the profile has now; never an input of a model, it
 *     only tells what must be removed if the profile is no longer eligible
 * @param audiences keys of the audiences the profile is in now, sorted; never an input of a model,
 *     they decide who is scored
 */
public record FeatureBlock(
    String space,
    String profile,
    long at,
    boolean known,
    double[] totals,
    SortedMap<String, double[]> events,
    SortedMap<String, Double> traits,
    List<String> predicted,
    List<String> audiences) {

  /** Version 1: the first format; version 2: and traits and audiences. */
  public static final Codec<FeatureBlock> CODEC = new FeatureBlockCodec();

  public FeatureBlock {
    events = Collections.unmodifiableSortedMap(new TreeMap<>(events));
    traits = Collections.unmodifiableSortedMap(new TreeMap<>(traits));
    predicted = List.copyOf(predicted);
    audiences = List.copyOf(audiences);
  }

  /** The features of a profile without traits, predictions and audiences. */
  public FeatureBlock(
      String space,
      String profile,
      long at,
      boolean known,
      double[] totals,
      SortedMap<String, double[]> events) {
    this(space, profile, at, known, totals, events, new TreeMap<>(), List.of(), List.of());
  }

  /** The same features of a profile that has these predicted traits. */
  public FeatureBlock withPredicted(List<String> keys) {
    return new FeatureBlock(space, profile, at, known, totals, events, traits, keys, audiences);
  }

  /** The same features of a profile that is in these audiences. */
  public FeatureBlock withAudiences(List<String> keys) {
    return new FeatureBlock(space, profile, at, known, totals, events, traits, predicted, keys);
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
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(FeatureBlock block) {
      ByteWriter out =
          new ByteWriter(256)
              .writeByte(VERSION_2)
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
      write(out, block.predicted);
      out.writeInt(block.traits.size());
      block.traits.forEach((trait, value) -> writeNumber(out.writeString(trait), value));
      write(out, block.audiences);
      return out.toBytes();
    }

    @Override
    public FeatureBlock decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "feature block");
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
      List<String> predicted = readTexts(in);
      SortedMap<String, Double> traits = new TreeMap<>();
      List<String> audiences = List.of();
      if (version > 1) {
        for (int left = in.readInt(); left > 0; left--) {
          traits.put(in.readString(), readNumber(in));
        }
        audiences = readTexts(in);
      }
      return new FeatureBlock(
          space, profile, at, known, totals, events, traits, predicted, audiences);
    }

    private static void write(ByteWriter out, List<String> texts) {
      out.writeInt(texts.size());
      texts.forEach(out::writeString);
    }

    private static List<String> readTexts(ByteReader in) {
      List<String> texts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        texts.add(in.readString());
      }
      return texts;
    }

    private static void write(ByteWriter out, double[] values) {
      out.writeInt(values.length);
      for (double value : values) {
        writeNumber(out, value);
      }
    }

    /** Whole numbers, which most features are, take a few bytes instead of nine. */
    private static void writeNumber(ByteWriter out, double value) {
      long whole = (long) value;
      if (whole == value
          && Math.abs(whole) < 1L << 50
          && Double.doubleToRawLongBits(value) != Long.MIN_VALUE) {
        out.writeByte(0).writeLong(whole);
      } else {
        out.writeByte(1).writeDouble(value);
      }
    }

    private static double readNumber(ByteReader in) {
      return in.readByte() == 0 ? in.readLong() : in.readDouble();
    }

    private static double[] read(ByteReader in) {
      double[] values = new double[in.readInt()];
      for (int i = 0; i < values.length; i++) {
        values[i] = readNumber(in);
      }
      return values;
    }
  }
}
