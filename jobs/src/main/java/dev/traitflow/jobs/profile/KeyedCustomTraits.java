package dev.traitflow.jobs.profile;

import dev.traitflow.core.profile.CustomTraitStore;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** The custom traits of the profile that is the operator's current key, where they lie apart. */
final class KeyedCustomTraits implements CustomTraitStore {
  /**
   * Key: a profile; entries: a custom trait's key to what the engine keeps of it. Bound: the keys
   * that {@link TraitKeys} let in, of every profile merged into this one. Cleared with the profile.
   */
  static final MapStateDescriptor<String, byte[]> CUSTOM_TRAITS =
      new MapStateDescriptor<>(
          "custom-traits", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private final MapState<String, byte[]> state;

  KeyedCustomTraits(MapState<String, byte[]> state) {
    this.state = state;
  }

  @Override
  public byte @Nullable [] get(String key) {
    try {
      return state.get(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException("custom traits: cannot be read", e);
    }
  }

  @Override
  public void put(String key, byte[] entry) {
    try {
      state.put(key, entry);
    } catch (Exception e) {
      throw new FlinkRuntimeException("custom traits: cannot be written", e);
    }
  }

  @Override
  public void forEach(BiConsumer<String, byte[]> visitor) {
    try {
      for (Map.Entry<String, byte[]> entry : state.entries()) {
        visitor.accept(entry.getKey(), entry.getValue());
      }
    } catch (Exception e) {
      throw new FlinkRuntimeException("custom traits: cannot be read", e);
    }
  }

  /** Forgets those of the current key. */
  void clear() {
    state.clear();
  }
}
