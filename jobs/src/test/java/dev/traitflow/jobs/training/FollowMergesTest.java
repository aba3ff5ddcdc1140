package dev.traitflow.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class FollowMergesTest {
  @Test
  void partsFollowTheNewestMergeAndEventsSayThatTheyDid() throws Exception {
    List<HistoryPart> parts =
        follow(
            part(Kind.EVENT, 1, ""),
            part(Kind.MERGED_INTO, 5, "q"),
            part(Kind.KNOWN, 2, "user_id"),
            part(Kind.MERGED_INTO, 7, "r"),
            part(Kind.EVENT, 3, ""),
            part(Kind.GONE, 3, ""));

    assertThat(parts).allMatch(part -> part.key().equals("r"));
    assertThat(parts).extracting(HistoryPart::kind).containsExactly(Kind.MERGED_EVENT, Kind.KNOWN);
  }

  @Test
  void whatWasNeverMergedStaysWhereItIs() throws Exception {
    assertThat(follow(part(Kind.EVENT, 1, "")))
        .singleElement()
        .matches(part -> part.key().equals("p") && part.kind() == Kind.EVENT);
  }

  /** The topic still holds the events of a deleted profile, and who it was. */
  @Test
  void nothingIsLearntFromADeletedProfile() throws Exception {
    assertThat(
            follow(
                part(Kind.EVENT, 1, ""),
                part(Kind.KNOWN, 1, "user_id"),
                part(Kind.DELETED, 9, ""),
                part(Kind.EVENT, 2, "")))
        .isEmpty();
  }

  private static HistoryPart part(Kind kind, long sequence, String text) {
    return new HistoryPart(kind, "p", sequence, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<HistoryPart> follow(HistoryPart... parts) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, HistoryPart, HistoryPart> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new FollowMerges()), HistoryPart::key, Types.STRING);
    harness.open();
    for (HistoryPart part : parts) {
      harness.processElement(part, 0);
    }
    harness.processWatermark(Watermark.MAX_WATERMARK);
    assertThat(harness.numKeyedStateEntries()).isZero();
    List<HistoryPart> followed = harness.extractOutputValues();
    harness.close();
    return followed;
  }
}
