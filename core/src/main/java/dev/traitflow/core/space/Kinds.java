package dev.traitflow.core.space;

import dev.traitflow.core.audience.AudiencesKind;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.delivery.DestinationsKind;
import dev.traitflow.core.identity.IdentifiersKind;
import dev.traitflow.core.prediction.PredictionsKind;
import dev.traitflow.core.trait.TraitsKind;
import java.util.List;

/** The kinds of objects that a space has lists of. */
public final class Kinds {
  public static final SourcesKind SOURCES = new SourcesKind();
  public static final TokensKind TOKENS = new TokensKind();
  public static final IdentifiersKind IDENTIFIERS = new IdentifiersKind();
  public static final TraitsKind TRAITS = new TraitsKind();
  public static final AudiencesKind AUDIENCES = new AudiencesKind();
  public static final PredictionsKind PREDICTIONS = new PredictionsKind();
  public static final DestinationsKind DESTINATIONS = new DestinationsKind();

  /** All of them, in the order in which they are read, planned and documented. */
  public static final List<Kind<?>> ALL =
      List.of(SOURCES, TOKENS, IDENTIFIERS, TRAITS, AUDIENCES, PREDICTIONS, DESTINATIONS);

  private Kinds() {}

  /** True if {@code member} is the name of a list where the list stands. */
  public static boolean isList(String member) {
    return ALL.stream()
        .anyMatch(kind -> kind.path().substring(kind.path().indexOf('/') + 1).equals(member));
  }

  /**
   * The kind whose list is at {@code path}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Kind<?> at(String path) {
    for (Kind<?> kind : ALL) {
      if (kind.path().equals(path)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("kinds: none is at " + path);
  }
}
