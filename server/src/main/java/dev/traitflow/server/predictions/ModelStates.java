package dev.traitflow.server.predictions;

import dev.traitflow.core.prediction.ModelState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How every prediction stands. Who writes a state shows it here at once and the follower brings it
 * a moment later again: of a prediction the record with the greatest offset counts. Thread-safe.
 */
public final class ModelStates {
  private final Map<ByteBuffer, Placed> states = new ConcurrentHashMap<>();

  /** A record and its offset; all records of a prediction lie in one partition. */
  private record Placed(long offset, @Nullable ModelState state) {}

  /** How a prediction stands; empty if nobody tried to train it yet. */
  public Optional<ModelState> find(String space, String prediction) {
    Placed placed = states.get(ByteBuffer.wrap(ModelState.topicKey(space, prediction)));
    return placed == null ? Optional.empty() : Optional.ofNullable(placed.state);
  }

  /** All predictions that were trained or tried. */
  public List<ModelState> all() {
    List<ModelState> all = new ArrayList<>();
    for (Placed placed : states.values()) {
      if (placed.state != null) {
        all.add(placed.state);
      }
    }
    return all;
  }

  /** Takes in a record of the topic: a state, or null for a prediction that is gone. */
  public void take(byte[] key, long offset, @Nullable ModelState state) {
    states.merge(
        ByteBuffer.wrap(key),
        new Placed(offset, state),
        (before, next) -> next.offset < before.offset ? before : next);
  }
}
