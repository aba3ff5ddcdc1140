package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.jobs.history.KeyedProfileStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the operator keeps of a profile around the engine's state: how far it is, what it has shown,
 * and the merges it is in.
 */
final class FoldState {
  /**
   * Version 3; histories of versions 1 and 2 were stored otherwise, they are refused. Version 4:
   * and when features were sent and are due, which in a state of version 3 they never were and are
   * not. Version 5: and how far an account is that is folded again.
   */
  static final Codec<FoldState> CODEC = new FoldStateCodec();

  /** No timer is registered. */
  static final long NO_TIMER = Long.MAX_VALUE;

  /** Nothing was shown yet, or what was shown is not complete. */
  static final long NOT_SHOWN = -1;

  /** No features were sent yet. */
  static final long NO_FEATURES = Long.MIN_VALUE;

  /** No features are due. */
  static final long NOT_DUE = Long.MAX_VALUE;

  /** The instant the state is right at, epoch milliseconds. */
  long now = Long.MIN_VALUE;

  /** Attempt in which the values were last shown completely. */
  long shownAttempt = NOT_SHOWN;

  /** Instant of the registered timer. */
  long timer = NO_TIMER;

  /** True if an identifier other than an anonymous id is known. */
  boolean known;

  /** The instant of the features sent last, epoch milliseconds. */
  long featuresAt = NO_FEATURES;

  /** When features are to be sent because of events that came, epoch milliseconds. */
  long featuresDue = NOT_DUE;

  /** True from when events left an account until it is folded of those that stay. */
  boolean refolding;

  /**
   * How far events that left were taken out of the history, see {@link KeyedProfileStore#purge}.
   */
  long purgedTo = KeyedProfileStore.PURGED;

  /** The engine's state, encoded. */
  byte[] engine = new byte[0];

  /** Where the history lies: {@link KeyedProfileStore#directory}. */
  byte[] directory = new byte[0];

  /** The accounts of a user; empty for an account. */
  final UserLinks links = new UserLinks();

  private final Map<Long, Merging> merges = new TreeMap<>();
  private final Map<Long, Integer> left = new TreeMap<>();
  private final List<Absorbed> absorbed = new ArrayList<>();

  /** A merge that is not complete: how many histories will come (0: not known yet) and have. */
  private static final class Merging {
    int expected;
    int arrived;
  }

  /** An id whose history has come, to be announced with the united values. */
  record Absorbed(String profile, long sequence) {}

  /** A part of merge {@code sequence} came before its hold, or its hold came. */
  void mergeSeen(long sequence, int expected) {
    Merging merging = merges.computeIfAbsent(sequence, any -> new Merging());
    merging.expected = Math.max(merging.expected, expected);
    settle(sequence, merging);
  }

  /** One whole history of merge {@code sequence} has come; a share of one has no id to tell. */
  void moved(long sequence, String profile) {
    if (!profile.isEmpty()) {
      absorbed.add(new Absorbed(profile, sequence));
    }
    Merging merging = merges.computeIfAbsent(sequence, any -> new Merging());
    merging.arrived++;
    settle(sequence, merging);
  }

  private void settle(long sequence, Merging merging) {
    if (merging.expected > 0 && merging.arrived == merging.expected) {
      merges.remove(sequence);
    }
  }

  /** True while a merge is under way: values must not be shown. */
  boolean isMerging() {
    return !merges.isEmpty();
  }

  /** One history has left. True if it was the last of {@code count} of merge {@code sequence}. */
  boolean lastLeft(long sequence, int count) {
    return left.merge(sequence, 1, Integer::sum) == count;
  }

  /** Ids absorbed and not yet announced. */
  List<Absorbed> absorbed() {
    return absorbed;
  }

  private static final class FoldStateCodec implements Codec<FoldState> {
    private static final int VERSION_3 = 3;
    private static final int VERSION_4 = 4;
    private static final int VERSION_5 = 5;

    @Override
    public byte[] encode(FoldState state) {
      ByteWriter out =
          new ByteWriter(64 + state.engine.length + state.directory.length)
              .writeByte(VERSION_5)
              .writeLong(state.now)
              .writeLong(state.shownAttempt)
              .writeLong(state.timer)
              .writeBoolean(state.known)
              .writeBytes(state.engine)
              .writeBytes(state.directory)
              .writeInt(state.merges.size());
      state.merges.forEach(
          (sequence, merging) ->
              out.writeLong(sequence).writeInt(merging.expected).writeInt(merging.arrived));
      out.writeInt(state.left.size());
      state.left.forEach((sequence, count) -> out.writeLong(sequence).writeInt(count));
      out.writeInt(state.absorbed.size());
      state.absorbed.forEach(each -> out.writeString(each.profile()).writeLong(each.sequence()));
      state.links.write(out);
      boolean scored = state.featuresAt != NO_FEATURES || state.featuresDue != NOT_DUE;
      out.writeBoolean(scored);
      if (scored) {
        out.writeLong(state.featuresAt).writeLong(state.featuresDue);
      }
      out.writeBoolean(state.refolding);
      if (state.refolding) {
        out.writeLong(state.purgedTo);
      }
      return out.toBytes();
    }

    @Override
    public FoldState decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_5, "fold state");
      if (version < VERSION_3) {
        throw new IllegalArgumentException(
            "fold state version: got " + version + " (expected 3 to 5)");
      }
      FoldState state = new FoldState();
      state.now = in.readLong();
      state.shownAttempt = in.readLong();
      state.timer = in.readLong();
      state.known = in.readBoolean();
      state.engine = in.readBytes();
      state.directory = in.readBytes();
      for (int more = in.readInt(); more > 0; more--) {
        Merging merging = new Merging();
        state.merges.put(in.readLong(), merging);
        merging.expected = in.readInt();
        merging.arrived = in.readInt();
      }
      for (int more = in.readInt(); more > 0; more--) {
        state.left.put(in.readLong(), in.readInt());
      }
      for (int more = in.readInt(); more > 0; more--) {
        state.absorbed.add(new Absorbed(in.readString(), in.readLong()));
      }
      state.links.read(in);
      if (version >= VERSION_4 && in.readBoolean()) {
        state.featuresAt = in.readLong();
        state.featuresDue = in.readLong();
      }
      if (version >= VERSION_5 && in.readBoolean()) {
        state.refolding = true;
        state.purgedTo = in.readLong();
      }
      return state;
    }
  }
}
