package dev.traitflow.server.debugger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.debugger.SourceRing.Picture;
import org.junit.jupiter.api.Test;

class SourceRingTest {
  private static final Refusal DUPLICATE = new Refusal(DiscardReason.DUPLICATE, "seen");

  private final SourceRing ring = new SourceRing();

  @Test
  void keepsTheNewestFiveHundredInTheirOrder() {
    add(0, 600);
    Picture picture = ring.picture();
    assertThat(picture.arrivals()).extracting(Arrival::place).hasSize(500).isSorted();
    assertThat(picture.arrivals().get(0).place()).isEqualTo(101);
    assertThat(picture.newest()).isEqualTo(600);
    assertThat(picture.arrived()).isEqualTo(600);
    assertThat(ring.bytes()).isEqualTo(500 * picture.arrivals().get(0).bytes());
  }

  @Test
  void leavesOutWhatItHasSeen() {
    add(0, 3);
    add(1, 4);
    assertThat(ring.picture().arrivals())
        .extracting(Arrival::place)
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void joinsARefusalWhetherItComesBeforeItsCallOrAfterIt() {
    ring.refuse(7, DUPLICATE);
    add(5, 8);
    ring.refuse(5, DUPLICATE);
    ring.refuse(5, new Refusal(DiscardReason.NO_MATCHING_IDENTIFIERS, "the first word holds"));
    Picture picture = ring.picture();
    assertThat(picture.arrivals())
        .extracting(Arrival::refusal)
        .containsExactly(DUPLICATE, null, DUPLICATE);
    assertThat(picture.arrivals()).extracting(Arrival::outcome).containsExactly(1L, 0L, 0L);
    assertThat(picture.outcomes()).isEqualTo(1);
  }

  @Test
  void forgetsRefusalsOfCallsItDoesNotHold() {
    add(0, 501);
    ring.refuse(0, DUPLICATE);
    for (long offset = 1_000; offset < 10_000; offset++) {
      ring.refuse(offset, DUPLICATE);
    }
    add(9_999, 10_001);
    Picture picture = ring.picture();
    assertThat(picture.outcomes()).isZero();
    assertThat(picture.arrivals().get(498).refusal()).isEqualTo(DUPLICATE);
    assertThat(picture.arrivals().get(499).refusal()).isNull();
  }

  @Test
  void givesUpItsOlderHalf() {
    add(0, 5);
    long each = ring.bytes() / 5;
    ring.halve();
    assertThat(ring.picture().arrivals()).extracting(Arrival::place).containsExactly(4L, 5L);
    assertThat(ring.bytes()).isEqualTo(2 * each);
    ring.halve();
    ring.halve();
    assertThat(ring.bytes()).isZero();
  }

  private void add(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      ring.add(offset, LogRecord.call("spa", 0, "web", "m", "", new byte[10]));
    }
  }
}
