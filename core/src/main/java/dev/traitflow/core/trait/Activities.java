package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What each user did of the events taken in, by the id the user had then. Mutable, not thread-safe.
 *
 * <p>Known limit: it grows with the users who acted, and is stored whole.
 */
final class Activities {
  static final Codec<Activities> CODEC = new ActivitiesCodec();

  private final TreeMap<String, Activity> byUser = new TreeMap<>();

  /**
   * What one user did.
   *
   * @param count how many events
   * @param timestamp when the one that matters happened, epoch milliseconds; 0 if none does
   * @param messageId that event; empty if none does
   */
  record Activity(long count, long timestamp, String messageId) {
    boolean isBefore(Activity other) {
      return Occurrence.compare(timestamp, messageId, other.timestamp, other.messageId) < 0;
    }
  }

  /** Adds to what the user did. */
  void add(String user, Activity more, BinaryOperator<Activity> unite) {
    byUser.merge(user, more, unite);
  }

  /** What the user did; null for nothing. */
  @Nullable Activity get(String user) {
    return byUser.get(user);
  }

  /** Says what the user did, null for nothing. */
  void put(String user, @Nullable Activity activity) {
    if (activity == null) {
      byUser.remove(user);
    } else {
      byUser.put(user, activity);
    }
  }

  /** Visits what each user did, by id. */
  void forEach(BiConsumer<String, Activity> visitor) {
    byUser.forEach(visitor);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Activities that && byUser.equals(that.byUser);
  }

  @Override
  public int hashCode() {
    return byUser.hashCode();
  }

  @Override
  public String toString() {
    return byUser.toString();
  }

  private static final class ActivitiesCodec implements Codec<Activities> {
    /** Version 1: users by id with count, timestamp and messageId. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Activities activities) {
      ByteWriter out =
          new ByteWriter(16 + 40 * activities.byUser.size())
              .writeByte(VERSION_1)
              .writeInt(activities.byUser.size());
      activities.forEach(
          (user, activity) ->
              out.writeString(user)
                  .writeLong(activity.count)
                  .writeLong(activity.timestamp)
                  .writeString(activity.messageId));
      return out.toBytes();
    }

    @Override
    public Activities decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "activities of users");
      Activities activities = new Activities();
      for (int left = in.readInt(); left > 0; left--) {
        activities.byUser.put(
            in.readString(), new Activity(in.readLong(), in.readLong(), in.readString()));
      }
      return activities;
    }
  }
}
