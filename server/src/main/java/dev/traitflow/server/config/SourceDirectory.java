package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sources of all spaces as one list. Each lives in the definition of the spaces it feeds, which
 * stays the one place of truth: what is created here is what a space file would have said.
 */
public final class SourceDirectory {
  private final SpaceRegistry spaces;

  /** The sources of these spaces. */
  public SourceDirectory(SpaceRegistry spaces) {
    this.spaces = spaces;
  }

  /**
   * One source.
   *
   * @param id its id
   * @param source as the first of its spaces defines it
   * @param spaces ids of the spaces it feeds
   */
  public record Entry(String id, SourceDefinition source, List<String> spaces) {
    public Entry {
      spaces = List.copyOf(spaces);
    }
  }

  /** The last characters of a source's key, to tell it from others; empty if it is short. */
  public static String tailOfKey(SourceDefinition source) {
    return SecretHash.tail(source.writeKey());
  }

  /** Every source, in the order of the spaces' ids and of their definitions. */
  public List<Entry> all() {
    Map<String, List<SourceOfSpace>> byId = new LinkedHashMap<>();
    for (SourceOfSpace source : spaces.sources()) {
      byId.computeIfAbsent(source.id(), unseen -> new ArrayList<>()).add(source);
    }
    List<Entry> entries = new ArrayList<>();
    byId.forEach(
        (id, places) ->
            entries.add(
                new Entry(
                    id,
                    places.get(0).source(),
                    places.stream().map(SourceOfSpace::space).toList())));
    return entries;
  }

  /** The sources with this id, else those with this slug: several spaces may have one each. */
  public List<Entry> find(String idOrSlug) {
    List<Entry> all = all();
    List<Entry> byId = all.stream().filter(entry -> entry.id().equals(idOrSlug)).toList();
    return byId.isEmpty()
        ? all.stream().filter(entry -> entry.source().slug().equals(idOrSlug)).toList()
        : byId;
  }

  /** The source with this id. */
  public Optional<Entry> byId(String id) {
    return all().stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  /**
   * Adds a source to each of these spaces; to all or to none.
   *
   * @param json the source as a space file has it, with an id if there is more than one space
   * @throws InvalidDefinitionException if one of the spaces cannot have it
   */
  public void add(ObjectNode json, List<String> spaceIds) throws InvalidDefinitionException {
    List<String> done = new ArrayList<>();
    try {
      for (String space : spaceIds) {
        spaces.edit(space, definition -> definition.withArray("/sources").add(json.deepCopy()));
        done.add(space);
      }
    } catch (InvalidDefinitionException refused) {
      String slug = json.path("slug").asText();
      for (String space : done) {
        spaces.edit(space, definition -> removeSlug(definition, slug));
      }
      throw refused;
    }
  }

  /**
   * Changes a source in each of its spaces.
   *
   * @throws InvalidDefinitionException if that makes it invalid; nothing has changed then, unless
   *     the spaces differ in what they allow
   */
  public void change(Entry entry, Consumer<ObjectNode> change) throws InvalidDefinitionException {
    for (String space : entry.spaces()) {
      spaces.edit(
          space,
          definition ->
              definition
                  .withArray("/sources")
                  .forEach(
                      each -> {
                        if (slug(each).equals(entry.source().slug())) {
                          change.accept((ObjectNode) each);
                        }
                      }));
    }
  }

  /** Takes a source from each of its spaces. What it sent stays. */
  public void remove(Entry entry) throws InvalidDefinitionException {
    for (String space : entry.spaces()) {
      spaces.edit(space, definition -> removeSlug(definition, entry.source().slug()));
    }
  }

  private static void removeSlug(ObjectNode definition, String slug) {
    definition.withArray("/sources").removeIf(each -> slug(each).equals(slug));
  }

  private static String slug(JsonNode source) {
    return source.path("slug").asText(SpaceDefinition.slug(source.path("name").asText()));
  }
}
