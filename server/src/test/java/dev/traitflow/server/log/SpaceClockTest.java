package dev.traitflow.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceClockTest {
  private static final long WALL = 1_000_000;

  private final Path directory;

  SpaceClockTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private SpaceClock open(ClockKind kind) throws IOException {
    return SpaceClock.open(directory, kind, 0, () -> WALL);
  }

  @Test
  void anEventClockFollowsEventsButNoneBeyondTheMachinesClock() throws IOException {
    SpaceClock clock = open(ClockKind.EVENT);

    assertThat(clock.now()).isZero();
    clock.follow(500);
    clock.follow(400);
    assertThat(clock.now()).isEqualTo(500);
    clock.follow(Long.MAX_VALUE);
    clock.follow(WALL + 1);
    assertThat(clock.now()).isEqualTo(500);
    clock.follow(WALL);
    assertThat(clock.now()).isEqualTo(WALL);
  }

  @Test
  void anEventClockGoesOnWhereItStopped() throws IOException {
    SpaceClock clock = open(ClockKind.EVENT);
    clock.follow(500);
    clock.save();

    SpaceClock next = SpaceClock.open(directory, null, 0, () -> WALL);

    assertThat(next.kind()).isEqualTo(ClockKind.EVENT);
    assertThat(next.now()).isEqualTo(500);
  }

  @Test
  void neverStartsBeforeWhatIsInTheLog() throws IOException {
    SpaceClock clock = SpaceClock.open(directory, ClockKind.EVENT, 800, () -> WALL);

    assertThat(clock.now()).isEqualTo(800);
  }

  @Test
  void aTestClockMayFirstBeSetToThePastAndThenOnlyForward() throws IOException {
    SpaceClock clock = open(ClockKind.TEST);

    assertThat(clock.now()).isEqualTo(WALL);
    assertThat(clock.isUnset()).isTrue();
    assertThat(clock.controlNow()).isZero();
    assertThat(clock.set(10)).isTrue();
    assertThat(clock.controlNow()).isEqualTo(10);
    assertThat(clock.set(9)).isFalse();
    assertThat(clock.now()).isEqualTo(10);
  }

  @Test
  void aCallMakesWhatAnUnsetTestClockShowsTheTimeOfTheSpaces() throws IOException {
    SpaceClock clock = open(ClockKind.TEST);

    assertThat(clock.nowOfCall()).isEqualTo(WALL);
    // Else a barrier would wait in the lane of the call for a time that the others do not reach.
    assertThat(clock.controlNow()).isEqualTo(WALL);
    assertThat(clock.set(WALL - 1)).isFalse();
    assertThat(open(ClockKind.TEST).isUnset()).isFalse();
  }

  @Test
  void aTestClockStandsStillOverARestart() throws IOException {
    open(ClockKind.TEST).set(10);

    SpaceClock next = open(ClockKind.TEST);

    assertThat(next.now()).isEqualTo(10);
    assertThat(next.set(9)).isFalse();
  }

  @Test
  void aWallClockNeverGoesBack() throws IOException {
    long[] wall = {100};
    SpaceClock clock = SpaceClock.open(directory, ClockKind.WALL, 0, () -> wall[0]);

    wall[0] = 90;
    assertThat(clock.now()).isEqualTo(100);
    wall[0] = 110;
    assertThat(clock.now()).isEqualTo(110);
  }

  @Test
  void eventTimeBecomesWallTimeButNotTheOtherWay() throws IOException {
    open(ClockKind.EVENT).follow(500);

    assertThat(open(ClockKind.WALL).now()).isEqualTo(WALL);
    assertThatThrownBy(() -> open(ClockKind.EVENT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("got event (expected wall");
  }
}
