package dev.traitflow.bench.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {
  private static final Traffic TRAFFIC =
      new Traffic(7, 100, 2_000, 1.0, 0.3, 86_400_000L, 0.1, 3_600_000L);

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(keys(TRAFFIC)).isEqualTo(keys(TRAFFIC));
  }

  @Test
  void givesTheHotProfileItsShare() {
    long hot = keys(TRAFFIC).stream().filter(key -> key.endsWith("/hot")).count();
    assertThat(hot).isBetween(500L, 700L);
  }

  @Test
  void comesBackFromFilesAsItWasWritten(@TempDir Path folder) throws Exception {
    MessageFile.write(TRAFFIC, folder, "set", 2, message -> (int) (message.sequence() % 2));
    List<Long> read = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      try (MessageFile<ProfileMessage> file =
          MessageFile.open(MessageFile.part(folder, "set", part))) {
        for (ProfileMessage next = file.next(); next != null; next = file.next()) {
          read.add(((LiveEvent) next).sequence());
        }
      }
    }
    assertThat(read).hasSize(2_000).doesNotHaveDuplicates();
  }

  private static List<String> keys(Traffic traffic) {
    List<String> keys = new ArrayList<>();
    Traffic.Generator generator = traffic.generator();
    while (generator.hasNext()) {
      keys.add(generator.next().key());
    }
    return keys;
  }
}
