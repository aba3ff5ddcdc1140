package dev.traitflow.jobs.training;

import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sends every part of a history on to the profile's canonical id: the one of its newest merge, or
 * itself. A deleted profile ends here, though the topic still holds its events. In batch execution
 * a key's timers fire when its last part has come.
 */
public final class FollowMerges extends KeyedProcessFunction<String, HistoryPart, HistoryPart> {
  private transient ListState<HistoryPart> parts;

  @Override
  public void open(OpenContext context) {
    parts =
        getRuntimeContext()
            .getListState(new ListStateDescriptor<>("parts", CodecTypeInformation.historyParts()));
  }

  @Override
  public void processElement(HistoryPart part, Context context, Collector<HistoryPart> out)
      throws Exception {
    parts.add(part);
    context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<HistoryPart> out)
      throws Exception {
    String canonical = context.getCurrentKey();
    long newest = -1;
    Set<Long> gone = new HashSet<>();
    for (HistoryPart part : parts.get()) {
      if (part.kind() == Kind.DELETED) {
        parts.clear();
        return;
      }
      if (part.kind() == Kind.GONE) {
        gone.add(part.sequence());
      }
      if (part.kind() == Kind.MERGED_INTO && part.sequence() > newest) {
        newest = part.sequence();
        canonical = new String(part.value(), StandardCharsets.UTF_8);
      }
    }
    for (HistoryPart part : parts.get()) {
      boolean isGone = part.kind() == Kind.EVENT && gone.contains(part.sequence());
      if (part.kind() != Kind.MERGED_INTO && part.kind() != Kind.GONE && !isGone) {
        boolean moves = part.kind() == Kind.EVENT && newest >= 0;
        Kind kind = moves ? Kind.MERGED_EVENT : part.kind();
        out.collect(new HistoryPart(kind, canonical, part.sequence(), part.value()));
      }
    }
    parts.clear();
  }
}
