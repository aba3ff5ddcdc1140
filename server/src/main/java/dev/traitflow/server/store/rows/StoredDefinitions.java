package dev.traitflow.server.store.rows;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The definitions of spaces that lie beside the profiles, for readers without Kafka. */
public final class StoredDefinitions {
  private StoredDefinitions() {}

  /** The definitions as JSON by the spaces' ids, tokens hashed. */
  public static Map<String, byte[]> json(RowStore rows) {
    Map<String, byte[]> definitions = new TreeMap<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.DEFINITIONS.prefix(),
          (key, value) -> {
            definitions.put(new StoreKey.Reader(key).text(), value);
            return true;
          });
    }
    return definitions;
  }

  /** The definitions, by the spaces' ids in order. */
  public static List<SpaceDefinition> of(RowStore rows) {
    return json(rows).values().stream().map(StoredDefinitions::parse).toList();
  }

  private static SpaceDefinition parse(byte[] json) {
    return SpaceDefinition.kept(ExactJson.readOwn(json), new ArrayList<>());
  }
}
