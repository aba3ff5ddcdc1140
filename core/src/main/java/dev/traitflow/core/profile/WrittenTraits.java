package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.text.CodePointOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The traits other pipelines wrote, and the values of disabled traits: of each writer the newest
 * write, whole. A key it wrote earlier and no longer stays as absent, so that its removal can be
 * told.
 */
final class WrittenTraits {
  private static final byte[] ABSENT = new byte[0];

  private static final Comparator<Write> OLDEST_FIRST =
      Comparator.comparingLong(Write::timestamp)
          .thenComparing(Write::messageId, CodePointOrder.INSTANCE)
          .thenComparing(Write::writer, CodePointOrder.INSTANCE);

  private final SortedMap<String, Write> writes = new TreeMap<>(CodePointOrder.INSTANCE);
  private final Set<String> changed = new HashSet<>();

  /**
   * The newest write of a writer.
   *
   * @param writer key of the prediction
   * @param timestamp the instant the values are right at, epoch milliseconds
   * @param messageId the write
   * @param source version of the model
   * @param values every key the writer ever wrote, with its JSON now; empty bytes for none
   */
  private record Write(
      String writer,
      long timestamp,
      String messageId,
      String source,
      SortedMap<String, byte[]> values) {}

  /** Takes in a write. */
  void take(Event event) {
    SortedMap<String, byte[]> values = new TreeMap<>(CodePointOrder.INSTANCE);
    for (Map.Entry<String, JsonNode> member : new EventFields(event).traits().properties()) {
      values.put(
          member.getKey(),
          member.getValue().isNull()
              ? ABSENT
              : ValueText.json(member.getValue()).getBytes(StandardCharsets.UTF_8));
    }
    put(new Write(event.name(), event.timestamp(), event.messageId(), event.source(), values));
  }

  /** Keys of the writers that wrote since the state was loaded. */
  Set<String> changed() {
    return changed;
  }

  /** Every key that any other pipeline ever wrote. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>();
    for (Write write : writes.values()) {
      if (!KeptValues.isOfFrozen(write.writer)) {
        keys.addAll(write.values.keySet());
      }
    }
    return keys;
  }

  /** The value that a disabled trait has; null if this version of it never had one. */
  @Nullable TraitValue frozen(String key, int version) {
    Write write = writes.get(KeptValues.frozen(key));
    byte[] json = write == null ? null : write.values.get(key);
    if (write == null || json == null || !KeptValues.isOfVersion(write.source, version)) {
      return null;
    }
    return new TraitValue(
        key,
        TraitClass.COMPUTED,
        json.length == 0 ? null : json,
        version,
        write.timestamp,
        "",
        KeptValues.extent(write.source));
  }

  /** Adds the values of the wanted keys over custom traits'; an absent one hides nothing. */
  void addTo(Map<String, TraitValue> values, WantedKeys wanted) {
    List<Write> ordered = new ArrayList<>(writes.values());
    ordered.removeIf(write -> KeptValues.isOfFrozen(write.writer));
    ordered.sort(OLDEST_FIRST);
    for (Write write : ordered) {
      write.values.forEach(
          (key, json) -> {
            if (!wanted.test(key)) {
              return;
            }
            boolean absent = json.length == 0;
            TraitValue value =
                new TraitValue(
                    key,
                    TraitClass.PREDICTION,
                    absent ? null : json,
                    0,
                    write.timestamp,
                    write.source);
            if (absent) {
              values.putIfAbsent(key, value);
            } else {
              values.put(key, value);
            }
          });
    }
  }

  private void put(Write write) {
    Write present = writes.get(write.writer);
    changed.addAll(write.values.keySet());
    if (present == null) {
      writes.put(write.writer, write);
      return;
    }
    changed.addAll(present.values.keySet());
    boolean replaces = OLDEST_FIRST.compare(write, present) > 0;
    Write newer = replaces ? write : present;
    Write older = replaces ? present : write;
    SortedMap<String, byte[]> values = new TreeMap<>(newer.values);
    older.values.keySet().forEach(key -> values.putIfAbsent(key, ABSENT));
    writes.put(
        write.writer,
        new Write(newer.writer, newer.timestamp, newer.messageId, newer.source, values));
  }

  void write(ByteWriter out) {
    out.writeInt(writes.size());
    for (Write write : writes.values()) {
      out.writeString(write.writer)
          .writeLong(write.timestamp)
          .writeString(write.messageId)
          .writeString(write.source)
          .writeInt(write.values.size());
      write.values.forEach((key, json) -> out.writeString(key).writeBytes(json));
    }
  }

  static WrittenTraits read(ByteReader in) {
    WrittenTraits traits = new WrittenTraits();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      SortedMap<String, byte[]> values = new TreeMap<>(CodePointOrder.INSTANCE);
      Write write =
          new Write(in.readString(), in.readLong(), in.readString(), in.readString(), values);
      int keys = in.readInt();
      for (int k = 0; k < keys; k++) {
        values.put(in.readString(), in.readBytes());
      }
      traits.writes.put(write.writer, write);
    }
    return traits;
  }
}
