package dev.traitflow.launcher.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A space file as plain maps and lists, read without the product's definitions.
 *
 * @param traits definitions of computed traits
 * @param identifiers rules about types of identifiers
 * @param blockedDefaults which values are blocked where no rule lists any
 * @param audiences keys of the audiences
 * @param predictions keys of the predictions
 */
record NaiveSpace(
    List<Map<?, ?>> traits,
    List<Map<?, ?>> identifiers,
    String blockedDefaults,
    List<String> audiences,
    List<String> predictions) {

  static NaiveSpace read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  static NaiveSpace parse(String yaml) {
    Object root = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    Map<?, ?> space = (Map<?, ?>) Objects.requireNonNull(root);
    Map<?, ?> identity = space.get("identity") instanceof Map<?, ?> map ? map : Map.of();
    return new NaiveSpace(
        maps(space.get("traits")),
        maps(identity.get("identifiers")),
        text(identity, "blocked_defaults", "extended"),
        keys(maps(space.get("audiences"))),
        keys(maps(space.get("predictions"))));
  }

  /** The key of a definition: its own, or its name in lower case with underscores. */
  static String key(Map<?, ?> definition) {
    Object key = definition.get("key");
    if (key != null) {
      return key.toString();
    }
    return text(definition, "name")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "_")
        .replaceAll("^_|_$", "");
  }

  /** A member as text. */
  static String text(Map<?, ?> definition, String name) {
    Object value = definition.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": is missing in " + definition);
    }
    return value.toString();
  }

  /** A member as text, or {@code otherwise} if it is missing. */
  static String text(Map<?, ?> definition, String name, String otherwise) {
    Object value = definition.get(name);
    return value == null ? otherwise : value.toString();
  }

  /** The maps in a list; none if there is no list. */
  static List<Map<?, ?>> maps(@Nullable Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    if (list instanceof List<?> elements) {
      for (Object element : elements) {
        maps.add((Map<?, ?>) Objects.requireNonNull(element));
      }
    }
    return maps;
  }

  private static List<String> keys(List<Map<?, ?>> definitions) {
    return definitions.stream().map(NaiveSpace::key).toList();
  }
}
