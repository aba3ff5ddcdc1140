package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traits defined in the middle of a load, with a kill while they are computed from the histories,
 * end like traits defined before it.
 */
class BackfilledReplayITCase {
  private static final int PEOPLE_IN_PLACE = 900;

  @TempDir private Path folder = Path.of("");

  @Test
  void traitsDefinedInTheMiddleOfALoadAndKilledWhileComputingAreRight() throws Exception {
    DataSet data = DataSet.real("online-retail", folder, PEOPLE_IN_PLACE);
    NaiveCalls.Reading calls = NaiveCalls.read(data.calls());
    new ProvenReplay(folder, new DataSet(data.calls(), withoutTraits(data.space())))
        .replayAndKillAt(40);
    ProvenReplay product = new ProvenReplay(folder, data);
    product.replayAndKillAt(40);
    product.startAndKill();
    assertThat(product.replay()).isEqualTo(calls.totals());
    product.assertEqualTo(calls);
  }

  /** The same space file without its list of traits. */
  private Path withoutTraits(Path space) throws IOException {
    List<String> kept = new ArrayList<>();
    boolean inTraits = false;
    for (String line : Files.readAllLines(space)) {
      boolean topLevel = !line.isEmpty() && Character.isLetter(line.charAt(0));
      inTraits = topLevel ? line.startsWith("traits:") : inTraits;
      if (!inTraits) {
        kept.add(line);
      }
    }
    return Files.write(folder.resolve("bare.yaml"), kept);
  }
}
