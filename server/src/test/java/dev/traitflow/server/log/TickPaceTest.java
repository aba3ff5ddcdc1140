package dev.traitflow.server.log;

import static dev.traitflow.server.log.TickPace.untilTick;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickPaceTest {
  private static final OptionalLong UNKNOWN = OptionalLong.empty();
  private static final OptionalLong NEVER = OptionalLong.of(Long.MAX_VALUE);

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void whileTheLogIsInUseALaneTicksAfterTwoHundredMilliseconds() {
    assertThat(untilTick(0, UNKNOWN)).isEqualTo(millis(200));
    assertThat(untilTick(millis(150), UNKNOWN)).isEqualTo(millis(50));
    assertThat(untilTick(millis(200), UNKNOWN)).isZero();
  }

  @Test
  void atRestALaneTicksAfterFiveSeconds() {
    assertThat(untilTick(0, NEVER)).isEqualTo(millis(5_000));
    assertThat(untilTick(millis(4_999), NEVER)).isEqualTo(millis(1));
    assertThat(untilTick(millis(5_000), NEVER)).isLessThanOrEqualTo(0);
  }

  @Test
  void atRestALaneTicksWhenAValueIsDue() {
    assertThat(untilTick(millis(300), OptionalLong.of(1_200))).isEqualTo(millis(1_200));
    assertThat(untilTick(millis(300), OptionalLong.of(0))).isLessThanOrEqualTo(0);
  }

  @Test
  void whatIsDueAndDoesNotShowYetIsNotTickedFasterThanInUse() {
    assertThat(untilTick(millis(20), OptionalLong.of(0))).isEqualTo(millis(180));
  }

  @Test
  void noTickIsLaterThanWhatIsDueOrSoonerThanInUse() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      long since = millis(random.nextInt(6_000));
      long due = random.nextInt(20_000);
      long wait = untilTick(since, OptionalLong.of(due));
      assertThat(wait).isGreaterThanOrEqualTo(untilTick(since, UNKNOWN));
      assertThat(wait)
          .isLessThanOrEqualTo(Math.max(millis(due), untilTick(since, UNKNOWN)))
          .isLessThanOrEqualTo(millis(5_000));
    }
  }
}
