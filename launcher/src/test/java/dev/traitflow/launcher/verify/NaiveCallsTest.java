package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.sample.SampleEvents;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle reads generated calls as their generator, which knows what it broke, counts them. */
class NaiveCallsTest {
  private static final long END = 1_750_000_000_000L;

  @TempDir private Path folder = Path.of("");

  @Test
  void countsGeneratedCallsAsTheirGeneratorDoes() throws Exception {
    Path file = folder.resolve("calls.ndjson");
    SampleEvents.Totals totals;
    try (OutputStream out = Files.newOutputStream(file)) {
      totals = new SampleEvents(3, END, 100).writeTo(out);
    }
    NaiveCalls.Reading reading = NaiveCalls.read(file);
    assertThat(reading.totals())
        .isEqualTo(
            "read %d accepted %d duplicate %d rejected %d",
            totals.lines(), totals.distinctValid(), totals.duplicates(), totals.broken());
    assertThat(totals.duplicates()).isPositive();
    assertThat(totals.broken()).isPositive();
  }

  @Test
  void generatedPeopleAreJoinedByTheirIdentifiers() throws Exception {
    DataSet data = DataSet.generated(folder, 3, 100);
    List<NaiveProfile> profiles =
        NaiveProfiles.compute(NaiveSpace.read(data.space()), NaiveCalls.read(data.calls()));
    List<NaiveProfile> users =
        profiles.stream().filter(profile -> profile.collection().equals("users")).toList();
    assertThat(users)
        .allSatisfy(
            user ->
                assertThat(user.identifiers())
                    .filteredOn(identifier -> identifier.startsWith("user_id:"))
                    .hasSizeLessThanOrEqualTo(1));
    assertThat(users).hasSizeBetween(80, 160);
    assertThat(users).anyMatch(user -> user.identifiers().size() >= 4);
    assertThat(users).anyMatch(user -> user.traits().containsKey("lifetime_revenue"));
  }
}
