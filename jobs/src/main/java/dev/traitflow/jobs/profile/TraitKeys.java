package dev.traitflow.jobs.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many custom trait keys into a profile and refuses more, before anything keeps or reads
 * the event: so histories, values, the past and training all see the same traits.
 *
 * <p>Keys count for the id that calls arrived under. A merge keeps the keys that both had; those of
 * the profile that was merged away do not count against the survivor, which may get new ones until
 * it has as many of its own. Keys from before there was a limit count once they are sent again.
 */
final class TraitKeys {
  /** So many keys lie together and are read at once; beyond, each is an entry of its own. */
  private static final int TOGETHER_MAX = 64;

  private static final int VERSION_1 = 1;
  private static final int SAMPLE_BYTES_MAX = 32_768;
  private static final int NAMED_MAX = 5;
  private static final int NAME_CHARS_MAX = 64;
  private static final byte[] PRESENT = new byte[0];

  /**
   * Key: a profile; contents: version, how many keys it has, and the keys if they are few. Cleared
   * by deletion of the profile.
   */
  private static final ValueStateDescriptor<byte[]> TRAIT_KEYS =
      new ValueStateDescriptor<>("trait-keys", BytePrimitiveArraySerializer.INSTANCE);

  /**
   * Key: a profile; entries: its keys if they are many. Bound: {@link JobSettings#traitKeysMax}.
   * Cleared by deletion of the profile.
   */
  private static final MapStateDescriptor<String, byte[]> MANY_TRAIT_KEYS =
      new MapStateDescriptor<>(
          "many-trait-keys", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;
  private final EventType setsTraits;
  private final ValueState<byte[]> fewState;
  private final MapState<String, byte[]> manyState;
  private final Counter refusedKeys;
  private final PartialRefusals refusals;
  private final Consumer<TopicRecord> topics;

  /** The keys of the profiles that are the current key of the operator of the context. */
  TraitKeys(
      JobSettings settings,
      TraitLevel level,
      RuntimeContext context,
      PartialRefusals refusals,
      Consumer<TopicRecord> topics) {
    this.settings = settings;
    this.setsTraits = level == TraitLevel.USER ? EventType.IDENTIFY : EventType.GROUP;
    this.refusals = refusals;
    this.topics = topics;
    fewState = context.getState(TRAIT_KEYS);
    manyState = context.getMapState(MANY_TRAIT_KEYS);
    refusedKeys = context.getMetricGroup().counter("refusedTraitKeys");
  }

  /** The keys a profile has: how many, and which, if they are few. */
  record Known(int count, Set<String> few) {
    private static final Known NONE = new Known(0, Set.of());

    byte[] encode() {
      ByteWriter out = new ByteWriter().writeByte(VERSION_1).writeInt(count);
      few.forEach(out::writeString);
      return out.toBytes();
    }

    static Known decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "trait keys");
      int count = in.readInt();
      Set<String> few = new HashSet<>();
      for (int left = count <= TOGETHER_MAX ? count : 0; left > 0; left--) {
        few.add(in.readString());
      }
      return new Known(count, few);
    }
  }

  /**
   * The event without those traits that are new to the profile and too many; what is left out is
   * counted and written to the topic of refused calls.
   *
   * @param bytes the event, encoded
   * @param at when it was received, epoch milliseconds
   * @return null if nothing is left out
   */
  byte @Nullable [] reduce(byte[] bytes, long at) throws Exception {
    if (ResolvedEvent.typeOf(bytes) != setsTraits) {
      return null;
    }
    ResolvedEvent resolved = ResolvedEvent.CODEC.decode(bytes);
    JsonNode traits = new EventFields(resolved.event()).traits();
    Map<String, JsonNode> refused = take(traits);
    if (refused.isEmpty()) {
      return null;
    }
    refusedKeys.inc(refused.size());
    reject(resolved, refused, at);
    StringJoiner left = new StringJoiner(",", "{", "}");
    for (Map.Entry<String, JsonNode> member : traits.properties()) {
      if (!refused.containsKey(member.getKey())) {
        left.add(json(member));
      }
    }
    return ResolvedEvent.CODEC.encode(
        resolved.of(resolved.event().withTraits(left.toString().getBytes(StandardCharsets.UTF_8))));
  }

  /**
   * Takes in the keys of an event's traits and gives those that are too many, with their values.
   */
  private Map<String, JsonNode> take(JsonNode traits) throws Exception {
    Known known = read();
    int count = known.count;
    Set<String> added = new HashSet<>();
    Map<String, JsonNode> refused = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : traits.properties()) {
      String key = member.getKey();
      boolean there =
          known.few.contains(key) || (known.count > TOGETHER_MAX && manyState.contains(key));
      if (there) {
        continue;
      }
      if (count < settings.traitKeysMax()) {
        count++;
        added.add(key);
      } else {
        refused.put(key, member.getValue());
      }
    }
    if (!added.isEmpty()) {
      write(known, added);
    }
    return refused;
  }

  private Known read() throws Exception {
    byte[] stored = fewState.value();
    return stored == null ? Known.NONE : Known.decode(stored);
  }

  private void write(Known known, Set<String> added) throws Exception {
    int count = known.count + added.size();
    added.addAll(known.few);
    if (count <= TOGETHER_MAX) {
      fewState.update(new Known(count, added).encode());
      return;
    }
    for (String key : added) {
      manyState.put(key, PRESENT);
    }
    fewState.update(new Known(count, Set.of()).encode());
  }

  private void reject(ResolvedEvent resolved, Map<String, JsonNode> refused, long at) {
    Event event = resolved.event();
    String named =
        refused.keySet().stream()
                .limit(NAMED_MAX)
                .map(TraitKeys::shortened)
                .collect(Collectors.joining(", "))
            + (refused.size() > NAMED_MAX ? ", and others" : "");
    StringJoiner sample = new StringJoiner(",", "{", "}");
    refused.entrySet().forEach(member -> sample.add(json(member)));
    byte[] bytes = sample.toString().getBytes(StandardCharsets.UTF_8);
    RejectedCall call =
        new RejectedCall(
            resolved.space(),
            event.source(),
            resolved.sequence(),
            "",
            0,
            at,
            DiscardReason.TOO_MANY_TRAIT_KEYS,
            "traits: got "
                + refused.size()
                + " new keys for a profile that has its "
                + settings.traitKeysMax()
                + " (left out; the rest of the call was taken): "
                + named,
            Arrays.copyOf(bytes, Math.min(bytes.length, SAMPLE_BYTES_MAX)));
    refusals.add(call);
    int partition = Topics.partition(call.source(), settings.profilePartitions());
    topics.accept(
        new TopicRecord(
            Topics.REJECTED, partition, call.topicKey(), RejectedCall.CODEC.encode(call)));
  }

  /** A key may be as long as a call. */
  private static String shortened(String key) {
    return key.codePointCount(0, key.length()) <= NAME_CHARS_MAX
        ? key
        : key.substring(0, key.offsetByCodePoints(0, NAME_CHARS_MAX)) + "…";
  }

  private static String json(Map.Entry<String, JsonNode> member) {
    return ValueText.quoted(member.getKey()) + ":" + ValueText.json(member.getValue());
  }

  /** Forgets those of the current key. */
  void clear() {
    fewState.clear();
    manyState.clear();
  }
}
