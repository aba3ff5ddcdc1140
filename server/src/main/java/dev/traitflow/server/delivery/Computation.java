package dev.traitflow.server.delivery;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * A trait or audience of a space with the destinations that are to be told of it.
 *
 * @param key its key
 * @param audience true if it is an audience
 * @param anonymous true if profiles without user id and email are told of too
 * @param destinations those that it names and that are enabled
 */
record Computation(
    String key, boolean audience, boolean anonymous, List<DestinationDefinition> destinations) {
  Computation {
    destinations = List.copyOf(destinations);
  }

  /** The computations of a space that some enabled destination wants. */
  static List<Computation> of(SpaceDefinition space) {
    List<Computation> all = new ArrayList<>();
    for (TraitDefinition trait : space.traits()) {
      all.add(new Computation(trait.key(), false, false, named(space, trait.destinations())));
    }
    for (AudienceDefinition audience : space.audiences()) {
      all.add(
          new Computation(
              audience.key(),
              true,
              audience.includeAnonymous(),
              named(space, audience.destinations())));
    }
    all.removeIf(computation -> computation.destinations.isEmpty());
    return all;
  }

  private static List<DestinationDefinition> named(SpaceDefinition space, List<String> names) {
    return space.destinations().stream()
        .filter(DestinationDefinition::enabled)
        .filter(destination -> names.stream().anyMatch(destination::isNamed))
        .toList();
  }
}
