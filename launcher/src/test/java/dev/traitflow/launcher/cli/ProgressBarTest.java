package dev.traitflow.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void estimatesWhatIsLeftFromWhatWasDone() {
    ProgressBar bar = bar(false);
    nanos.set(TimeUnit.SECONDS.toNanos(60));
    bar.at(250, 6_000);

    assertThat(err.toString())
        .isEqualTo("replay [######..................]  25% 6,000 lines, 100/s, 3:00 min left\n");
  }

  @Test
  void writesALineEveryTenSecondsIntoALog() {
    ProgressBar bar = bar(false);
    for (int second = 1; second <= 25; second++) {
      nanos.set(TimeUnit.SECONDS.toNanos(second));
      bar.at(second * 10L, second);
    }
    bar.end();

    assertThat(err.toString().lines()).hasSize(2);
  }

  @Test
  void redrawsOneLineOnATerminalAndClearsItAtTheEnd() {
    ProgressBar bar = bar(true);
    nanos.set(TimeUnit.SECONDS.toNanos(1));
    bar.at(500, 10);
    bar.end();

    assertThat(err.toString()).doesNotContain("\n").contains(" 50% ").endsWith("\r\u001b[K");
  }

  private ProgressBar bar(boolean terminal) {
    return new ProgressBar("replay", 1_000, new PrintWriter(err), terminal, nanos::get);
  }
}
