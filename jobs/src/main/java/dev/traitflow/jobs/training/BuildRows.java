package dev.traitflow.jobs.training;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.KeptDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Turns one profile's whole history into point-in-time rows: at each cutoff the features of what
 * came before it, by the function that serving uses, and the labels of what came after.
 */
public final class BuildRows extends KeyedProcessFunction<String, HistoryPart, TopicRecord> {
  private static final byte[] NONE = new byte[0];

  private final TrainingSetRequest request;

  private transient ListState<HistoryPart> parts;
  private transient List<PredictionDefinition> predictions;
  private transient @Nullable ProfileEngine engine;

  /** Rows as asked for. */
  public BuildRows(TrainingSetRequest request) {
    this.request = request;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    parts =
        getRuntimeContext()
            .getListState(new ListStateDescriptor<>("parts", CodecTypeInformation.historyParts()));
    SpaceDefinition space =
        KeptDefinition.read(request.definition().getBytes(StandardCharsets.UTF_8));
    predictions = space.predictions();
    engine =
        predictions.stream().allMatch(prediction -> prediction.cohort().isEmpty())
            ? null
            : new ProfileEngine(
                ProfilePlan.of(space.traits(TraitLevel.USER), List.of(), space.audiences()));
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
    List<Identifier> identifiers = new ArrayList<>();
    long merged = 0;
    for (HistoryPart part : parts.get()) {
      if (part.kind() == Kind.KNOWN) {
        identifiers.add(
            Identifier.ofUser(new String(part.value(), StandardCharsets.UTF_8), part.key()));
      } else {
        Event event = Event.CODEC.decode(part.value());
        if (event.timestamp() < request.now() && history.add(event)) {
          boolean counts = PredictionDefinition.isFeatureEvent(event);
          merged += counts && part.kind() == Kind.MERGED_EVENT ? 1 : 0;
        }
      }
    }
    parts.clear();
    if (merged > 0) {
      EventStatistics statistics = new EventStatistics();
      statistics.addMerged(merged);
      byte[] value = EventStatistics.CODEC.encode(statistics);
      out.collect(new TopicRecord(RowFiles.STATISTICS, 0, NONE, value));
    }
    if (identifiers.isEmpty() || history.isEmpty()) {
      return;
    }
    for (TrainingRow row :
        TrainingRow.of(
            request.space(),
            context.getCurrentKey(),
            history,
            predictions,
            request.cutoffs(),
            request.now(),
            audiences(history, identifiers))) {
      out.collect(new TopicRecord(RowFiles.ROW, 0, NONE, TrainingRow.CODEC.encode(row)));
    }
  }

  /**
   * The audiences the profile is in at the present, by the engine that the main job and previews
   * fold with. Only asked if a prediction has a cohort: it costs a fold of the history.
   */
  private List<String> audiences(Iterable<Event> history, List<Identifier> identifiers) {
    ProfileEngine folding = engine;
    if (folding == null) {
      return List.of();
    }
    HeapProfileStore store = new HeapProfileStore();
    history.forEach(store::append);
    ProfileState state = folding.fold(store, request.now());
    folding.own(state, identifiers);
    return TraitValue.memberships(folding.values(state));
  }
}
