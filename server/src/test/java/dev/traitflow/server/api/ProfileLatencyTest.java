package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast profiles are read when there are many. The bench does it with a million, under load. */
class ProfileLatencyTest {
  private static final int PROFILES = 100_000;
  private static final int TRAITS = 50;
  private static final int READS = 2_000;
  private static final int WARM_UP = 500;

  @Test
  @Tag("K-19")
  void latency(@TempDir Path directory) throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (int profile = 0; profile < PROFILES; profile++) {
        String id = "use_" + profile;
        server.topics.mapped("user_id", "u" + profile, id, profile + 1);
        for (int trait = 0; trait < TRAITS; trait++) {
          server.topics.value(id, "trait_" + trait, String.valueOf(profile * 7 + trait), 1);
        }
        if (profile % 1_000 == 0) {
          server.topics.applied();
        }
      }
      server.topics.folded(0, 1, 5_000).applied();

      Random random = new Random(19);
      long[] nanos = new long[READS];
      for (int read = -WARM_UP; read < READS; read++) {
        int profile = random.nextInt(PROFILES);
        String path =
            "/v1/spaces/spa/collections/users/profiles/user_id:u" + profile + "/traits?limit=200";
        long began = System.nanoTime();
        HttpResponse<String> answer = server.get(path, "dev-token");
        long took = System.nanoTime() - began;
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"trait_49\":" + (profile * 7 + 49));
        if (read >= 0) {
          nanos[read] = took;
        }
      }
      Arrays.sort(nanos);
      assertThat(nanos[READS * 95 / 100] / 1e6).as("p95 in ms").isLessThan(200);
    }
  }
}
