package dev.traitflow.core.profile;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is computed for every profile of a space: built once per change of definitions, immutable,
 * shared by all threads. It decides per definition what would else be decided per event: which
 * traits an event name touches, and at which ages of an event a trait's window lets it in or out.
 */
public final class ProfilePlan {
  /** Grows when the same definitions come to mean other values or another state. */
  private static final int FOLD_VERSION = 2;

  private final List<ComputedTrait> traits;
  private final List<ComputedTrait> live;
  private final List<ComputedTrait> staged;
  private final Map<String, List<ComputedTrait>> byEvent = new HashMap<>();
  private final Map<String, ComputedTrait> byKey = new HashMap<>();
  private final List<AgeEdge> edges;
  private final List<ComputedTrait> sessions = new ArrayList<>();
  private final int slots;
  private final long fingerprint;
  private final AudiencePlan audiences;

  private ProfilePlan(
      List<ComputedTrait> live, List<ComputedTrait> staged, AudiencePlan audiences) {
    this.audiences = audiences;
    this.live = List.copyOf(live);
    this.staged = List.copyOf(staged);
    this.traits = Stream.concat(live.stream(), staged.stream()).toList();
    List<ComputedTrait> running = traits.stream().filter(t -> t.definition().enabled()).toList();
    for (ComputedTrait trait : running) {
      byEvent.computeIfAbsent(trait.definition().event(), e -> new ArrayList<>()).add(trait);
      if (trait.window() instanceof Window.Session) {
        sessions.add(trait);
      }
    }
    live.forEach(trait -> byKey.put(trait.key(), trait));
    this.slots = traits.stream().mapToInt(ComputedTrait::slot).max().orElse(-1) + 1;
    this.edges = AgeEdge.of(running);
    this.fingerprint = fingerprint(live, staged);
  }

  /** Builds the plan of definitions that readers see; see {@link #of(List, List, List)}. */
  public static ProfilePlan of(List<TraitDefinition> live) {
    return of(live, List.of());
  }

  /** Builds the plan of a space without audiences; see {@link #of(List, List, List)}. */
  public static ProfilePlan of(List<TraitDefinition> live, List<TraitDefinition> staged) {
    return of(live, staged, List.of());
  }

  /**
   * Builds the plan of definitions without problems. If any has no slot, all get the places of the
   * lists as slots; such a plan must not take over the state of another one.
   *
   * @param live the definitions readers see, one for each key
   * @param staged definitions that are folded beside them until every profile has their value: new
   *     ones, and newer versions of live ones
   * @param audiences audiences over what readers see
   * @throws IllegalArgumentException if two live ones have the same key, or two the same slot
   */
  public static ProfilePlan of(
      List<TraitDefinition> live,
      List<TraitDefinition> staged,
      List<AudienceDefinition> audiences) {
    boolean assigned =
        Stream.concat(live.stream(), staged.stream())
            .allMatch(definition -> definition.slot() != TraitDefinition.UNASSIGNED);
    Set<Object> taken = new HashSet<>();
    List<ComputedTrait> liveTraits = new ArrayList<>();
    for (TraitDefinition definition : live) {
      int slot = assigned ? definition.slot() : liveTraits.size();
      take(taken, definition.key(), definition);
      take(taken, slot, definition);
      liveTraits.add(ComputedTrait.of(definition, slot));
    }
    List<ComputedTrait> stagedTraits = new ArrayList<>();
    for (TraitDefinition definition : staged) {
      int slot = assigned ? definition.slot() : liveTraits.size() + stagedTraits.size();
      take(taken, slot, definition);
      stagedTraits.add(ComputedTrait.of(definition, slot));
    }
    return new ProfilePlan(liveTraits, stagedTraits, AudiencePlan.of(audiences, live));
  }

  private static void take(Set<Object> taken, Object what, TraitDefinition definition) {
    if (!taken.add(what)) {
      throw new IllegalArgumentException(
          "trait " + definition.key() + ": its key or slot " + what + " is taken");
    }
  }

  /** All traits: the live ones, then the staged ones. */
  public List<ComputedTrait> traits() {
    return traits;
  }

  /** The traits readers see, in the order of their definitions. */
  public List<ComputedTrait> live() {
    return live;
  }

  /** The traits that are not seen yet. */
  public List<ComputedTrait> staged() {
    return staged;
  }

  /** True if a live trait of the plan has this key. */
  public boolean hasKey(String key) {
    return byKey.containsKey(key);
  }

  /**
   * Tells plans apart: equal for definitions that mean the same values, slots and versions,
   * whatever they are called and described as. Never 0. The same in every process.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** Tells the audiences of plans apart as {@link #fingerprint} does traits. */
  public long audienceFingerprint() {
    return audiences.fingerprint();
  }

  /** The audiences. */
  AudiencePlan audiences() {
    return audiences;
  }

  /** The traits of an event name that are not frozen. */
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

  private static long fingerprint(List<ComputedTrait> live, List<ComputedTrait> staged) {
    SortedMap<Integer, String> lines = new TreeMap<>();
    live.forEach(trait -> lines.put(trait.slot(), line(trait) + "\nlive"));
    staged.forEach(trait -> lines.put(trait.slot(), line(trait) + "\nstaged"));
    long hash = hash(FOLD_VERSION + lines.toString());
    return hash == 0 ? 1 : hash;
  }

  private static String line(ComputedTrait trait) {
    TraitDefinition d = trait.definition();
    String conditions = d.conditions() == null ? "" : ValueText.json(d.conditions());
    return String.join(
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
            Boolean.toString(d.enabled()),
            d.version() + scope(d)));
  }

  /** What a definition says at account level; nothing for one of users. */
  private static String scope(TraitDefinition definition) {
    return definition.level() == TraitLevel.USER
        ? ""
        : "\naccount\n" + definition.onlyTagged() + "\n" + text(definition.returnUserTrait());
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
