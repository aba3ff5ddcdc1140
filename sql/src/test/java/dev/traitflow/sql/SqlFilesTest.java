package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.traitflow.core.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlFilesTest {
  @Test
  void listsEveryFileOfTheModule() throws IOException {
    assertThat(SqlFiles.TABLES).containsExactlyInAnyOrderElementsOf(filesIn("tables"));
    assertThat(SqlFiles.TRAITS).containsExactlyInAnyOrderElementsOf(filesIn("traits"));
    assertThat(SqlFiles.REPORTS).containsExactlyInAnyOrderElementsOf(filesIn("reports"));
  }

  @Test
  void everyFileSaysItsQuestion() throws IOException {
    for (String folder : List.of("tables", "traits", "reports")) {
      for (String file : filesIn(folder)) {
        assertThat(SqlFiles.read(file))
            .as(file)
            .startsWith("-- ")
            .contains("\n-- Question: ", "\n-- Shows: ", "\n-- Columns: ");
      }
    }
  }

  @Test
  void readsTheTopicsOfCore() throws IOException {
    assertThat(SqlFiles.read("tables/profile_events.sql"))
        .contains("'topic' = '" + Topics.PROFILE_EVENTS + "'");
    assertThat(SqlFiles.read("tables/identifiers.sql"))
        .contains("'topic' = '" + Topics.IDENTIFIERS + "'");
    assertThat(SqlFiles.read("tables/profile_changes.sql"))
        .contains("'topic' = '" + Topics.PROFILE_CHANGES + "'");
    assertThat(SqlFiles.read("tables/rejected.sql"))
        .contains("'topic' = '" + Topics.REJECTED + "'");
  }

  @Test
  void findsAFileByPathAndByName(@TempDir Path directory) throws IOException {
    Path own = Files.writeString(directory.resolve("own.sql"), "SELECT 1");

    assertThat(SqlFiles.find(own.toString())).isEqualTo("SELECT 1");
    for (String name :
        List.of(
            "refunded_share",
            "refunded_share.sql",
            "traits/refunded_share",
            "sql/traits/refunded_share.sql")) {
      assertThat(SqlFiles.find(name)).isEqualTo(SqlFiles.read("traits/refunded_share.sql"));
    }
  }

  @Test
  void namesTheFilesThereAreIfOneIsNotFound() {
    assertThatIOException()
        .isThrownBy(() -> SqlFiles.find("share"))
        .withMessage(
            "file: got share (expected a path or one of days_since_last_order, refunded_share, "
                + "top_category_90_days, identifiers_per_profile, revenue_by_month)");
  }

  private static List<String> filesIn(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.map(file -> folder + "/" + file.getFileName()).toList();
    }
  }
}
