package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole files through the whole product: every trait of every profile equals the oracle's. */
class FullReplayITCase {
  private static final int PEOPLE_IN_PLACE = 300;
  private static final int PEOPLE = 300;
  private static final long SEED = 11;

  @TempDir private Path folder = Path.of("");

  /** In the short form without the file that {@link KilledReplayITCase} ends with as it should. */
  static List<String> files() {
    return Boolean.getBoolean("traitflow.test.all")
        ? List.of("cdnow", "online-retail")
        : List.of("cdnow");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyTraitOfRealCustomersIsRight(String name) throws Exception {
    prove(DataSet.real(name, folder, PEOPLE_IN_PLACE));
  }

  @Test
  void everyTraitOfPeopleWithManyIdentifiersIsRight() throws Exception {
    prove(DataSet.generated(folder, SEED, PEOPLE));
  }

  private void prove(DataSet data) throws Exception {
    NaiveCalls.Reading calls = NaiveCalls.read(data.calls());
    ProvenReplay product = new ProvenReplay(folder, data);
    assertThat(product.replay()).isEqualTo(calls.totals());
    product.assertEqualTo(calls);
  }
}
