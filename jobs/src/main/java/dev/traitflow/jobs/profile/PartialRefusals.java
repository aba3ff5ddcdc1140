package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * Counts the calls that were taken without a part of them, by reason, space and source. Held on the
 * heap between checkpoints, like the counts of a lane.
 */
final class PartialRefusals {
  private static final int VERSION_1 = 1;

  /**
   * One entry for each count: version, name, number. Entries are shares of sums, so that they may
   * go to any subtask when their number changes. Bound: spaces, their sources and reasons; never
   * cleared.
   */
  private static final ListStateDescriptor<byte[]> REFUSALS =
      new ListStateDescriptor<>("partial-refusals", BytePrimitiveArraySerializer.INSTANCE);

  /**
   * One entry.
   *
   * @param name what is counted
   * @param number how many
   */
  record Count(String name, long number) {
    byte[] encode() {
      return new ByteWriter().writeByte(VERSION_1).writeString(name).writeLong(number).toBytes();
    }

    static Count decode(byte[] entry) {
      ByteReader in = new ByteReader(entry);
      in.readVersion(VERSION_1, "partial refusals");
      return new Count(in.readString(), in.readLong());
    }
  }

  private final ListState<byte[]> state;
  private final Map<String, Long> counts = new TreeMap<>();

  /** Goes on with what was counted before a restart. */
  PartialRefusals(StateInitializationContext context) throws Exception {
    state = context.getOperatorStateStore().getListState(REFUSALS);
    for (byte[] entry : state.get()) {
      Count count = Count.decode(entry);
      counts.merge(count.name, count.number, Long::sum);
    }
  }

  /** Counts a call. */
  void add(RejectedCall call) {
    String name = Marker.REFUSED + call.reason().code() + "/" + call.space() + "/" + call.source();
    counts.merge(name, 1L, Long::sum);
  }

  /** All counts, for a marker. */
  Map<String, Long> counts() {
    return counts;
  }

  /** Writes the counts into the state, before a checkpoint. */
  void keep() throws Exception {
    List<byte[]> entries = new ArrayList<>();
    counts.forEach((name, number) -> entries.add(new Count(name, number).encode()));
    state.update(entries);
  }
}
