package dev.traitflow.core.space;

import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Listed;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Unique;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitsKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of a definition while it is read: by what the kinds say of themselves, values that
 * must differ are held against each other, and names against what there is.
 */
final class SpaceObjects {
  private final Map<Kind<?>, List<?>> byKind = new LinkedHashMap<>();
  private final List<TraitDefinition> staged;

  private SpaceObjects(Fields fields) {
    for (Kind<?> kind : Kinds.ALL) {
      if (kind.path().equals(kind.member())) {
        byKind.put(kind, List.copyOf(fields.objects(kind.path(), kind::parse)));
      }
    }
    staged = fields.objects(TraitsKind.STAGED, Kinds.TRAITS::parse);
  }

  /** Reads the lists of a definition. */
  static SpaceObjects read(Fields fields) {
    return new SpaceObjects(fields);
  }

  /** The objects of each kind that has a list of its own. */
  Map<Kind<?>, List<?>> byKind() {
    return byKind;
  }

  /** The staged traits. */
  List<TraitDefinition> staged() {
    return staged;
  }

  /** Adds what is wrong with the objects, seen together, to the reader's problems. */
  void check(Fields fields) {
    Map<String, Map<String, String>> seen = new HashMap<>();
    for (Kind<?> kind : byKind.keySet()) {
      unique(kind, fields, seen);
      if (kind == Kinds.TRAITS) {
        Map<String, String> keys = seen.computeIfAbsent(Unique.COMPUTATION, s -> new HashMap<>());
        for (int i = 0; i < staged.size(); i++) {
          keys.putIfAbsent(
              staged.get(i).key(), fields.pointer() + "/" + TraitsKind.STAGED + "/" + i);
        }
      }
    }
    Map<String, List<String>> names = new HashMap<>();
    for (Kind<?> kind : byKind.keySet()) {
      references(kind, fields, names);
    }
    List<Listed<TraitDefinition>> traits = listed(Kinds.TRAITS.path(), of(Kinds.TRAITS));
    traits.addAll(listed(TraitsKind.STAGED, staged));
    Kinds.TRAITS.check(traits, fields);
    byKind.keySet().stream()
        .filter(kind -> kind != Kinds.TRAITS)
        .forEach(kind -> together(kind, fields));
  }

  private <T> void unique(Kind<T> kind, Fields fields, Map<String, Map<String, String>> seen) {
    List<List<Unique>> all = of(kind).stream().map(kind::unique).toList();
    int members = all.isEmpty() ? 0 : all.get(0).size();
    for (int i = 0; i < members; i++) {
      int member = i;
      Unique first = all.get(0).get(i);
      fields.distinct(
          kind.path(),
          first.member(),
          all.stream().map(each -> each.get(member).value()).toList(),
          seen.computeIfAbsent(first.scope(), scope -> new HashMap<>()));
    }
  }

  private <T> void references(Kind<T> kind, Fields fields, Map<String, List<String>> names) {
    int index = 0;
    for (T object : of(kind)) {
      String place = kind.path() + "/" + index++ + "/";
      for (Reference reference : kind.references(object)) {
        if (fields.isSound(reference.list())) {
          resolve(
              fields,
              place,
              reference,
              names.computeIfAbsent(reference.list(), list -> names(Kinds.at(list))));
        }
      }
    }
  }

  private static void resolve(
      Fields fields, String place, Reference reference, List<String> known) {
    if (!known.contains(reference.name())) {
      String meant = Fields.nearest(reference.name(), known);
      fields.problem(
          place + reference.member(),
          "names '"
              + reference.name()
              + "' (expected "
              + reference.expected()
              + " of the space)"
              + (meant.isEmpty() ? "" : "; did you mean " + meant + "?"));
    }
  }

  private <T> List<String> names(Kind<T> kind) {
    List<String> names = new ArrayList<>();
    for (T object : of(kind)) {
      kind.unique(object).forEach(each -> names.add(each.value()));
    }
    return names;
  }

  private <T> void together(Kind<T> kind, Fields fields) {
    kind.check(listed(kind.path(), of(kind)), fields);
  }

  private static <T> List<Listed<T>> listed(String list, List<T> objects) {
    List<Listed<T>> listed = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      listed.add(new Listed<>(list + "/" + i, objects.get(i)));
    }
    return listed;
  }

  @SuppressWarnings("unchecked") // a kind's list holds what the kind has read
  private <T> List<T> of(Kind<T> kind) {
    return (List<T>) byKind.getOrDefault(kind, List.of());
  }
}
