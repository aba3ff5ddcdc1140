package dev.traitflow.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Violation;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** A record beyond its bound is replaced by one that says so, whatever its topic. */
final class TopicOutputTest {
  private static final byte[] HUGE = new byte[Topics.REQUEST_BYTES_MAX];
  private static final String LONG = "x".repeat(Topics.REQUEST_BYTES_MAX);

  private final List<TopicRecord> written = new ArrayList<>();
  private final Counter counter = new SimpleCounter();
  private final TopicOutput output =
      new TopicOutput(
          new JobSettings(1, 3, 16, 1),
          new UnregisteredMetricsGroup() {
            @Override
            public Counter counter(String name) {
              return counter;
            }
          },
          written::add);

  @Test
  void handsOnWhatIsWithinTheBound() {
    int bytesMax = Topics.bytesMax(Topics.REJECTED);
    output.accept(new TopicRecord(Topics.REJECTED, 0, new byte[1], new byte[bytesMax - 1]));
    assertThat(written).hasSize(1);
    assertThat(counter.getCount()).isZero();
  }

  @Test
  void takesAValueAwayAndSaysWhy() {
    TraitValue list = new TraitValue("list", TraitValue.TraitClass.COMPUTED, HUGE, 3, 70, "");
    ProfileChange change = new ProfileChange("s", "p", 5, 80, new ProfileChange.Value(list));
    accept(Topics.PROFILE_CHANGES, change.topicKey(), ProfileChange.CODEC.encode(change));

    ProfileChange replaced = ProfileChange.CODEC.decode(written.get(0).value());
    assertThat(written.get(0).key()).isEqualTo(change.topicKey());
    assertThat(replaced.body()).isEqualTo(new ProfileChange.Value(list.tooLarge()));
    assertThat(list.tooLarge().json()).isNull();
    RejectedCall rejected = rejected();
    assertThat(rejected.space()).isEqualTo("s");
    assertThat(rejected.message()).contains("profiles.changes", "trait list of profile p");
  }

  @Test
  void keepsAnEventsNameAndTime() {
    Event event =
        new Event(
            EventType.TRACK,
            "m",
            7,
            8,
            "web",
            "E",
            "u",
            null,
            null,
            null,
            null,
            null,
            HUGE,
            Event.NONE,
            Event.NONE);
    ResolvedEvent resolved = new ResolvedEvent("s", "p", 9, event, List.of());
    accept(
        Topics.PROFILE_EVENTS, resolved.topicKey(), ResolvedEvent.encodeMoved(resolved, "before"));

    ResolvedEvent replaced = ResolvedEvent.CODEC.decode(written.get(0).value());
    assertThat(replaced.event().name()).isEqualTo("E");
    assertThat(replaced.event().timestamp()).isEqualTo(7);
    assertThat(ResolvedEvent.movedFrom(written.get(0).value())).isEqualTo("before");
    assertThat(rejected().message()).contains("event m of profile p");
  }

  @Test
  void hasAProfileNotScored() {
    FeatureBlock block =
        new FeatureBlock(
                "s", "p", 7, true, new double[0], new TreeMap<>(Map.of(LONG, new double[1])))
            .withPredicted(List.of("buy"));
    accept(Topics.PROFILE_FEATURES, block.topicKey(), FeatureBlock.CODEC.encode(block));

    FeatureBlock replaced = FeatureBlock.CODEC.decode(written.get(0).value());
    assertThat(replaced.known()).isFalse();
    assertThat(replaced.predicted()).containsExactly("buy");
    assertThat(rejected().message()).contains("features of profile p");
  }

  @Test
  void tellsOfAnInsightThatOneWasTooLarge() {
    Violation violation =
        new Violation(Violation.BLOCKED, Identifier.ofUser("t", LONG), "m", "", List.of());
    Insight insight = new Insight("s", 1, 2, 3, "web", "p", new Insight.Violated(violation));
    accept(Topics.INSIGHTS, insight.topicKey(), Insight.CODEC.encode(insight));

    Insight replaced = Insight.CODEC.decode(written.get(0).value());
    assertThat(replaced.body().toString()).contains("record_too_large");
    assertThat(rejected().source()).isEqualTo("web");
  }

  @Test
  void letsAMarkerPassWithoutItsCounts() {
    Marker marker = new Marker("resolve", 1, 2, 3, 4, 5, Map.of(LONG, 1L));
    accept(Topics.REJECTED, marker.topicKey(), Marker.CODEC.encode(marker));
    assertThat(written).hasSize(1);
    assertThat(Marker.CODEC.decode(written.get(0).value()))
        .isEqualTo(new Marker("resolve", 1, 2, 3, 4, 5, Map.of()));
  }

  @Test
  void keepsThePlaceOfOthersAmongTheRejected() {
    LogRecord call = LogRecord.refused("s", 1, "web", refusal(), "", 1, HUGE);
    accept(Topics.EVENTS, new byte[] {1}, LogRecord.CODEC.encode(call));
    assertThat(rejected().message()).contains("events: got", "a CALL");
  }

  private static Parsed.Rejected refusal() {
    return new Parsed.Rejected(DiscardReason.BAD_REQUEST, "no");
  }

  private void accept(String topic, byte[] key, byte[] value) {
    output.accept(new TopicRecord(topic, 1, key, value));
    assertThat(counter.getCount()).isEqualTo(1);
    assertThat(written).allSatisfy(each -> assertThat(each.bytes()).isLessThan(each.bytesMax()));
  }

  private RejectedCall rejected() {
    TopicRecord last = written.get(written.size() - 1);
    assertThat(last.topic()).isEqualTo(Topics.REJECTED);
    RejectedCall call = RejectedCall.CODEC.decode(last.value());
    assertThat(call.reason()).isEqualTo(DiscardReason.RECORD_TOO_LARGE);
    return call;
  }
}
