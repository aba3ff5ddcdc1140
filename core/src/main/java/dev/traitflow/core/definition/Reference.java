package dev.traitflow.core.definition;

import java.util.List;

/**
 * Another object of the space that a definition names.
 *
 * @param list where the objects of that kind are: the path of the {@link Kind}
 * @param name one of the values by which such an object is unique
 * @param member the member that names it
 * @param expected what can be named there: {@code the slug of a source}
 */
public record Reference(String list, String name, String member, String expected) {
  /** Where sources are. */
  public static final String SOURCES = "sources";

  /** Where audiences are. */
  public static final String AUDIENCES = "audiences";

  /** Where destinations are. */
  public static final String DESTINATIONS = "destinations";

  /** References to destinations, from the member of that name. */
  public static List<Reference> toDestinations(List<String> idsOrNames) {
    return idsOrNames.stream()
        .map(
            name ->
                new Reference(DESTINATIONS, name, DESTINATIONS, "the id or name of a destination"))
        .toList();
  }

  /** References to sources, from the member of that name. */
  public static List<Reference> toSources(List<String> slugs) {
    return slugs.stream()
        .map(slug -> new Reference(SOURCES, slug, SOURCES, "the slug of a source"))
        .toList();
  }

  /** A reference to an audience. */
  public static Reference toAudience(String key, String member) {
    return new Reference(AUDIENCES, key, member, "the key of an audience");
  }
}
