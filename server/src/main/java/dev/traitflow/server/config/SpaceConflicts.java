package dev.traitflow.server.config;

import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a space may not have because of other spaces, or of what is fixed for good. */
final class SpaceConflicts {
  private final SpaceRegistry spaces;
  private final String id;
  private final @Nullable SpaceEntry current;

  /**
   * For one space.
   *
   * @param id the space's id
   * @param current the space; null if it is new
   */
  SpaceConflicts(SpaceRegistry spaces, String id, @Nullable SpaceEntry current) {
    this.spaces = spaces;
    this.id = id;
    this.current = current;
  }

  /** Refuses a definition that the space cannot have. */
  void refuse(SpaceDefinition wanted) throws InvalidDefinitionException {
    if (current == null && isTaken(wanted.slug())) {
      throw InvalidDefinitionException.of(
          "/name", "has the slug '" + wanted.slug() + "', which is that of another space");
    }
    if (current != null && !current.definition().environment().equals(wanted.environment())) {
      throw InvalidDefinitionException.of(
          "/environment",
          "got "
              + wanted.environment()
              + " (expected "
              + current.definition().environment()
              + ", which was chosen when the space was made)");
    }
    for (Kind<?> kind : Kinds.ALL) {
      refuseBeyondPlan(kind, wanted);
    }
    refuseSharedDestinations(wanted.destinations());
    refuseSharedKeys(wanted.sources());
  }

  /** Under the vendor's limits no list grows beyond them; one that was longer before may stay. */
  private void refuseBeyondPlan(Kind<?> kind, SpaceDefinition wanted)
      throws InvalidDefinitionException {
    int size = wanted.of(kind).size();
    int before = current == null ? 0 : kind.in(current.wanted()).size();
    if (wanted.vendorLimits() && size > kind.vendorMax() && size > before) {
      throw InvalidDefinitionException.of(
          "/" + kind.path() + "/" + kind.vendorMax(),
          "is one "
              + kind.word()
              + " too many (expected at most "
              + kind.vendorMax()
              + " with limits: vendor)");
    }
  }

  private boolean isTaken(String slug) {
    return spaces.all().stream().anyMatch(other -> spaces.slug(other).equals(slug));
  }

  /** A write key belongs to one source; one source may feed several spaces, with its id in each. */
  private void refuseSharedKeys(List<SourceDefinition> sources) throws InvalidDefinitionException {
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      SourceDefinition source = sources.get(i);
      // A key that is new stands beside hashes of those the space has.
      String kept =
          SecretHash.isHash(source.writeKey())
              ? source.writeKey()
              : SecretHash.ofKey(source.writeKey(), SecretHash.saltOfKeys(id));
      String other = seen.put(kept, source.slug());
      boolean elsewhere =
          spaces.allByWriteKey(source.writeKey()).stream()
              .anyMatch(
                  each ->
                      !each.space().equals(id)
                          && (source.id().isEmpty() || !source.id().equals(each.source().id())));
      if (elsewhere || other != null) {
        throw InvalidDefinitionException.of(
            "/sources/" + i + "/write_key",
            "is used by another source"
                + (other == null ? ", of another space" : ", '" + other + "'")
                + " (expected a key of its own for '"
                + source.slug()
                + "')");
      }
    }
  }

  private void refuseSharedDestinations(List<DestinationDefinition> destinations)
      throws InvalidDefinitionException {
    for (SpaceDefinition other : spaces.all()) {
      for (DestinationDefinition theirs : other.destinations()) {
        for (int i = 0; i < destinations.size() && !other.id().equals(id); i++) {
          if (destinations.get(i).id().equals(theirs.id())) {
            throw InvalidDefinitionException.of(
                "/destinations/" + i + "/id",
                "got '" + theirs.id() + "', which is that of a destination of another space");
          }
        }
      }
    }
  }
}
