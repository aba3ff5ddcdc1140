package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.track;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What windows let in and out, and when. */
class WindowRulesTest {
  private static final String DAY = "2025-01-";

  @Test
  void letsAnEventLeaveASlidingWindowExactlyAtItsEnd() {
    ProfileBench bench = counter("{'within':'7 d'}");
    bench.add(track("E").at(DAY + "01T00:00:00Z")).add(track("E").at(DAY + "06T00:00:00Z"));
    assertThat(bench.advance(DAY + "07T00:00:00Z").value("t")).isEqualTo("2");
    assertThat(bench.advance(DAY + "07T23:59:59.999Z").value("t")).isEqualTo("2");
    assertThat(next(bench)).isEqualTo(DAY + "08T00:00:00Z");
    assertThat(bench.advance(DAY + "08T00:00:00Z").value("t")).isEqualTo("1");
    assertThat(bench.trait("t").updatedAt())
        .isEqualTo(Instant.parse(DAY + "08T00:00:00Z").toEpochMilli());
    assertThat(bench.advance(DAY + "13T00:00:00Z").value("t")).isEqualTo("0");
    assertThat(bench.engine.nextBoundary(bench.state)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void countsBetweenTwoAges() {
    ProfileBench bench = counter("{'between':['7 d','10 d']}");
    for (int daysAgo : new int[] {5, 8, 9, 11}) {
      bench.add(
          track("E")
              .at(Instant.parse(DAY + "20T00:00:00Z").toEpochMilli() - daysAgo * 86_400_000L));
    }
    assertThat(bench.advance(DAY + "20T00:00:00Z").value("t")).isEqualTo("2");
  }

  @Test
  void isZeroBetweenTwoAgesAsSoonAsAnEventMatched() {
    ProfileBench bench = counter("{'between':['7 d','10 d']}");
    bench.add(track("E").at(DAY + "01T00:00:00Z"));
    assertThat(bench.value("t")).isEqualTo("0");
    assertThat(bench.advance(DAY + "08T00:00:00Z").value("t")).isEqualTo("1");
  }

  @Test
  void holdsTheCurrentSessionWhileItIsOpen() {
    ProfileBench bench = counter("{'session':'30 m'}");
    bench.add(track("E").at(DAY + "01T10:00:00Z")).add(track("E").at(DAY + "01T10:20:00Z"));
    assertThat(bench.value("t")).isEqualTo("2");
    bench.add(track("E").at(DAY + "01T11:10:00Z"));
    assertThat(bench.value("t")).isEqualTo("1");
    assertThat(next(bench)).isEqualTo(DAY + "01T11:40:00Z");
    assertThat(bench.advance(DAY + "01T11:39:59.999Z").value("t")).isEqualTo("1");
    assertThat(bench.advance(DAY + "01T11:40:00Z").value("t")).isEqualTo("0");
  }

  @Test
  void joinsSessionsByALateEventAsFarBackAsTheyReach() {
    ProfileBench bench = counter("{'session':'30 m'}");
    for (String time : new String[] {"09:00", "09:25", "09:50", "10:30", "10:50"}) {
      bench.add(track("E").at(DAY + "01T" + time + ":00Z"));
    }
    assertThat(bench.value("t")).isEqualTo("2");
    bench.add(track("E").at(DAY + "01T10:10:00Z"));
    assertThat(bench.value("t")).isEqualTo("6");
  }

  @Test
  void reopensAClosedSessionByALateEvent() {
    ProfileBench bench = counter("{'session':'30 m'}");
    bench.add(track("E").at(DAY + "01T10:00:00Z")).advance(DAY + "01T10:40:00Z");
    assertThat(bench.value("t")).isEqualTo("0");
    bench.add(track("E").at(DAY + "01T10:25:00Z"));
    assertThat(bench.value("t")).isEqualTo("2");
  }

  @Test
  void unsetsWhatHasNoValueWhenTheWindowEmpties() {
    ProfileBench bench =
        new ProfileBench(
            "{'key':'t','event':'E','type':'last','property':'p','window':{'within':'1 d'}}");
    bench.add(track("E").at(DAY + "01T00:00:00Z").with("{\"p\":1}"));
    assertThat(bench.value("t")).isEqualTo("\"1\"");
    bench.advance(DAY + "02T01:00:00Z");
    assertThat(bench.value("t")).isEqualTo("null");
    assertThat(bench.trait("t").json()).isNull();
  }

  @Test
  void isZeroAfterALateEventThatIsAlreadyOutOfTheWindow() {
    ProfileBench bench = counter("{'within':'1 d'}");
    bench.advance(DAY + "10T00:00:00Z").add(track("E").at(DAY + "01T00:00:00Z"));
    assertThat(bench.value("t")).isEqualTo("0");
  }

  @Test
  void foldsTheWindowAgainWhenTheExtremeLeaves() {
    ProfileBench bench =
        new ProfileBench(
            "{'key':'t','event':'E','type':'aggregation','aggregation':'max','property':'p',"
                + "'window':{'within':'2 d'}}");
    bench.add(track("E").at(DAY + "01T00:00:00Z").with("{\"p\":9}"));
    bench.add(track("E").at(DAY + "02T00:00:00Z").with("{\"p\":3}"));
    bench.add(track("E").at(DAY + "02T12:00:00Z").with("{\"p\":5}"));
    assertThat(bench.value("t")).isEqualTo("9");
    assertThat(bench.advance(DAY + "03T00:00:00Z").value("t")).isEqualTo("5");
  }

  @Test
  void waitsForFutureEventsWithAWindowAndNotWithout() {
    long now = Instant.parse(DAY + "01T00:00:00Z").toEpochMilli();
    ProfileBench bench =
        new ProfileBench(
            "{'key':'ever','event':'E','type':'event_counter'}",
            "{'key':'week','event':'E','type':'event_counter','window':{'within':'7 d'}}",
            "{'key':'visit','event':'E','type':'event_counter','window':{'session':'1 h'}}");
    bench.addAt(track("E").at(DAY + "02T00:00:00Z"), now);
    assertThat(bench.values()).containsOnlyKeys("ever").containsEntry("ever", "1");
    assertThat(next(bench)).isEqualTo(DAY + "02T00:00:00Z");
    bench.advance(DAY + "02T00:00:00Z");
    assertThat(bench.values()).containsEntry("week", "1").containsEntry("visit", "1");
  }

  @Test
  void findsTheNextBoundaryBehindManyEventsThatDoNotConcernIt() {
    ProfileBench bench = counter("{'within':'1 d'}");
    bench.add(track("E").at(1_000));
    for (int i = 0; i < 1_000; i++) {
      bench.add(track("Other").at(2_000 + i));
    }
    bench.add(track("E").at(9_000));
    int stops = 0;
    long day = 86_400_000L;
    for (long next = bench.engine.nextBoundary(bench.state);
        next != Long.MAX_VALUE;
        next = bench.engine.nextBoundary(bench.state)) {
      bench.engine.advance(bench.state, bench.history, next);
      String expected = next < day + 1_000 ? "2" : next < day + 9_000 ? "1" : "0";
      assertThat(bench.value("t")).as("at %s", next).isEqualTo(expected);
      stops++;
    }
    assertThat(bench.state.now()).isEqualTo(day + 9_000);
    assertThat(stops).isLessThan(10);
  }

  @Test
  void countsADayAsTwentyFourHoursAcrossAClockChange() {
    ProfileBench bench = counter("{'within':'1 d'}");
    bench.add(track("E").at("2025-03-29T12:00:00Z"));
    assertThat(bench.advance("2025-03-30T11:59:59Z").value("t")).isEqualTo("1");
    assertThat(bench.advance("2025-03-30T12:00:00Z").value("t")).isEqualTo("0");
  }

  private static ProfileBench counter(String window) {
    return new ProfileBench(
        "{'key':'t','event':'E','type':'event_counter','window':" + window + "}");
  }

  private static String next(ProfileBench bench) {
    return Instant.ofEpochMilli(bench.engine.nextBoundary(bench.state)).toString();
  }
}
