package dev.traitflow.jobs;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of the topics makes of them, by the rules of the profile store: values and pointers
 * of an older attempt than the newest of their partition are ignored, of an identifier's owners and
 * of a profile's pointers the highest sequence counts, and a deleted id stays deleted.
 */
final class TopicReader {
  /** A partition of a topic. */
  record Place(String topic, int partition) {}

  /** An id of a profile in its space. */
  record Id(String space, String profile) {}

  /** Whose an identifier is. */
  record Owner(String profile, long sequence, long createdAt, String firstMessageId) {}

  /** Where the profile of an id is now. */
  private record Pointer(String survivor, long sequence) {}

  private final Map<Place, Long> attempts = new HashMap<>();
  private final Map<String, Map<Identifier, Owner>> owners = new HashMap<>();
  private final Map<Id, Pointer> merges = new HashMap<>();
  private final Map<Id, Pointer> pointers = new HashMap<>();
  private final Map<Id, Map<String, String>> values = new HashMap<>();
  private final Map<Id, Set<String>> events = new HashMap<>();
  private final Map<Id, Map<String, List<String>>> shown = new HashMap<>();
  private final Set<Id> deleted = new HashSet<>();

  /** Applies one record. */
  void apply(Place place, byte[] key, byte[] value) {
    if (Marker.isMarkerKey(key)) {
      isNewest(place, Marker.CODEC.decode(value).attempt());
      return;
    }
    switch (place.topic()) {
      case Topics.IDENTIFIERS -> identity(IdentityChange.CODEC.decode(value));
      case Topics.PROFILE_CHANGES -> change(place, ProfileChange.CODEC.decode(value));
      case Topics.PROFILE_EVENTS ->
          event(ResolvedEvent.CODEC.decode(value), ResolvedEvent.movedFrom(value));
      default -> {
        // Features, rejects: nothing that a reader of profiles keeps.
      }
    }
  }

  /** The identifiers of a space with the profiles they were given to. */
  Map<Identifier, Owner> owners(String space) {
    return owners.getOrDefault(space, Map.of());
  }

  /** The profile that has an identifier now; null if nobody has it. */
  @Nullable String profileOf(String space, Identifier identifier) {
    Owner owner = owners(space).get(identifier);
    return owner == null ? null : canonical(space, owner.profile());
  }

  /** The survivor that an id leads to by the pointers behind the values. */
  String canonical(String space, String profile) {
    String canonical = profile;
    for (int steps = 0; steps < 1_000; steps++) {
      Pointer pointer = pointers.get(new Id(space, canonical));
      if (pointer == null) {
        return canonical;
      }
      canonical = pointer.survivor();
    }
    throw new IllegalStateException(space + "/" + profile + ": its pointers are a circle");
  }

  /** Every id of a space that was merged away, with the survivor that the lane named last. */
  Map<String, String> merges(String space) {
    return targets(space, merges);
  }

  /** Every id of a space that was absorbed, with the survivor that said so. */
  Map<String, String> pointers(String space) {
    return targets(space, pointers);
  }

  private static Map<String, String> targets(String space, Map<Id, Pointer> pointers) {
    Map<String, String> targets = new TreeMap<>();
    pointers.forEach(
        (id, pointer) -> {
          if (id.space().equals(space)) {
            targets.put(id.profile(), pointer.survivor());
          }
        });
    return targets;
  }

  /**
   * The values shown of the profiles of a space that were not absorbed, those with none left out.
   */
  Map<String, Map<String, String>> values(String space) {
    Map<String, Map<String, String>> live = new TreeMap<>();
    values.forEach(
        (id, traits) -> {
          if (id.space().equals(space) && !pointers.containsKey(id) && !traits.isEmpty()) {
            live.put(id.profile(), traits);
          }
        });
    return live;
  }

  /** The values shown of one profile. */
  Map<String, String> valuesOf(String space, String profile) {
    return values.getOrDefault(new Id(space, profile), Map.of());
  }

  /** All texts that a trait of a profile ever had, in their order. */
  List<String> shown(String space, String profile, String key) {
    return shown.getOrDefault(new Id(space, profile), Map.of()).getOrDefault(key, List.of());
  }

  /** The events of a space's histories, each as its timestamp and messageId. */
  Map<String, Set<String>> events(String space) {
    Map<String, Set<String>> found = new TreeMap<>();
    events.forEach(
        (id, keys) -> {
          if (id.space().equals(space)) {
            found.put(id.profile(), keys);
          }
        });
    return found;
  }

  private boolean isNewest(Place place, long attempt) {
    return attempts.merge(place, attempt, Math::max) <= attempt;
  }

  private void identity(IdentityChange change) {
    String space = change.space();
    Map<Identifier, Owner> owned = owners.computeIfAbsent(space, any -> new HashMap<>());
    if (change.body() instanceof IdentityChange.Mapped mapped) {
      Owner owner = owned.get(mapped.identifier());
      if (owner == null || owner.sequence() <= change.sequence()) {
        owned.put(
            mapped.identifier(),
            new Owner(
                mapped.profile(), change.sequence(), mapped.createdAt(), mapped.firstMessageId()));
      }
    } else if (change.body() instanceof IdentityChange.Unmapped gone) {
      Owner owner = owned.get(gone.identifier());
      if (owner != null && owner.sequence() < change.sequence()) {
        owned.remove(gone.identifier());
      }
    } else if (change.body() instanceof IdentityChange.MergedInto merged) {
      point(merges, new Id(space, merged.profile()), merged.canonical(), change.sequence());
    } else if (change.body() instanceof IdentityChange.Deleted gone) {
      Id id = new Id(space, gone.profile());
      deleted.add(id);
      merges.remove(id);
      pointers.remove(id);
      values.remove(id);
      events.remove(id);
    }
  }

  private static boolean point(Map<Id, Pointer> table, Id loser, String survivor, long sequence) {
    Pointer known = table.get(loser);
    boolean isLater =
        known != null
            && (known.sequence() > sequence
                || (known.sequence() == sequence
                    && ProfileIds.continuation(known.survivor())
                        > ProfileIds.continuation(survivor)));
    if (isLater) {
      return false;
    }
    table.put(loser, new Pointer(survivor, sequence));
    return true;
  }

  private void event(ResolvedEvent resolved, @Nullable String from) {
    Id id = new Id(resolved.space(), resolved.profile());
    if (from != null) {
      Id former = new Id(resolved.space(), from);
      Set<String> before = events.getOrDefault(former, new TreeSet<>());
      before.remove(resolved.event().timestamp() + " " + resolved.event().messageId());
      if (before.isEmpty()) {
        events.remove(former);
      }
    }
    if (!deleted.contains(id)) {
      events
          .computeIfAbsent(id, any -> new TreeSet<>())
          .add(resolved.event().timestamp() + " " + resolved.event().messageId());
    }
  }

  private void change(Place place, ProfileChange change) {
    Id id = new Id(change.space(), change.profile());
    if (!isNewest(place, change.attempt()) || deleted.contains(id)) {
      return;
    }
    if (change.body() instanceof ProfileChange.Value body) {
      Map<String, String> known = values.computeIfAbsent(id, any -> new TreeMap<>());
      String text = body.value().text();
      if (text == null) {
        known.remove(body.value().key());
      } else {
        known.put(body.value().key(), text);
        shown
            .computeIfAbsent(id, any -> new HashMap<>())
            .computeIfAbsent(body.value().key(), any -> new ArrayList<>())
            .add(text);
      }
    } else if (change.body() instanceof ProfileChange.Absorbed absorbed) {
      Id loser = new Id(change.space(), absorbed.loser());
      if (!deleted.contains(loser)
          && point(pointers, loser, change.profile(), absorbed.sequence())) {
        values.remove(loser);
      }
    }
  }
}
