package dev.traitflow.core.profile;

import dev.traitflow.core.audience.Audiences;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.trait.Definitions;
import dev.traitflow.core.trait.EventBuilder;
import dev.traitflow.core.trait.TraitDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One profile and an engine of definitions written as JSON; events get ids m1, m2 and so on. */
final class ProfileBench {
  final HeapProfileStore history = new HeapProfileStore();
  final ProfileEngine engine;
  ProfileState state;
  private int count;

  ProfileBench(String... definitions) {
    this(List.of(), definitions);
  }

  ProfileBench(List<String> audiences, String... definitions) {
    engine = new ProfileEngine(plan(audiences, definitions));
    state = engine.load(null);
  }

  static ProfilePlan plan(List<String> audiences, String... definitions) {
    List<TraitDefinition> parsed = new ArrayList<>();
    for (String definition : definitions) {
      parsed.add(Definitions.of(definition));
    }
    return ProfilePlan.of(parsed, List.of(), audiences.stream().map(Audiences::of).toList());
  }

  /** The profile comes to own identifiers of these types. */
  ProfileBench own(String... types) {
    for (String type : types) {
      engine.own(state, List.of(Identifier.ofUser(type, "x")));
    }
    return this;
  }

  /** Takes in an event with {@code now} at its timestamp or later. */
  ProfileBench add(EventBuilder event) {
    return addAt(event, Math.max(state.now(), event.timestamp()));
  }

  ProfileBench addAt(EventBuilder event, long now) {
    count++;
    Event built = (event.messageId().equals("m") ? event.id("m" + count) : event).build();
    history.append(built);
    engine.add(state, history, built, now);
    return this;
  }

  ProfileBench advance(String now) {
    engine.advance(state, history, Instant.parse(now).toEpochMilli());
    return this;
  }

  /** The values by key; a trait that is absent now is the text {@code null}. */
  Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (TraitValue value : engine.values(state)) {
      values.put(value.key(), String.valueOf(value.text()));
    }
    return values;
  }

  /** The JSON of the only trait, {@code null} as text if unset, null if it never was. */
  @Nullable String value(String key) {
    return values().get(key);
  }

  TraitValue trait(String key) {
    return engine.values(state).stream()
        .filter(value -> value.key().equals(key))
        .findFirst()
        .orElseThrow();
  }
}
