package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.text.CodePointOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The traits callers set with identify: of each key the value of the greatest {@code (timestamp,
 * messageId)}. A removal stays as a tombstone, so that an older value that comes late cannot bring
 * the trait back.
 *
 * <p>A few lie in the profile's state and are read and written with it. Once they take more than 4
 * kB there, each lies apart under its key for good: an event costs the keys it sets, however many
 * there are.
 */
final class CustomTraits {
  private static final int TOGETHER_BYTES_MAX = 4_096;

  /** Older than what any event says. */
  private static final Setting NEVER_SET = new Setting(null, 0, "", "");

  private final @Nullable CustomTraitStore store;
  private boolean apart;

  /** All of them; of those that lie apart the ones asked for since the state was loaded. */
  private final SortedMap<String, Setting> settings = new TreeMap<>(CodePointOrder.INSTANCE);

  /** Keys that have no entry apart. */
  private final Set<String> missing = new HashSet<>();

  private final Set<String> unwritten = new HashSet<>();
  private final Set<String> changed = new HashSet<>();

  /**
   * The traits of a profile without any.
   *
   * @param store where they go when they are many; null for those of a fold on the heap, which stay
   *     together
   */
  CustomTraits(@Nullable CustomTraitStore store) {
    this.store = store;
  }

  /**
   * What one event said of one key.
   *
   * @param json the value, null for a removal
   * @param timestamp when it was set, epoch milliseconds
   * @param messageId the event
   * @param source slug of the event's source
   */
  record Setting(byte @Nullable [] json, long timestamp, String messageId, String source) {
    /** Version 1 of an entry that lies apart. */
    private static final int VERSION_1 = 1;

    boolean isNewerThan(Setting other) {
      return timestamp != other.timestamp
          ? timestamp > other.timestamp
          : CodePointOrder.INSTANCE.compare(messageId, other.messageId) > 0;
    }

    int bytes() {
      return (json == null ? 0 : json.length) + messageId.length() + source.length() + 10;
    }

    void write(ByteWriter out) {
      out.writeNullableBytes(json).writeLong(timestamp).writeString(messageId).writeString(source);
    }

    static Setting read(ByteReader in) {
      return new Setting(in.readNullableBytes(), in.readLong(), in.readString(), in.readString());
    }

    byte[] entry() {
      ByteWriter out = new ByteWriter(16 + bytes()).writeByte(VERSION_1);
      write(out);
      return out.toBytes();
    }

    static Setting ofEntry(byte[] entry) {
      ByteReader in = new ByteReader(entry);
      in.readVersion(VERSION_1, "custom trait");
      return read(in);
    }
  }

  /**
   * Takes in the traits of an identify call; one whose text is too long for any value (see {@link
   * PropertyValue#TEXT_BYTES_MAX}) is as if it had not been sent.
   */
  void take(Event event) {
    take(event, PropertyValue.TEXT_BYTES_MAX);
  }

  /** Takes in the value that a deleted trait or audience had, which is within its own bound. */
  void takeKept(Event event) {
    take(event, Integer.MAX_VALUE);
  }

  private void take(Event event, int bytesMax) {
    for (Map.Entry<String, JsonNode> member : new EventFields(event).traits().properties()) {
      byte[] json = null;
      if (!member.getValue().isNull()) {
        // No text has fewer bytes than characters.
        String text = ValueText.jsonWithin(member.getValue(), bytesMax);
        json = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        if (json == null || json.length > bytesMax) {
          continue;
        }
      }
      Setting setting = new Setting(json, event.timestamp(), event.messageId(), event.source());
      Setting present = find(member.getKey());
      if (present == null || setting.isNewerThan(present)) {
        put(member.getKey(), setting);
      }
    }
  }

  /**
   * Has no event have set any of them: each is absent until events are taken in again. Of states of
   * before the log had the values of deleted definitions, these stay.
   */
  void restart() {
    List<String> set = new ArrayList<>();
    all()
        .forEach(
            (key, setting) -> {
              if (!setting.messageId.isEmpty()) {
                set.add(key);
              }
            });
    set.forEach(key -> put(key, NEVER_SET));
  }

  /** Keys that got another setting since the state was loaded. */
  Set<String> changed() {
    return changed;
  }

  /** Adds the values of the wanted keys. */
  void addTo(Map<String, TraitValue> values, WantedKeys wanted) {
    Set<String> named = wanted.named();
    if (apart && named != null) {
      for (String key : named) {
        Setting setting = find(key);
        if (setting != null) {
          values.put(key, value(key, setting));
        }
      }
      return;
    }
    all()
        .forEach(
            (key, setting) -> {
              if (wanted.test(key)) {
                values.put(key, value(key, setting));
              }
            });
  }

  private static TraitValue value(String key, Setting setting) {
    return new TraitValue(
        key, TraitClass.CUSTOM, setting.json, 0, setting.timestamp, setting.source);
  }

  private Map<String, Setting> all() {
    if (!apart) {
      return settings;
    }
    Map<String, Setting> all = new HashMap<>();
    store().forEach((key, entry) -> all.put(key, Setting.ofEntry(entry)));
    all.putAll(settings);
    return all;
  }

  private @Nullable Setting find(String key) {
    Setting known = settings.get(key);
    if (known != null || !apart || missing.contains(key)) {
      return known;
    }
    byte[] entry = store().get(key);
    if (entry == null) {
      missing.add(key);
      return null;
    }
    Setting setting = Setting.ofEntry(entry);
    settings.put(key, setting);
    return setting;
  }

  private void put(String key, Setting setting) {
    settings.put(key, setting);
    unwritten.add(key);
    changed.add(key);
  }

  private CustomTraitStore store() {
    if (store == null) {
      throw new IllegalStateException(
          "custom traits: got a state whose traits lie apart (expected the store they lie in)");
    }
    return store;
  }

  /** Writes whether they lie apart, and if not, all of them; those that do go to their store. */
  void write(ByteWriter out) {
    if (!apart && store != null && bytes() > TOGETHER_BYTES_MAX) {
      apart = true;
      unwritten.addAll(settings.keySet());
    }
    out.writeBoolean(apart);
    if (!apart) {
      out.writeInt(settings.size());
      settings.forEach((key, setting) -> setting.write(out.writeString(key)));
    } else {
      for (String key : unwritten) {
        Setting setting = settings.get(key);
        if (setting != null) {
          store().put(key, setting.entry());
        }
      }
    }
    unwritten.clear();
  }

  private int bytes() {
    int bytes = 0;
    for (Map.Entry<String, Setting> entry : settings.entrySet()) {
      bytes += entry.getKey().length() + entry.getValue().bytes();
    }
    return bytes;
  }

  /** Reads what {@link #write} wrote. */
  static CustomTraits read(ByteReader in, @Nullable CustomTraitStore store) {
    return in.readBoolean() ? apart(store) : readTogether(in, store);
  }

  private static CustomTraits apart(@Nullable CustomTraitStore store) {
    CustomTraits traits = new CustomTraits(store);
    traits.apart = true;
    return traits;
  }

  /** Reads those of a state from before any lay apart. */
  static CustomTraits readTogether(ByteReader in, @Nullable CustomTraitStore store) {
    CustomTraits traits = new CustomTraits(store);
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      traits.settings.put(in.readString(), Setting.read(in));
    }
    return traits;
  }
}
