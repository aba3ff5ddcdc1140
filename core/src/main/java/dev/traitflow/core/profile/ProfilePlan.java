package dev.traitflow.core.profile;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.ValueText;
import dev.traitflow.core.trait.Window;
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
 * What is computed for every profile of a space: built once per change of definitions, immutable,
 * shared by all threads. It decides per definition what would else be decided per event: which
 * traits an event name touches, and at which ages of an event a trait's window lets it in or out.
 */
public final class ProfilePlan {
  /** Grows when the same definitions come to mean other values or another state. */
  private static final int FOLD_VERSION = 1;

  private final List<ComputedTrait> traits;
  private final Map<String, List<ComputedTrait>> byEvent;
  private final Set<String> keys = new HashSet<>();
  private final List<AgeEdge> edges;
  private final List<ComputedTrait> sessions;
  private final int slots;
  private final long fingerprint;
  private final AudiencePlan audiences;

  private ProfilePlan(List<ComputedTrait> traits, AudiencePlan audiences) {
    this.audiences = audiences;
    this.traits = List.copyOf(traits);
    this.byEvent = new HashMap<>();
    this.sessions = new ArrayList<>();
    int highest = -1;
    for (ComputedTrait trait : traits) {
      byEvent.computeIfAbsent(trait.definition().event(), e -> new ArrayList<>()).add(trait);
      keys.add(trait.key());
      highest = Math.max(highest, trait.slot());
      if (trait.window() instanceof Window.Session) {
        sessions.add(trait);
      }
    }
    this.slots = highest + 1;
    this.edges = AgeEdge.of(traits);
    this.fingerprint = fingerprint(traits);
  }

  /** Builds the plan of a space without audiences. */
  public static ProfilePlan of(List<TraitDefinition> definitions) {
    return of(definitions, List.of());
  }

  /**
   * Builds the plan of definitions without problems. If any has no slot, all get the places of the
   * list as slots.
   *
   * @throws IllegalArgumentException if two have the same key or slot
   */
  public static ProfilePlan of(
      List<TraitDefinition> definitions, List<AudienceDefinition> audiences) {
    boolean assigned =
        definitions.stream()
            .allMatch(definition -> definition.slot() != TraitDefinition.UNASSIGNED);
    List<ComputedTrait> traits = new ArrayList<>();
    Set<Object> taken = new HashSet<>();
    for (TraitDefinition definition : definitions) {
      int slot = assigned ? definition.slot() : traits.size();
      if (!taken.add(definition.key()) || !taken.add(slot)) {
        throw new IllegalArgumentException(
            "trait " + definition.key() + ": its key or its slot " + slot + " is taken");
      }
      traits.add(ComputedTrait.of(definition, slot));
    }
    return new ProfilePlan(traits, AudiencePlan.of(audiences, definitions));
  }

  /** The traits, in the order of their definitions. */
  public List<ComputedTrait> traits() {
    return traits;
  }

  /** True if a trait of the plan has this key. */
  public boolean hasKey(String key) {
    return keys.contains(key);
  }

  /**
   * Tells plans apart: equal for definitions that mean the same values, slots and versions,
   * whatever they are called and described as. Never 0. The same in every process.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** The audiences. */
  AudiencePlan audiences() {
    return audiences;
  }

  /** The traits of an event name. */
  List<ComputedTrait> traitsOf(String event) {
    return byEvent.getOrDefault(event, List.of());
  }

  /** The ages at which events enter and leave windows, youngest first. */
  List<AgeEdge> edges() {
    return edges;
  }

  /** The traits with a session window. */
  List<ComputedTrait> sessions() {
    return sessions;
  }

  /** How many slots a state has. */
  int slots() {
    return slots;
  }

  private static long fingerprint(List<ComputedTrait> traits) {
    SortedMap<Integer, String> lines = new TreeMap<>();
    for (ComputedTrait trait : traits) {
      TraitDefinition d = trait.definition();
      String conditions = d.conditions() == null ? "" : ValueText.json(d.conditions());
      lines.put(
          trait.slot(),
          String.join(
              "\n",
              List.of(
                  d.key(),
                  d.type().wireName(),
                  d.event(),
                  text(d.aggregation()),
                  conditions,
                  text(d.property()),
                  d.valueType().wireName(),
                  Integer.toString(d.minimumFrequency()),
                  d.window().toString(),
                  d.backfill() ? "" : Long.toString(d.createdAt()),
                  Integer.toString(d.version()))));
    }
    long hash = hash(FOLD_VERSION + lines.toString());
    return hash == 0 ? 1 : hash;
  }

  /** FNV-1a with 64 bits, finished with a mix so that short texts differ in all bits. */
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
    return hash ^ (hash >>> 32);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
