package dev.traitflow.jobs;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * The map state of one key, on the heap, in the order of its keys.
 *
 * @param <K> its keys
 * @param <V> its values
 */
public final class HeapMapState<K, V> implements MapState<K, V> {
  private final SortedMap<K, V> entries;

  /** An empty map whose keys are sorted so. */
  public HeapMapState(Comparator<K> order) {
    entries = new TreeMap<>(order);
  }

  @Override
  public @Nullable V get(K key) {
    return entries.get(key);
  }

  @Override
  public void put(K key, V value) {
    entries.put(key, value);
  }

  @Override
  public void putAll(Map<K, V> map) {
    entries.putAll(map);
  }

  @Override
  public void remove(K key) {
    entries.remove(key);
  }

  @Override
  public boolean contains(K key) {
    return entries.containsKey(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    return entries.entrySet();
  }

  @Override
  public Iterable<K> keys() {
    return entries.keySet();
  }

  @Override
  public Iterable<V> values() {
    return entries.values();
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return entries.entrySet().iterator();
  }

  @Override
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  @Override
  public void clear() {
    entries.clear();
  }
}
