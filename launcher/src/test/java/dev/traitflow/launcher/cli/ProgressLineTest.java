package dev.traitflow.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void estimatesWhatIsLeftFromWhatWasDone() {
    ProgressLine line = line(false);
    nanos.set(TimeUnit.SECONDS.toNanos(60));
    line.count(0.25, 6_000, "lines");

    assertThat(err.toString())
        .isEqualTo("replay [######..................]  25% 6,000 lines, 100/s, 3:00 min left\n");
  }

  @Test
  void writesALineEveryTenSecondsIntoALog() {
    ProgressLine line = line(false);
    for (int second = 1; second <= 25; second++) {
      nanos.set(TimeUnit.SECONDS.toNanos(second));
      line.count(second / 100.0, second, "lines");
    }
    line.end();

    assertThat(err.toString().lines()).hasSize(2);
  }

  @Test
  void writesALineForEachPartAndCountsPartsAsEquallyLong() {
    ProgressLine line = line(false);
    line.part("first", 0, 2);
    line.at(0, "");
    nanos.set(TimeUnit.SECONDS.toNanos(3));
    line.at(0.5, "is not shown");
    line.part("second", 1, 2);
    line.at(0.5, "fits");

    assertThat(err.toString())
        .isEqualTo(
            """
            first [........................]   0%
            second [##################......]  75% fits, 1 s left
            """);
  }

  @Test
  void believesWorkThatKnowsHowLongItTakes() {
    ProgressLine line = line(false);
    line.part("whole");
    line.at(0.5, "measures", 90);
    line.part("other");
    line.at(0.5, "waits", Double.NaN);

    assertThat(err.toString())
        .isEqualTo(
            """
            whole [############............]  50% measures, 1:30 min left
            other [############............]  50% waits
            """);
  }

  @Test
  void redrawsOneLineOnATerminalAndClearsItAtTheEnd() {
    ProgressLine line = line(true);
    nanos.set(TimeUnit.SECONDS.toNanos(1));
    line.count(0.5, 10, "lines");
    line.end();

    assertThat(err.toString()).doesNotContain("\n").contains(" 50% ").endsWith("\r\u001b[K");
  }

  private ProgressLine line(boolean terminal) {
    return new ProgressLine("replay", new PrintWriter(err), terminal, nanos::get);
  }
}
