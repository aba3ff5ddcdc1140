package dev.traitflow.jobs.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Turns one profile's whole history into point-in-time rows: at each cutoff the features of what
 * came before it, by the function that serving uses, and the labels of what came after.
 */
public final class BuildRows extends KeyedProcessFunction<String, HistoryPart, TopicRecord> {
  private static final byte[] NONE = new byte[0];

  private final TrainingSetRequest request;

  private transient ListState<HistoryPart> parts;
  private transient List<PredictionDefinition> predictions;

  /** Rows as asked for. */
  public BuildRows(TrainingSetRequest request) {
    this.request = request;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    parts =
        getRuntimeContext()
            .getListState(new ListStateDescriptor<>("parts", CodecTypeInformation.historyParts()));
    List<Problem> problems = new ArrayList<>();
    predictions =
        SpaceDefinition.parse(new JsonMapper().readTree(request.definition()), problems)
            .predictions();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("definition: got " + problems + " (expected none)");
    }
  }

  @Override
  public void processElement(HistoryPart part, Context context, Collector<TopicRecord> out)
      throws Exception {
    parts.add(part);
    context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<TopicRecord> out)
      throws Exception {
    // A set, because the topic repeats events that a restarted job said twice.
    TreeSet<Event> history = new TreeSet<>(Event.HISTORY_ORDER);
    boolean known = false;
    for (HistoryPart part : parts.get()) {
      if (part.kind() == Kind.KNOWN) {
        known = true;
      } else {
        Event event = Event.CODEC.decode(part.value());
        if (event.timestamp() < request.now()) {
          history.add(event);
        }
      }
    }
    parts.clear();
    if (!known || history.isEmpty()) {
      return;
    }
    for (TrainingRow row :
        TrainingRow.of(
            request.space(),
            context.getCurrentKey(),
            history,
            predictions,
            request.cutoffs(),
            request.now())) {
      out.collect(new TopicRecord(RowFiles.ROW, 0, NONE, TrainingRow.CODEC.encode(row)));
    }
  }
}
