package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.Decimals;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the profiles that have a trait as CSV by RFC 4180, sorted by id. A profile is written as
 * it is read, so that a download of any size takes little memory.
 *
 * <p>The vendor's columns begin with {@code key,value,external_ids}. We read {@code key} as the key
 * of the row, which is the profile: its {@code segment_id}. Each file is of one trait there; for
 * several, {@code value} is replaced by a column for each trait, named by the trait's key.
 */
public final class TraitCsv {
  private static final String FORMULA_STARTS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private final ProfileView view;
  private final String space;
  private final List<String> keys;
  private final Format format;
  private final boolean escapeFormulas;

  /** How the identifiers of a profile are laid out. */
  public enum Format {
    /** As one JSON object of arrays. */
    OBJECT,
    /**
     * Also a column for each type; a second value in a column such as {@code email_1}, or with the
     * next index that is no other column's name.
     */
    COLUMNS,
    /** Also a column for each type; a second value in a second row. */
    ROWS
  }

  /** A profile with at least one of the traits. */
  private record Row(String profile, List<String> values, SortedMap<String, List<String>> ids) {}

  /**
   * Prepares a download.
   *
   * @param keys the traits; profiles with any of them are written
   * @param escapeFormulas whether a cell that a spreadsheet would take for a formula begins with an
   *     apostrophe, as OWASP's page on CSV injection advises
   */
  public TraitCsv(
      ProfileView view, String space, List<String> keys, Format format, boolean escapeFormulas) {
    this.escapeFormulas = escapeFormulas;
    this.view = view;
    this.space = space;
    this.keys = List.copyOf(keys);
    this.format = format;
  }

  /** Writes the file. Does not close the stream. Cost: one or two scans over the profiles. */
  public void write(OutputStream out) throws IOException {
    SortedMap<String, Integer> columns = columns();
    CsvWriter csv = CsvWriter.builder().build(out, StandardCharsets.UTF_8);
    try {
      writeLine(csv, header(columns));
      forEachRow(row -> writeRow(csv, row, columns));
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
    csv.flush();
  }

  /** The types of identifiers that occur, each with how many columns it needs. */
  private SortedMap<String, Integer> columns() {
    SortedMap<String, Integer> columns = new TreeMap<>(CodePointOrder.INSTANCE);
    if (format != Format.OBJECT) {
      forEachRow(
          row ->
              row.ids.forEach(
                  (type, values) ->
                      columns.merge(
                          type, format == Format.COLUMNS ? values.size() : 1, Math::max)));
    }
    return columns;
  }

  private List<String> header(SortedMap<String, Integer> columns) {
    Set<String> taken = new HashSet<>(List.of("key", "external_ids"));
    List<String> header = new ArrayList<>(List.of("key"));
    for (String value : keys.size() == 1 ? List.of("value") : keys) {
      header.add(unused(value, 0, taken));
    }
    header.add("external_ids");
    // Every type has its own name before another one's second value can take it.
    Map<String, String> names = new HashMap<>();
    columns.keySet().forEach(type -> names.put(type, unused(type, 0, taken)));
    columns.forEach(
        (type, count) -> {
          header.add(names.getOrDefault(type, type));
          for (int i = 1; i < count; i++) {
            header.add(unused(type, i, taken));
          }
        });
    return header;
  }

  /** The name with this index (0 is without one), or with the next that no column has. */
  private static String unused(String name, int index, Set<String> taken) {
    int next = index;
    String candidate = next == 0 ? name : name + "_" + next;
    while (!taken.add(candidate)) {
      next++;
      candidate = name + "_" + next;
    }
    return candidate;
  }

  private void writeRow(CsvWriter csv, Row row, SortedMap<String, Integer> columns) {
    List<String> fixed = new ArrayList<>(List.of(ProfileIds.shown(row.profile)));
    fixed.addAll(row.values);
    fixed.add(object(row.ids));
    int lines = 1;
    if (format == Format.ROWS) {
      lines = row.ids.values().stream().mapToInt(List::size).max().orElse(1);
    }
    for (int line = 0; line < lines; line++) {
      List<String> cells = new ArrayList<>(fixed);
      for (Map.Entry<String, Integer> column : columns.entrySet()) {
        List<String> values = row.ids.getOrDefault(column.getKey(), List.of());
        for (int i = 0; i < column.getValue(); i++) {
          int index = line + i;
          cells.add(index < values.size() ? values.get(index) : "");
        }
      }
      writeLine(csv, cells);
    }
  }

  private void forEachRow(Consumer<Row> visitor) {
    view.profiles(
        space,
        profile -> {
          List<String> values = new ArrayList<>();
          boolean any = false;
          for (String key : keys) {
            String value = cell(view.trait(space, profile, key));
            any |= value != null;
            values.add(value == null ? "" : value);
          }
          if (any) {
            visitor.accept(new Row(profile, values, identifiers(profile)));
          }
          return true;
        });
  }

  private SortedMap<String, List<String>> identifiers(String profile) {
    SortedMap<String, List<String>> byType = new TreeMap<>(CodePointOrder.INSTANCE);
    for (StoredIdentifier stored : view.identifiers(space, profile)) {
      byType
          .computeIfAbsent(stored.identifier().type(), type -> new ArrayList<>())
          .add(stored.identifier().value());
    }
    return byType;
  }

  /** Texts as they are, everything else as compact JSON; null if there is no value. */
  private static @Nullable String cell(@Nullable TraitValue value) {
    byte[] json = value == null ? null : value.json();
    if (json == null) {
      return null;
    }
    String text = new String(json, StandardCharsets.UTF_8);
    if (!text.startsWith("\"")) {
      return text;
    }
    JsonNode parsed = ExactJson.readOwn(json);
    return parsed.textValue();
  }

  private static String object(SortedMap<String, List<String>> identifiers) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    identifiers.forEach((type, values) -> values.forEach(object.putArray(type)::add));
    return new String(ExactJson.write(object), StandardCharsets.UTF_8);
  }

  private void writeLine(CsvWriter csv, List<String> cells) {
    csv.writeRecord(
        escapeFormulas
            ? cells.stream().map(cell -> isFormula(cell) ? "'" + cell : cell).toList()
            : cells);
  }

  /** True if a spreadsheet would calculate with the cell; a plain number is none. */
  private static boolean isFormula(String cell) {
    return !cell.isEmpty()
        && FORMULA_STARTS.indexOf(cell.charAt(0)) >= 0
        && Decimals.parse(cell) == null;
  }
}
