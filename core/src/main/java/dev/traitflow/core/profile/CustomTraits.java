package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.CodePointOrder;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.trait.EventFields;
import dev.traitflow.core.trait.PropertyValue;
import dev.traitflow.core.trait.ValueText;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The traits callers set with identify: of each key the value of the greatest {@code (timestamp,
 * messageId)}. A removal stays as a tombstone, so that an older value that comes late cannot bring
 * the trait back.
 */
final class CustomTraits {
  private final SortedMap<String, Setting> settings = new TreeMap<>(CodePointOrder.INSTANCE);
  private final Set<String> changed = new HashSet<>();

  /**
   * What one event said of one key.
   *
   * @param json the value, null for a removal
   * @param timestamp when it was set, epoch milliseconds
   * @param messageId the event
   * @param source slug of the event's source
   */
  private record Setting(byte @Nullable [] json, long timestamp, String messageId, String source) {
    boolean isNewerThan(Setting other) {
      return timestamp != other.timestamp
          ? timestamp > other.timestamp
          : CodePointOrder.INSTANCE.compare(messageId, other.messageId) > 0;
    }
  }

  /**
   * Takes in the traits of an identify call; one whose text is too long for any value (see {@link
   * PropertyValue#TEXT_BYTES_MAX}) is as if it had not been sent.
   */
  void take(Event event) {
    for (Map.Entry<String, JsonNode> member : new EventFields(event).traits().properties()) {
      byte[] json =
          member.getValue().isNull()
              ? null
              : ValueText.json(member.getValue()).getBytes(StandardCharsets.UTF_8);
      if (json != null && json.length > PropertyValue.TEXT_BYTES_MAX) {
        continue;
      }
      put(member.getKey(), new Setting(json, event.timestamp(), event.messageId(), event.source()));
    }
  }

  /** Takes over a value whose definition was deleted; it goes before every one up to then. */
  void keep(String key, byte[] json, long timestamp) {
    Setting present = settings.get(key);
    if (present == null || present.timestamp <= timestamp) {
      settings.put(key, new Setting(json, timestamp, "", ""));
    }
    changed.add(key);
  }

  /** Keys that got another setting since the state was loaded. */
  Set<String> changed() {
    return changed;
  }

  /** Adds the values of the wanted keys. */
  void addTo(Map<String, TraitValue> values, Predicate<String> wanted) {
    settings.forEach(
        (key, setting) -> {
          if (wanted.test(key)) {
            values.put(
                key,
                new TraitValue(
                    key, TraitClass.CUSTOM, setting.json, 0, setting.timestamp, setting.source));
          }
        });
  }

  private void put(String key, Setting setting) {
    Setting present = settings.get(key);
    if (present == null || setting.isNewerThan(present)) {
      settings.put(key, setting);
      changed.add(key);
    }
  }

  void write(ByteWriter out) {
    out.writeInt(settings.size());
    settings.forEach(
        (key, setting) ->
            out.writeString(key)
                .writeNullableBytes(setting.json)
                .writeLong(setting.timestamp)
                .writeString(setting.messageId)
                .writeString(setting.source));
  }

  static CustomTraits read(ByteReader in) {
    CustomTraits traits = new CustomTraits();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      traits.settings.put(
          in.readString(),
          new Setting(in.readNullableBytes(), in.readLong(), in.readString(), in.readString()));
    }
    return traits;
  }
}
