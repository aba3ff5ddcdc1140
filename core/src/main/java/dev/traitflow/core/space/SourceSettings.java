package dev.traitflow.core.space;

import dev.traitflow.core.definition.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the calls of a source are treated.
 *
 * @param strict true if its callers are told at once which events are refused, as with {@code
 *     ?strict=1}
 * @param flexNormalise true if contact-center events get the lower-case names of properties that
 *     recipes use
 * @param labels such as {@code environment:dev}; for people and for connection policies
 */
public record SourceSettings(boolean strict, boolean flexNormalise, List<String> labels) {
  /** What holds if nothing is said. */
  public static final SourceSettings DEFAULT = new SourceSettings(false, true, List.of());

  public SourceSettings {
    labels = List.copyOf(labels);
  }

  /** Reads {@code settings}; a setting it does not know is a problem. */
  static SourceSettings parse(@Nullable Fields fields) {
    if (fields == null) {
      return DEFAULT;
    }
    SourceSettings settings =
        new SourceSettings(
            fields.bool("strict", DEFAULT.strict),
            fields.bool("flex_normalise", DEFAULT.flexNormalise),
            fields.texts("labels"));
    fields.end();
    return settings;
  }
}
