package dev.traitflow.core.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.CodePointOrder;
import dev.traitflow.core.trait.ComputedTrait;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a profile remembers beside its history, at an instant. The {@link ProfileEngine} reads
 * and changes it; others carry it as bytes. Mutable, not thread-safe.
 *
 * <p>Laws: a state that was encoded and decoded goes on like the one it was; it holds nothing of
 * the computed traits that a fold of the history would not give.
 */
public final class ProfileState {
  /**
   * Version 1: fingerprint of the plan, instant, next crossing of each edge, computed traits by
   * slot, keys gone, custom traits, written traits.
   */
  private static final int VERSION_1 = 1;

  /** Version 2: memberships of audiences behind all that. */
  private static final int VERSION_2 = 2;

  private long fingerprint;
  private long now;
  private long[] pending;
  private @Nullable ComputedState[] slots;
  private final SortedMap<String, Long> gone = new TreeMap<>(CodePointOrder.INSTANCE);
  private final CustomTraits custom;
  private final WrittenTraits written;
  private Memberships memberships = new Memberships();

  private ProfileState(int edges, int slots, CustomTraits custom, WrittenTraits written) {
    this.pending = new long[edges];
    Arrays.fill(pending, Long.MAX_VALUE);
    this.slots = new @Nullable ComputedState[slots];
    this.custom = custom;
    this.written = written;
  }

  /** The state of a profile without any event. */
  static ProfileState empty(ProfilePlan plan) {
    ProfileState state =
        new ProfileState(
            plan.edges().size(), plan.slots(), new CustomTraits(), new WrittenTraits());
    state.fingerprint = plan.fingerprint();
    return state;
  }

  /** The instant the values are right at, epoch milliseconds; 0 before the first event. */
  public long now() {
    return now;
  }

  /** The fingerprint of the plan it was folded by. */
  public long fingerprint() {
    return fingerprint;
  }

  void moveTo(long instant) {
    now = Math.max(now, instant);
  }

  /** For each edge of the plan: no relevant event of the history crosses it before this one. */
  long[] pending() {
    return pending;
  }

  CustomTraits custom() {
    return custom;
  }

  WrittenTraits written() {
    return written;
  }

  Memberships memberships() {
    return memberships;
  }

  /** Keys that computed traits once had a value under, and when they ceased to. */
  SortedMap<String, Long> gone() {
    return gone;
  }

  /** The state of a trait, made if there is none. */
  ComputedState of(ComputedTrait trait) {
    ComputedState state = slots[trait.slot()];
    if (state == null) {
      state = new ComputedState(trait.key());
      slots[trait.slot()] = state;
    }
    return state;
  }

  /** The state of a trait, or null if no event took part in it yet. */
  @Nullable ComputedState find(ComputedTrait trait) {
    return slots[trait.slot()];
  }

  /**
   * Forgets what was computed and takes on a plan; what became of the values of {@code gone} keys
   * and deleted definitions is for {@link ProfileEngine#refold} to say.
   *
   * @return the computed traits by key, as they were
   */
  Map<String, ComputedState> reset(ProfilePlan plan) {
    Map<String, ComputedState> before = new TreeMap<>();
    for (ComputedState state : slots) {
      if (state != null) {
        before.put(state.key(), state);
      }
    }
    fingerprint = plan.fingerprint();
    slots = new @Nullable ComputedState[plan.slots()];
    pending = new long[plan.edges().size()];
    Arrays.fill(pending, Long.MAX_VALUE);
    return before;
  }

  /** The bytes, in the newest version. */
  public byte[] encode() {
    ByteWriter out =
        new ByteWriter(512).writeByte(VERSION_2).writeFixedLong(fingerprint).writeLong(now);
    out.writeInt(pending.length);
    for (long timestamp : pending) {
      out.writeLong(timestamp == Long.MAX_VALUE ? -1 : timestamp);
    }
    out.writeInt(slots.length);
    for (ComputedState slot : slots) {
      out.writeBoolean(slot != null);
      if (slot != null) {
        slot.write(out);
      }
    }
    out.writeInt(gone.size());
    gone.forEach((key, instant) -> out.writeString(key).writeLong(instant));
    custom.write(out);
    written.write(out);
    memberships.write(out);
    return out.toBytes();
  }

  /**
   * The state of {@link #encode}d bytes.
   *
   * @throws IllegalArgumentException if the bytes are of an unknown version or cut short
   */
  public static ProfileState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.readVersion(VERSION_2, "profile state");
    long fingerprint = in.readFixedLong();
    long now = in.readLong();
    long[] pending = new long[in.readInt()];
    for (int i = 0; i < pending.length; i++) {
      long timestamp = in.readLong();
      pending[i] = timestamp < 0 ? Long.MAX_VALUE : timestamp;
    }
    @Nullable ComputedState[] slots = new @Nullable ComputedState[in.readInt()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = in.readBoolean() ? ComputedState.read(in) : null;
    }
    SortedMap<String, Long> gone = new TreeMap<>(CodePointOrder.INSTANCE);
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      gone.put(in.readString(), in.readLong());
    }
    ProfileState state = new ProfileState(0, 0, CustomTraits.read(in), WrittenTraits.read(in));
    if (version > VERSION_1) {
      state.memberships = Memberships.read(in);
    }
    state.fingerprint = fingerprint;
    state.now = now;
    state.pending = pending;
    state.slots = slots;
    state.gone.putAll(gone);
    return state;
  }
}
