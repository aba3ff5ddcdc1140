package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.read.ProfileView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which traits of a profile an answer shows, and how.
 *
 * @param limit how many at most
 * @param classes of these classes
 * @param include of these keys alone, if there are any
 * @param exclude not of these keys
 * @param from beginning with this key
 * @param verbose with source and instant
 */
public record TraitSelection(
    int limit,
    Set<TraitClass> classes,
    Set<String> include,
    Set<String> exclude,
    String from,
    boolean verbose) {
  static final int LIMIT_MAX = 200;

  /**
   * Reads the parameters.
   *
   * @param limitDefault how many without a parameter
   * @throws HttpProblem 400 if one is not what it should be
   */
  static TraitSelection of(Query query, int limitDefault) {
    return new TraitSelection(
        query.integer("limit", limitDefault, 1, LIMIT_MAX),
        classes(query),
        new HashSet<>(query.texts("include")),
        new HashSet<>(query.texts("exclude")),
        query.text("next").orElse(""),
        query.isSet("verbose"));
  }

  /** Writes the members of an object of traits; they come by key in code-point order. */
  final class Page implements Predicate<TraitValue> {
    private final JsonGenerator json;
    private String next = "";
    private int written;

    private Page(JsonGenerator json) {
      this.json = json;
    }

    /** Takes the present values of a profile; reads no others than the page may show. */
    void read(ProfileView view, String space, String profile) {
      if (include.isEmpty()) {
        view.traits(space, profile, from, this);
        return;
      }
      for (String key : include.stream().sorted(CodePointOrder.INSTANCE).toList()) {
        TraitValue trait = view.trait(space, profile, key);
        if (trait != null && !test(trait)) {
          return;
        }
      }
    }

    /** Takes the next trait; false once the page is full. */
    @Override
    public boolean test(TraitValue trait) {
      if (!shows(trait)) {
        return true;
      }
      if (written++ == limit) {
        next = trait.key();
        return false;
      }
      try {
        write(trait);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return true;
    }

    private void write(TraitValue trait) throws IOException {
      json.writeFieldName(trait.key());
      if (verbose) {
        json.writeStartObject();
        json.writeFieldName("value");
        json.writeRawValue(trait.text());
        json.writeStringField("source_id", trait.source());
        json.writeStringField("updated_at", IsoTime.format(trait.updatedAt()));
        if (trait.extent() == Extent.TRUNCATED) {
          json.writeBooleanField("truncated", true);
        }
        json.writeEndObject();
      } else {
        json.writeRawValue(trait.text());
      }
    }

    /** The first key that was left to the next page, empty if none was. */
    String next() {
      return next;
    }
  }

  /** Begins a page. */
  Page page(JsonGenerator json) {
    return new Page(json);
  }

  private boolean shows(TraitValue trait) {
    return classes.contains(trait.traitClass())
        && (include.isEmpty() || include.contains(trait.key()))
        && !exclude.contains(trait.key())
        && (from.isEmpty() || CodePointOrder.INSTANCE.compare(trait.key(), from) >= 0);
  }

  private static Set<TraitClass> classes(Query query) {
    String wanted = query.text("class").orElse("");
    return switch (wanted) {
      case "" -> EnumSet.allOf(TraitClass.class);
      case "audience" -> EnumSet.of(TraitClass.AUDIENCE);
      case "computed_trait" ->
          EnumSet.of(TraitClass.COMPUTED, TraitClass.PREDICTION, TraitClass.SQL);
      default -> throw Query.invalid("class", "must be audience or computed_trait");
    };
  }
}
