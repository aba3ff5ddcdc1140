package dev.traitflow.core.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.trait.ComputedTrait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * Version 3: fingerprint of the plan, instant, next crossing of each edge by age, slots folded,
   * backfill, slots readers do not see, computed traits by slot, keys gone, custom traits, written
   * traits, memberships of audiences. Versions 1 and 2 had other accumulators; they are refused.
   */
  private static final int VERSION_3 = 3;

  /** Version 4: the same, and before the custom traits whether they lie apart. */
  private static final int VERSION_4 = 4;

  private long fingerprint;
  private long now;
  private long[] ages = new long[0];
  private long[] pending = new long[0];
  private @Nullable ComputedState[] slots = new @Nullable ComputedState[0];

  /** Of slots nobody has asked for since the state was decoded, the bytes. */
  private @Nullable ByteReader[] stored = new @Nullable ByteReader[0];

  private BitSet folded = new BitSet();
  private Backfill backfill = Backfill.NONE;
  private BitSet hidden = new BitSet();
  private final SortedMap<String, Long> gone = new TreeMap<>(CodePointOrder.INSTANCE);
  private final CustomTraits custom;
  private final WrittenTraits written;
  private Memberships memberships = new Memberships();
  private final Set<String> changed = new HashSet<>();
  private final List<ComputedState> withdrawn = new ArrayList<>();

  private ProfileState(CustomTraits custom, WrittenTraits written) {
    this.custom = custom;
    this.written = written;
  }

  /** The state of a profile without any event. */
  static ProfileState empty(ProfilePlan plan, @Nullable CustomTraitStore apart) {
    ProfileState state = new ProfileState(new CustomTraits(apart), new WrittenTraits());
    state.adopt(plan);
    state.folded.or(state.backfill.slots());
    state.backfill = Backfill.NONE;
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

  /** How far the traits that are new to this profile are. */
  Backfill backfill() {
    return backfill;
  }

  /** Notes how far the traits that are new have come. */
  void backfillTo(long timestamp) {
    backfill = backfill.at(timestamp);
  }

  /** The traits that were new are as the others now. */
  void endBackfill() {
    folded.or(backfill.slots());
    backfill = Backfill.NONE;
  }

  /** Keys whose value changed in a way that no computed, custom or written trait tells. */
  Set<String> changed() {
    return changed;
  }

  /** Staged values that were shown and hold no longer: dropped, or seen by all from now on. */
  List<ComputedState> withdrawn() {
    return withdrawn;
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
    ComputedState state = slot(trait.slot());
    if (state == null) {
      state = new ComputedState(trait.key(), trait.definition().version());
      slots[trait.slot()] = state;
    }
    return state;
  }

  /** The state of a trait, or null if no event took part in it yet. */
  @Nullable ComputedState find(ComputedTrait trait) {
    return slot(trait.slot());
  }

  /** The state of a trait if anybody has asked for it since this was decoded, or null. */
  @Nullable ComputedState findUsed(ComputedTrait trait) {
    return slots[trait.slot()];
  }

  private @Nullable ComputedState slot(int slot) {
    ComputedState state = slots[slot];
    ByteReader bytes = slot < stored.length ? stored[slot] : null;
    if (state == null && bytes != null) {
      state = ComputedState.read(bytes);
      slots[slot] = state;
      stored[slot] = null;
    }
    return state;
  }

  /**
   * Takes on a plan. Slots it does not have are emptied; those the state does not have are to be
   * built from the history; the others go on as they are.
   *
   * @return what readers saw from the emptied slots
   */
  List<ComputedState> adopt(ProfilePlan plan) {
    fingerprint = plan.fingerprint();
    adoptEdges(plan);
    BitSet wanted = new BitSet();
    plan.traits().forEach(trait -> wanted.set(trait.slot()));
    BitSet nowHidden = new BitSet();
    plan.staged().forEach(trait -> nowHidden.set(trait.slot()));
    List<ComputedState> emptied = new ArrayList<>();
    @Nullable ComputedState[] next = new @Nullable ComputedState[plan.slots()];
    for (int slot = 0; slot < slots.length; slot++) {
      ComputedState state = slot(slot);
      if (state == null || !folded.get(slot)) {
        continue;
      }
      if (hidden.get(slot) && !nowHidden.get(slot)) {
        withdrawn.add(state);
        state.showAgain();
      }
      if (wanted.get(slot)) {
        next[slot] = state;
      } else if (!hidden.get(slot)) {
        emptied.add(state);
      }
    }
    slots = next;
    stored = new @Nullable ByteReader[0];
    hidden = nowHidden;
    folded.and(wanted);
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(folded);
    backfill = Backfill.begin(missing);
    return emptied;
  }

  /** Forgets everything computed: every trait of the plan is to be built from the history. */
  void restart(ProfilePlan plan) {
    folded = new BitSet();
    adopt(plan);
    Arrays.fill(pending, Long.MAX_VALUE);
  }

  private void adoptEdges(ProfilePlan plan) {
    Map<Long, Long> byAge = new HashMap<>();
    for (int i = 0; i < ages.length; i++) {
      byAge.put(ages[i], pending[i]);
    }
    ages = plan.edges().stream().mapToLong(AgeEdge::ageMillis).toArray();
    pending = new long[ages.length];
    for (int i = 0; i < ages.length; i++) {
      pending[i] = byAge.getOrDefault(ages[i], Long.MAX_VALUE);
    }
  }

  /**
   * The bytes, in the newest version. Custom traits that lie apart go to the store the state was
   * loaded with.
   */
  public byte[] encode() {
    ByteWriter out =
        new ByteWriter(512).writeByte(VERSION_4).writeFixedLong(fingerprint).writeLong(now);
    out.writeInt(pending.length);
    for (int i = 0; i < pending.length; i++) {
      out.writeLong(ages[i]).writeLong(pending[i] == Long.MAX_VALUE ? -1 : pending[i]);
    }
    Backfill.writeSlots(out, folded);
    backfill.write(out);
    Backfill.writeSlots(out, hidden);
    BitSet used = new BitSet();
    for (int slot = 0; slot < slots.length; slot++) {
      used.set(slot, slots[slot] != null || (slot < stored.length && stored[slot] != null));
    }
    Backfill.writeSlots(out, used);
    for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
      ComputedState state = slots[slot];
      ByteReader bytes = slot < stored.length ? stored[slot] : null;
      if (state != null) {
        out.writeBytes(state.encode());
      } else if (bytes != null) {
        out.writeNested(bytes);
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
  static ProfileState decode(byte[] bytes, ProfilePlan plan, @Nullable CustomTraitStore apart) {
    ByteReader in = new ByteReader(bytes);
    int version = in.readVersion(VERSION_4, "profile state");
    if (version < VERSION_3) {
      throw new IllegalArgumentException(
          "profile state version: got " + version + " (expected 3 or 4)");
    }
    long fingerprint = in.readFixedLong();
    long now = in.readLong();
    int edges = in.readInt();
    long[] ages = new long[edges];
    long[] pending = new long[edges];
    for (int i = 0; i < edges; i++) {
      ages[i] = in.readLong();
      long timestamp = in.readLong();
      pending[i] = timestamp < 0 ? Long.MAX_VALUE : timestamp;
    }
    BitSet folded = Backfill.readSlots(in);
    Backfill backfill = Backfill.read(in);
    BitSet hidden = Backfill.readSlots(in);
    BitSet used = Backfill.readSlots(in);
    // Room for the plan's slots too, so that a state of that very plan needs no adoption.
    @Nullable ComputedState[] slots =
        new @Nullable ComputedState[Math.max(used.length(), plan.slots())];
    @Nullable ByteReader[] stored = new @Nullable ByteReader[used.length()];
    for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
      stored[slot] = in.readNested();
    }
    SortedMap<String, Long> gone = new TreeMap<>(CodePointOrder.INSTANCE);
    for (int left = in.readInt(); left > 0; left--) {
      gone.put(in.readString(), in.readLong());
    }
    CustomTraits custom =
        version == VERSION_3 ? CustomTraits.readTogether(in, apart) : CustomTraits.read(in, apart);
    ProfileState state = new ProfileState(custom, WrittenTraits.read(in));
    state.memberships = Memberships.read(in);
    state.fingerprint = fingerprint;
    state.now = now;
    state.ages = ages;
    state.pending = pending;
    state.folded = folded;
    state.backfill = backfill;
    state.hidden = hidden;
    state.slots = slots;
    state.stored = stored;
    state.gone.putAll(gone);
    return state;
  }
}
