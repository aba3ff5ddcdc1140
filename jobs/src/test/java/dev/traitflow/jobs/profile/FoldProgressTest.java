package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FoldProgressTest {
  private final FakeFoldWork work = new FakeFoldWork();
  private final FoldProgress progress = new FoldProgress(work);

  @BeforeEach
  void begin() throws Exception {
    progress.timePassed(100);
    work.done();
  }

  @Test
  void aBarrierIsAnsweredWhenEveryOriginHasSentIt() throws Exception {
    progress.flush(barrier(1, 100, false).addressed("~0", 0, 2));
    assertThat(work.done()).isEmpty();
    progress.flush(barrier(1, 100, false).addressed("~0", 1, 2));
    assertThat(work.done()).containsExactly("flush", "mark 1 at 100 {}", "barrier 1 at 100");
  }

  @Test
  void aBarrierWaitsForTheTimeOfItsRecord() throws Exception {
    flush(barrier(1, 150, false));
    progress.timePassed(149);
    assertThat(work.done()).isEmpty();
    progress.timePassed(150);
    assertThat(work.done()).containsExactly("flush", "mark 1 at 150 {}", "barrier 1 at 150");
    progress.timePassed(151);
    assertThat(work.done()).isEmpty();
  }

  @Test
  void aBarrierWaitsForTheWholeSweepAndWritesEachSlice() throws Exception {
    work.slices = 2;
    flush(barrier(1, 100, false));
    assertThat(work.done())
        .containsExactly(
            "sweep at 100",
            "flush",
            "sweep at 100",
            "flush",
            "flush",
            "mark 1 at 100 {}",
            "barrier 1 at 100");
  }

  @Test
  void aBeatLeavesTheSweepToItsSlices() throws Exception {
    work.slices = 2;
    flush(barrier(1, 100, true));
    assertThat(work.done()).containsExactly("flush", "mark 1 at 100 {}", "beat 1 at 100");
    assertThat(work.slices).isEqualTo(2);
  }

  @Test
  void aBeatBehindABarrierIsAnsweredAsTheBarrier() throws Exception {
    flush(barrier(1, 150, false));
    flush(barrier(2, 160, true));
    progress.timePassed(160);
    assertThat(work.done()).containsExactly("flush", "mark 2 at 160 {}", "barrier 2 at 160");
  }

  @Test
  void nothingIsReportedTwiceOrWhileChangesArePending() throws Exception {
    work.pending = 1;
    progress.report();
    assertThat(work.done()).isEmpty();
    work.pending = 0;
    progress.report();
    progress.report();
    assertThat(work.done()).containsExactly("mark 0 at 100 {}");
    work.counts.put("swept/shop", 3L);
    progress.report();
    progress.report();
    assertThat(work.done()).containsExactly("mark 0 at 100 {swept/shop=3}");
  }

  @Test
  void aReportNamesTheNextDueInstantUnlessASweepIsAtWork() throws Exception {
    work.due = OptionalLong.of(500);
    progress.report();
    assertThat(work.done()).containsExactly("mark 0 at 100 {" + Marker.DUE + "=500}");
    work.sweeping = true;
    progress.timePassed(101);
    progress.report();
    assertThat(work.done()).containsExactly("mark 0 at 101 {}");
  }

  private void flush(Flush barrier) throws Exception {
    progress.flush(barrier.addressed("~0", 0, 1));
  }

  private static Flush barrier(long number, long at, boolean beat) {
    return new Flush(number, at, beat);
  }
}
