package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest or greatest value of a window that events leave: numbers by size, texts by code
 * point. Beside the extreme it keeps those that follow when it leaves (a monotone queue), but only
 * the first few of them; when they are used up the window must be looked at again.
 *
 * @param greatest true for the greatest, false for the smallest
 * @param kept how many candidates are kept, at least 1
 */
record SlidingExtreme(boolean greatest, int kept) implements Calculation<SlidingExtreme.Queue> {
  /**
   * More make the state of an unlucky profile larger, fewer make it look at its window more often.
   */
  static final int KEPT = 256;

  private static final Codec<Queue> CODEC = new QueueCodec();

  /**
   * A value that is the extreme once all before it have left.
   *
   * @param timestamp when its event happened, epoch milliseconds
   * @param messageId that event
   * @param value the value
   */
  record Candidate(long timestamp, String messageId, PropertyValue value) {
    static final Comparator<Candidate> BY_TIME =
        (a, b) -> Occurrence.compare(a.timestamp, a.messageId, b.timestamp, b.messageId);
  }

  /**
   * The first candidates.
   *
   * @param candidates in history order, each worse than the one before: the best of all events, the
   *     best of those after it, and so on
   * @param open true if there may be events after the last candidate, worse than it
   */
  record Queue(List<Candidate> candidates, boolean open) {
    static final Queue EMPTY = new Queue(List.of(), false);

    Queue {
      candidates = List.copyOf(candidates);
    }
  }

  @Override
  public Queue zero() {
    return Queue.EMPTY;
  }

  @Override
  public Queue add(Queue queue, Occurrence occurrence) {
    PropertyValue best = null;
    for (PropertyValue value : occurrence.values()) {
      best = best == null || isBetter(value, best) ? value : best;
    }
    return best == null
        ? queue
        : insert(queue, new Candidate(occurrence.timestamp(), occurrence.messageId(), best));
  }

  @Override
  public Queue merge(Queue left, Queue right) {
    if (left.candidates.isEmpty() || right.candidates.isEmpty()) {
      return left.candidates.isEmpty() ? right : left;
    }
    List<Candidate> all = new ArrayList<>(left.candidates);
    all.addAll(right.candidates);
    all.sort(Candidate.BY_TIME);
    List<Candidate> rising = new ArrayList<>();
    for (Candidate each : all) {
      dropWorse(rising, each);
      rising.add(each);
    }
    boolean open = false;
    for (Queue side : List.of(left, right)) {
      if (side.open) {
        open = true;
        // What the side no longer knows is worse than its last candidate, and only then certain.
        PropertyValue last = side.candidates.get(side.candidates.size() - 1).value();
        while (isBetter(last, rising.get(rising.size() - 1).value())) {
          rising.remove(rising.size() - 1);
        }
      }
    }
    return bounded(rising, open);
  }

  /** Events leave oldest first, so that only the first candidate can be the one. */
  @Override
  public @Nullable Queue subtract(Queue queue, Occurrence occurrence) {
    if (queue.candidates.isEmpty()) {
      return queue;
    }
    Candidate first = queue.candidates.get(0);
    if (first.timestamp() != occurrence.timestamp()
        || !first.messageId().equals(occurrence.messageId())) {
      return queue;
    }
    List<Candidate> left = queue.candidates.subList(1, queue.candidates.size());
    return left.isEmpty() && queue.open ? null : new Queue(left, queue.open);
  }

  @Override
  public @Nullable String result(Queue queue) {
    return queue.candidates.isEmpty() ? null : queue.candidates.get(0).value().json();
  }

  @Override
  public boolean isSummarized() {
    return true;
  }

  /** The best alone: enough to say what the rest of a window comes to. */
  @Override
  public Queue summary(Queue queue) {
    return queue.candidates.size() < 2 ? queue : new Queue(queue.candidates.subList(0, 1), true);
  }

  @Override
  public Codec<Queue> codec() {
    return CODEC;
  }

  private Queue insert(Queue queue, Candidate candidate) {
    List<Candidate> candidates = queue.candidates;
    int place = candidates.size();
    if (queue.open && isWorseThanLast(queue, candidate)) {
      return queue; // others that are forgotten may be better
    }
    while (place > 0 && Candidate.BY_TIME.compare(candidates.get(place - 1), candidate) > 0) {
      place--;
    }
    boolean hidden =
        place < candidates.size() && !isBetter(candidate.value(), candidates.get(place).value());
    if (hidden) {
      return queue;
    }
    List<Candidate> next = new ArrayList<>(candidates.subList(0, place));
    dropWorse(next, candidate);
    next.add(candidate);
    next.addAll(candidates.subList(place, candidates.size()));
    return bounded(next, queue.open);
  }

  private boolean isWorseThanLast(Queue queue, Candidate candidate) {
    Candidate last = queue.candidates.get(queue.candidates.size() - 1);
    return Candidate.BY_TIME.compare(last, candidate) < 0
        && isBetter(last.value(), candidate.value());
  }

  /** Drops candidates that leave before this one and are not better. */
  private void dropWorse(List<Candidate> candidates, Candidate later) {
    while (!candidates.isEmpty()
        && !isBetter(candidates.get(candidates.size() - 1).value(), later.value())) {
      candidates.remove(candidates.size() - 1);
    }
  }

  private Queue bounded(List<Candidate> candidates, boolean open) {
    return candidates.size() > kept
        ? new Queue(candidates.subList(0, kept), true)
        : new Queue(candidates, open);
  }

  private boolean isBetter(PropertyValue value, PropertyValue than) {
    int order = PropertyValue.ORDER.compare(value, than);
    return greatest ? order > 0 : order < 0;
  }

  private static final class QueueCodec implements Codec<Queue> {
    /** Version 1: open or not, then candidates: timestamp after the one before, id, value. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Queue queue) {
      ByteWriter out =
          new ByteWriter(16 + 56 * queue.candidates.size())
              .writeByte(VERSION_1)
              .writeBoolean(queue.open)
              .writeInt(queue.candidates.size());
      long before = 0;
      for (Candidate each : queue.candidates) {
        out.writeLong(each.timestamp() - before).writeString(each.messageId());
        each.value().write(out);
        before = each.timestamp();
      }
      return out.toBytes();
    }

    @Override
    public Queue decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "extremes of a window");
      boolean open = in.readBoolean();
      List<Candidate> candidates = new ArrayList<>();
      long timestamp = 0;
      for (int left = in.readInt(); left > 0; left--) {
        timestamp += in.readLong();
        candidates.add(new Candidate(timestamp, in.readString(), PropertyValue.read(in)));
      }
      return new Queue(candidates, open);
    }
  }
}
