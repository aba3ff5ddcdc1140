package dev.traitflow.core.prediction;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.Event;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How often and on which days each event name happened in a space: what the data checks look at,
 * and how much of it came late or from profiles that are others' now, which cards tell. A growing
 * total that is filled while training rows are made; not thread-safe.
 *
 * <p>Laws: an empty one is neutral to {@link #merge}; merge is associative and commutative; {@code
 * add} is merging one event.
 */
public final class EventStatistics {
  /** Active days kept per event name: the newest ones. */
  public static final int DAYS_MAX = 400;

  /** An event is late if it was received longer than this after it happened, milliseconds. */
  public static final long LATE_MILLIS = PredictionDefinition.DAY;

  /** Version 1: the first format; version 2: and late and merged events. */
  public static final Codec<EventStatistics> CODEC = new EventStatisticsCodec();

  private final SortedMap<String, Tally> names = new TreeMap<>();
  private long late;
  private long merged;

  /**
   * One event name.
   *
   * @param count how often it happened
   * @param first when it first happened, epoch milliseconds
   * @param last when it last happened, epoch milliseconds
   * @param days the newest {@value #DAYS_MAX} UTC days with it, as days since the epoch, ascending
   */
  public record NameStatistics(long count, long first, long last, long[] days) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof NameStatistics that
          && count == that.count
          && first == that.first
          && last == that.last
          && Arrays.equals(days, that.days);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(count * 31 + first) * 31 + Arrays.hashCode(days);
    }

    @Override
    public String toString() {
      return count + " from " + first + " to " + last + " on " + days.length + " days";
    }
  }

  /** Adds an event; calls other than track, page and screen change nothing. */
  public void add(Event event) {
    if (PredictionDefinition.isFeatureEvent(event)) {
      Tally tally = names.computeIfAbsent(event.name(), name -> new Tally());
      tally.add(1, event.timestamp(), event.timestamp());
      tally.addDay(Math.floorDiv(event.timestamp(), PredictionDefinition.DAY));
      late += event.receivedAt() - event.timestamp() > LATE_MILLIS ? 1 : 0;
    }
  }

  /** Says that so many of the events were resolved to profiles that have been merged away since. */
  public void addMerged(long events) {
    merged += events;
  }

  /** The share of events that are late, 0 to 1. */
  public double lateShare() {
    return share(late);
  }

  /**
   * The share of events, 0 to 1, that were another profile's when they came: what features of their
   * time could not have known, had they been asked for then.
   */
  public double mergedShare() {
    return share(merged);
  }

  private double share(long some) {
    long all = names.values().stream().mapToLong(tally -> tally.count).sum();
    return all == 0 ? 0 : some / (double) all;
  }

  /** Adds all that {@code other} saw. */
  public void merge(EventStatistics other) {
    late += other.late;
    merged += other.merged;
    other.names.forEach(
        (name, theirs) -> {
          Tally mine = names.computeIfAbsent(name, key -> new Tally());
          mine.add(theirs.count, theirs.first, theirs.last);
          theirs.days.forEach(mine::addDay);
        });
  }

  /** A copy by event name. */
  public SortedMap<String, NameStatistics> names() {
    SortedMap<String, NameStatistics> copy = new TreeMap<>();
    names.forEach((name, tally) -> copy.put(name, tally.toStatistics()));
    return Collections.unmodifiableSortedMap(copy);
  }

  /** The time of the oldest event, epoch milliseconds; {@link Long#MAX_VALUE} if there is none. */
  public long first() {
    return names.values().stream().mapToLong(tally -> tally.first).min().orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventStatistics that
        && names().equals(that.names())
        && late == that.late
        && merged == that.merged;
  }

  @Override
  public int hashCode() {
    return names().hashCode();
  }

  @Override
  public String toString() {
    return names().toString();
  }

  private static final class Tally {
    private long count;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private final TreeSet<Long> days = new TreeSet<>();

    void add(long more, long from, long to) {
      count += more;
      first = Math.min(first, from);
      last = Math.max(last, to);
    }

    void addDay(long day) {
      if (days.add(day) && days.size() > DAYS_MAX) {
        days.pollFirst();
      }
    }

    NameStatistics toStatistics() {
      return new NameStatistics(
          count, first, last, days.stream().mapToLong(Long::longValue).toArray());
    }
  }

  private static final class EventStatisticsCodec implements Codec<EventStatistics> {
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(EventStatistics statistics) {
      ByteWriter out = new ByteWriter(256).writeByte(VERSION_2);
      out.writeInt(statistics.names.size());
      statistics.names.forEach(
          (name, tally) -> {
            out.writeString(name).writeLong(tally.count);
            out.writeLong(tally.first).writeLong(tally.last).writeInt(tally.days.size());
            long previous = 0;
            for (long day : tally.days) {
              out.writeLong(day - previous);
              previous = day;
            }
          });
      return out.writeLong(statistics.late).writeLong(statistics.merged).toBytes();
    }

    @Override
    public EventStatistics decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "event statistics");
      EventStatistics statistics = new EventStatistics();
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        Tally tally = new Tally();
        statistics.names.put(in.readString(), tally);
        tally.add(in.readLong(), in.readLong(), in.readLong());
        int days = in.readInt();
        long previous = 0;
        for (int j = 0; j < days; j++) {
          previous += in.readLong();
          tally.days.add(previous);
        }
      }
      if (version > 1) {
        statistics.late = in.readLong();
        statistics.merged = in.readLong();
      }
      return statistics;
    }
  }
}
