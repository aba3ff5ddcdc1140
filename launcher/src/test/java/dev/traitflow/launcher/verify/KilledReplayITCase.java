package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay that is killed twice and started again ends with every value right. */
class KilledReplayITCase {
  private static final int PEOPLE_IN_PLACE = 900;

  @TempDir private Path folder = Path.of("");

  @Test
  void aKilledReplayGoesOnWhereItStoppedAndEveryTraitIsRight() throws Exception {
    DataSet data = DataSet.real("online-retail", folder, PEOPLE_IN_PLACE);
    NaiveCalls.Reading calls = NaiveCalls.read(data.calls());
    ProvenReplay product = new ProvenReplay(folder, data);
    product.replayAndKillAt(40);
    product.startAndKill();
    assertThat(product.replay()).isEqualTo(calls.totals());
    product.assertEqualTo(calls);
  }
}
