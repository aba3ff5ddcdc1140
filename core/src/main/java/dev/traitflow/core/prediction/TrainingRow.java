package dev.traitflow.core.prediction;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One profile as it was at a cutoff, with what happened afterwards.
 *
 * @param features the features at the cutoff
 * @param cutoff epoch milliseconds
 * @param labels label by key of the prediction; missing if the profile was not eligible or the
 *     label window has not closed
 */
public record TrainingRow(FeatureBlock features, long cutoff, SortedMap<String, Double> labels) {

  /** Version 1: the first format. */
  public static final Codec<TrainingRow> CODEC = new TrainingRowCodec();

  public TrainingRow {
    if (features.at() != cutoff) {
      throw new IllegalArgumentException(
          "features at: got " + features.at() + " (expected the cutoff " + cutoff + ")");
    }
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /**
   * The rows of one known profile: at each cutoff after its first event, where a prediction asks
   * about it or where the cutoff is the present.
   *
   * @param history its events before {@code now}, in history order
   * @param now the present, epoch milliseconds: labels whose window has not closed are left out
   * @param audiences keys of the audiences the profile is in at the present; only the row of the
   *     present has them, since models learn from everybody and only members are scored
   */
  public static List<TrainingRow> of(
      String space,
      String profile,
      Collection<Event> history,
      Collection<PredictionDefinition> predictions,
      long[] cutoffs,
      long now,
      List<String> audiences) {
    List<TrainingRow> rows = new ArrayList<>();
    if (history.isEmpty()) {
      return rows;
    }
    long first = history.iterator().next().timestamp();
    FeatureFacts facts = FeatureFacts.of(history, now);
    for (long cutoff : cutoffs) {
      if (first >= cutoff) {
        continue;
      }
      SortedMap<String, Double> labels = Labels.labels(predictions, history, cutoff, now);
      if (!labels.isEmpty() || cutoff == now) {
        FeatureBlock block = FeatureSet.extract(space, profile, true, facts, cutoff);
        rows.add(
            new TrainingRow(
                cutoff == now ? block.withAudiences(audiences) : block, cutoff, labels));
      }
    }
    return rows;
  }

  /** As above, for a profile in no audience. */
  public static List<TrainingRow> of(
      String space,
      String profile,
      Collection<Event> history,
      Collection<PredictionDefinition> predictions,
      long[] cutoffs,
      long now) {
    return of(space, profile, history, predictions, cutoffs, now, List.of());
  }

  private static final class TrainingRowCodec implements Codec<TrainingRow> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(TrainingRow row) {
      byte[] features = FeatureBlock.CODEC.encode(row.features);
      ByteWriter out =
          new ByteWriter(features.length + 64)
              .writeByte(VERSION_1)
              .writeBytes(features)
              .writeLong(row.cutoff)
              .writeInt(row.labels.size());
      row.labels.forEach((key, label) -> out.writeString(key).writeDouble(label));
      return out.toBytes();
    }

    @Override
    public TrainingRow decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "training row");
      FeatureBlock features = FeatureBlock.CODEC.decode(in.readBytes());
      long cutoff = in.readLong();
      int size = in.readInt();
      SortedMap<String, Double> labels = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        labels.put(in.readString(), in.readDouble());
      }
      return new TrainingRow(features, cutoff, labels);
    }
  }
}
