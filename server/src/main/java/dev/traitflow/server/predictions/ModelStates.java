package dev.traitflow.server.predictions;

import dev.traitflow.core.prediction.ModelState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How every prediction stands. Thread-safe. */
public final class ModelStates {
  private final Map<ByteBuffer, ModelState> states = new ConcurrentHashMap<>();

  /** How a prediction stands; empty if nobody tried to train it yet. */
  public Optional<ModelState> find(String space, String prediction) {
    return Optional.ofNullable(states.get(ByteBuffer.wrap(ModelState.topicKey(space, prediction))));
  }

  /** All predictions that were trained or tried. */
  public List<ModelState> all() {
    return List.copyOf(states.values());
  }

  /** Takes in a record of the topic: a newer state, or null for a prediction that is gone. */
  public void take(byte[] key, @Nullable ModelState state) {
    ByteBuffer place = ByteBuffer.wrap(key);
    if (state == null) {
      states.remove(place);
    } else {
      states.put(place, state);
    }
  }
}
