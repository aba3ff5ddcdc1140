package dev.traitflow.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The SQL files that come with Traitflow, read from the class path. */
public final class SqlFiles {
  /** Tables and views, each after those it reads. */
  public static final List<String> TABLES =
      Stream.of(
              "profile_events",
              "identifiers",
              "profile_changes",
              "rejected",
              "merges",
              "external_ids",
              "events",
              "absorbed",
              "traits",
              "clocks")
          .map(name -> "tables/" + name + ".sql")
          .toList();

  /** Queries that return one value for each profile. */
  public static final List<String> TRAITS =
      List.of(
          "traits/days_since_last_order.sql",
          "traits/refunded_share.sql",
          "traits/top_category_90_days.sql");

  /** Queries that describe a whole space. */
  public static final List<String> REPORTS =
      List.of("reports/identifiers_per_profile.sql", "reports/revenue_by_month.sql");

  private SqlFiles() {}

  /**
   * Returns the text of a file: of the path if there is such a file, else of the file of that name
   * that comes with Traitflow, with or without its folder and {@code .sql}.
   *
   * @throws IOException if there is neither, or it cannot be read
   */
  public static String find(String pathOrName) throws IOException {
    Path path = Path.of(pathOrName);
    if (Files.isRegularFile(path)) {
      return Files.readString(path);
    }
    Optional<String> known =
        all().filter(file -> matches(file, pathOrName.replace('\\', '/'))).findFirst();
    if (known.isEmpty()) {
      throw new IOException(
          "file: got %s (expected a path or one of %s)"
              .formatted(
                  pathOrName,
                  Stream.concat(TRAITS.stream(), REPORTS.stream())
                      .map(SqlFiles::name)
                      .collect(Collectors.joining(", "))));
    }
    return read(known.get());
  }

  /** Returns the text of a file of one of the lists. */
  public static String read(String file) throws IOException {
    try (InputStream in = SqlFiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("class path: got no " + file + " (expected it beside SqlFiles)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Stream<String> all() {
    return Stream.of(TRAITS, REPORTS, TABLES).flatMap(List::stream);
  }

  private static boolean matches(String file, String wanted) {
    String full = wanted.endsWith(".sql") ? wanted : wanted + ".sql";
    return ("/sql/" + file).endsWith("/" + full);
  }

  private static String name(String file) {
    return file.substring(file.indexOf('/') + 1, file.length() - ".sql".length());
  }
}
