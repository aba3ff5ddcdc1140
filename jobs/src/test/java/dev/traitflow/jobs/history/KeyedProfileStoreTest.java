package dev.traitflow.jobs.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileStore;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The chunks of a long history against a sorted list; on RocksDB the fold's own tests run them. */
final class KeyedProfileStoreTest {
  private static final String KEY = "shop/p";
  private static final EventNames E = new EventNames(Set.of("E"));
  private static final int LONG = 80_000;

  private final Map<Integer, HeapList> chunks = new HashMap<>();
  private final HeapMap pages = new HeapMap();
  private HistoryStates states = reopenedStates();
  private final HeapProfileStore naive = new HeapProfileStore();
  private KeyedProfileStore store = new KeyedProfileStore(KEY, states, new byte[0], null);

  @Test
  void aLongHistoryReadsAsTheSortedListOfItsEvents() throws Exception {
    Random random = new Random(5);
    List<ComputedTrait> extremes = List.of(extreme("min"), extreme("max"));
    long now = 1_000_000;
    for (int number = 0; number < LONG; number++) {
      now += random.nextInt(4);
      boolean late = random.nextInt(20) == 0;
      long timestamp = late ? random.nextLong(now) : now;
      append(event(number, timestamp, random));
      if (random.nextInt(400) == 0) {
        check(random, now, extremes);
      }
      if (random.nextInt(2_000) == 0) {
        reopen();
      }
    }
    assertThat(chunks).hasSizeGreaterThan(LONG / 256);
    assertThat(pages.entries).hasSizeGreaterThan(2);
    List<Event> all = new ArrayList<>();
    store.scan(-1, Long.MAX_VALUE, all::add);
    assertThat(all).hasSize(LONG).isSortedAccordingTo(Event.HISTORY_ORDER);

    store.clear();
    assertThat(chunks.values()).allMatch(chunk -> chunk.elements.isEmpty());
    assertThat(pages.entries).isEmpty();
  }

  @Test
  void eventsOfOneMillisecondStayTogether() throws Exception {
    Random random = new Random(1);
    for (int number = 0; number < 1_000; number++) {
      append(event(number, 7, random));
    }
    append(event(1_000, 8, random));
    check(random, 9, List.of(extreme("min")));
  }

  private void check(Random random, long now, List<ComputedTrait> extremes) {
    long from = random.nextLong(now) - 1;
    long to = random.nextInt(3) == 0 ? now : from + random.nextInt(2_000);
    boolean few = to - from < 3_000;
    if (few) {
      assertThat(scanned(store, from, to)).isEqualTo(scanned(naive, from, to));
    }
    long next = store.nextAfter(from, E);
    assertThat(next).isGreaterThan(from).isLessThanOrEqualTo(naive.nextAfter(from, E));
    for (ComputedTrait trait : extremes) {
      Event skipped = random.nextBoolean() ? first(naive, from) : null;
      assertThat(store.fold(trait, from, to, skipped).result(ActingUsers.UNKNOWN))
          .as("%s of %d to %d without %s", trait.key(), from, to, skipped)
          .isEqualTo(naive.fold(trait, from, to, skipped).result(ActingUsers.UNKNOWN));
    }
  }

  private static List<Event> scanned(ProfileStore store, long from, long to) {
    List<Event> events = new ArrayList<>();
    store.scan(from, to, E, events::add);
    return events;
  }

  private static @Nullable Event first(HeapProfileStore store, long from) {
    List<Event> events = new ArrayList<>();
    store.scan(
        from,
        Long.MAX_VALUE,
        event -> {
          events.add(event);
          return false;
        });
    return events.isEmpty() ? null : events.get(0);
  }

  private void append(Event event) {
    assertThat(store.contains(event.timestamp(), event.messageId())).isFalse();
    byte[] resolved =
        ResolvedEvent.CODEC.encode(new ResolvedEvent("shop", "p", 1, event, List.of()));
    store.append(event, resolved);
    naive.append(event);
    assertThat(store.contains(event.timestamp(), event.messageId())).isTrue();
  }

  private void reopen() {
    byte[] directory = store.directory();
    states = reopenedStates();
    store = new KeyedProfileStore(KEY, states, directory, null);
  }

  private HistoryStates reopenedStates() {
    return new HistoryStates(
        chunk -> chunks.computeIfAbsent(chunk, any -> new HeapList()), pages, /* users= */ null);
  }

  private static Event event(int number, long timestamp, Random random) {
    String name = random.nextInt(4) == 0 ? "F" : "E";
    byte[] properties = ("{\"p\":" + random.nextInt(1_000_000) + "}").getBytes(UTF_8);
    return new Event(
        EventType.TRACK,
        "m" + number,
        timestamp,
        timestamp,
        "web",
        name,
        "u1",
        null,
        null,
        null,
        null,
        null,
        properties,
        Event.NONE,
        Event.NONE);
  }

  private static ComputedTrait extreme(String aggregation) throws Exception {
    List<Problem> problems = new ArrayList<>();
    String json =
        "{\"key\":\""
            + aggregation
            + "\",\"type\":\"aggregation\",\"event\":\"E\",\"property\":\"p\",\"aggregation\":\""
            + aggregation
            + "\",\"window\":{\"within\":\"30 d\"}}";
    TraitDefinition definition =
        TraitDefinition.parse(new Fields(new JsonMapper().readTree(json), "", problems));
    assertThat(problems).isEmpty();
    return ComputedTrait.of(definition, aggregation.equals("min") ? 0 : 1);
  }

  /** A list in namespace of a key. */
  private static final class HeapList implements ListState<byte[]> {
    private final List<byte[]> elements = new ArrayList<>();

    @Override
    public void update(List<byte[]> values) {
      elements.clear();
      elements.addAll(values);
    }

    @Override
    public void addAll(List<byte[]> values) {
      elements.addAll(values);
    }

    @Override
    public Iterable<byte[]> get() {
      return elements;
    }

    @Override
    public void add(byte[] value) {
      elements.add(value);
    }

    @Override
    public void clear() {
      elements.clear();
    }
  }

  /** A map of a key. */
  private static final class HeapMap implements MapState<Integer, byte[]> {
    private final Map<Integer, byte[]> entries = new HashMap<>();

    @Override
    public byte @Nullable [] get(Integer key) {
      return entries.get(key);
    }

    @Override
    public void put(Integer key, byte[] value) {
      entries.put(key, value);
    }

    @Override
    public void putAll(Map<Integer, byte[]> map) {
      entries.putAll(map);
    }

    @Override
    public void remove(Integer key) {
      entries.remove(key);
    }

    @Override
    public boolean contains(Integer key) {
      return entries.containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<Integer, byte[]>> entries() {
      return entries.entrySet();
    }

    @Override
    public Iterable<Integer> keys() {
      return entries.keySet();
    }

    @Override
    public Iterable<byte[]> values() {
      return entries.values();
    }

    @Override
    public Iterator<Map.Entry<Integer, byte[]>> iterator() {
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
}
