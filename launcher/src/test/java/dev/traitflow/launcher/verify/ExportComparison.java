package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds an export of all profiles against what they must be, trait by trait.
 *
 * <p>Profiles are found by their identifiers, since their segment ids are the product's to choose.
 * Numbers are compared by value, texts exactly, lists in order. A key, a profile or an identifier
 * too many is a difference as much as one too few.
 */
final class ExportComparison {
  private static final int SHOWN_MAX = 10;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final Predicate<String> ignored;
  private final Map<String, NaiveProfile> byIdentifier = new HashMap<>();
  private final Set<NaiveProfile> missing = new HashSet<>();
  private final List<String> shown = new ArrayList<>();
  private long profiles;
  private long values;
  private long differences;

  /**
   * What was found.
   *
   * @param profiles lines of the export
   * @param values traits that were compared
   * @param differences number of all differences
   * @param shown the first of them, readable
   */
  record Report(long profiles, long values, long differences, List<String> shown) {
    @Override
    public String toString() {
      return String.format(
          "%d profiles, %d values, %d differences%s",
          profiles, values, differences, shown.isEmpty() ? "" : "\n" + String.join("\n", shown));
    }
  }

  private ExportComparison(List<NaiveProfile> expected, Predicate<String> ignored) {
    this.ignored = ignored;
    for (NaiveProfile profile : expected) {
      missing.add(profile);
      for (String identifier : profile.identifiers()) {
        byIdentifier.put(profile.collection() + ":" + identifier, profile);
      }
    }
  }

  /**
   * Compares.
   *
   * @param export the file that {@code profile export} wrote
   * @param ignored keys of traits that are not compared, such as those of predictions
   */
  static Report compare(List<NaiveProfile> expected, Path export, Predicate<String> ignored)
      throws IOException {
    ExportComparison comparison = new ExportComparison(expected, ignored);
    try (BufferedReader lines = Files.newBufferedReader(export)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        comparison.line(JSON.readTree(line));
      }
    }
    for (NaiveProfile profile : comparison.missing) {
      comparison.differ(name(profile.identifiers()), "profile", "there", null);
    }
    return new Report(
        comparison.profiles,
        comparison.values,
        comparison.differences,
        List.copyOf(comparison.shown));
  }

  private void line(JsonNode line) {
    profiles++;
    String collection = line.path("collection").asText();
    SortedSet<String> identifiers = new TreeSet<>();
    line.path("external_ids")
        .properties()
        .forEach(
            type ->
                type.getValue().forEach(id -> identifiers.add(type.getKey() + ":" + id.asText())));
    NaiveProfile expected = null;
    for (Iterator<String> each = identifiers.iterator(); each.hasNext() && expected == null; ) {
      expected = byIdentifier.get(collection + ":" + each.next());
    }
    String name = name(identifiers);
    if (expected == null || !missing.remove(expected)) {
      differ(name, "profile", null, expected == null ? "there" : "there twice");
      return;
    }
    if (!expected.identifiers().equals(identifiers)) {
      differ(name, "identifiers", expected.identifiers(), identifiers);
    }
    Set<String> keys = new TreeSet<>(expected.traits().keySet());
    line.path("traits").fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!ignored.test(key)) {
        values++;
        JsonNode wanted = expected.traits().get(key);
        JsonNode got = line.path("traits").get(key);
        if (wanted == null || got == null || !isEqual(wanted, got)) {
          differ(name, key, wanted, got);
        }
      }
    }
  }

  private void differ(
      String profile, String what, @Nullable Object expected, @Nullable Object got) {
    differences++;
    if (shown.size() < SHOWN_MAX) {
      shown.add(
          String.format(
              "%s %s: got %s (expected %s)",
              profile, what, got == null ? "none" : got, expected == null ? "none" : expected));
    }
  }

  /** A short name for messages: a user id if there is one, else the first identifier. */
  private static String name(SortedSet<String> identifiers) {
    return identifiers.stream()
        .filter(identifier -> identifier.startsWith("user_id:"))
        .findFirst()
        .orElseGet(() -> identifiers.isEmpty() ? "a profile without ids" : identifiers.first());
  }

  private static boolean isEqual(JsonNode expected, JsonNode got) {
    if (expected.isNumber() && got.isNumber()) {
      return expected.decimalValue().compareTo(got.decimalValue()) == 0;
    }
    if (expected.isArray() && got.isArray()) {
      boolean equal = expected.size() == got.size();
      for (int i = 0; i < expected.size() && equal; i++) {
        equal = isEqual(expected.get(i), got.get(i));
      }
      return equal;
    }
    if (expected.isObject() && got.isObject()) {
      return expected.size() == got.size()
          && expected.properties().stream()
              .allMatch(
                  member ->
                      got.has(member.getKey())
                          && isEqual(member.getValue(), got.get(member.getKey())));
    }
    return expected.equals(got);
  }
}
