package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicOutput;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/** What one subtask of the fold says to its topics: values, pointers, features and markers. */
final class FoldOutput {
  private final JobSettings settings;
  private final int subtask;
  private final int subtasks;
  private final long attempt;
  private final TopicOutput topics;

  /** The output of the subtask that {@code context} belongs to. */
  FoldOutput(JobSettings settings, RuntimeContext context, Consumer<TopicRecord> records) {
    TaskInfo task = context.getTaskInfo();
    this.settings = settings;
    this.subtask = task.getIndexOfThisSubtask();
    this.subtasks = task.getNumberOfParallelSubtasks();
    this.attempt = settings.attempt(task.getAttemptNumber());
    this.topics = new TopicOutput(settings, context.getMetricGroup(), records);
  }

  /** The attempt in which values are shown; see {@link JobSettings#attempt}. */
  long attempt() {
    return attempt;
  }

  /**
   * Shows what readers do not have of a profile, and behind it the pointers of the ids it absorbed.
   * While a merge is under way nothing is shown; everything is, once it is complete. While an
   * account is folded again only what readers do not see yet is.
   */
  void show(String key, ProfileSession session) {
    FoldState fold = session.fold();
    if (fold.isMerging()) {
      fold.shownAttempt = FoldState.NOT_SHOWN;
      return;
    }
    for (TraitValue value : session.stagedNews()) {
      change(key, fold.now, new ProfileChange.Staged(value));
    }
    if (fold.refolding) {
      fold.shownAttempt = FoldState.NOT_SHOWN;
      return;
    }
    for (TraitValue value : session.news()) {
      change(key, fold.now, new ProfileChange.Value(value));
    }
    for (FoldState.Absorbed absorbed : fold.absorbed()) {
      change(key, fold.now, new ProfileChange.Absorbed(absorbed.profile(), absorbed.sequence()));
    }
    fold.absorbed().clear();
    fold.shownAttempt = attempt;
  }

  /** Writes a record. */
  void write(TopicRecord record) {
    topics.accept(record);
  }

  private void change(String key, long asOf, ProfileChange.Body body) {
    String profile = ProfileMessage.profileOf(key);
    ProfileChange change =
        new ProfileChange(ProfileMessage.spaceOf(key), profile, attempt, asOf, body);
    emit(Topics.PROFILE_CHANGES, profile, change.topicKey(), ProfileChange.CODEC.encode(change));
  }

  /** Emits the features of a profile at an instant; the state's key must be the profile's. */
  void features(String key, ProfileSession session, long at) {
    List<Event> events = new ArrayList<>();
    session.history().scan(Long.MIN_VALUE, Long.MAX_VALUE, events::add);
    List<TraitValue> values = session.engine().writtenAndAudiences(session.state());
    List<String> predicted = new ArrayList<>();
    for (TraitValue value : values) {
      if (value.traitClass() == TraitValue.TraitClass.PREDICTION && value.json() != null) {
        predicted.add(value.key());
      }
    }
    String profile = ProfileMessage.profileOf(key);
    FeatureBlock block =
        FeatureSet.extract(ProfileMessage.spaceOf(key), profile, session.fold().known, events, at)
            .withPredicted(predicted)
            .withAudiences(TraitValue.memberships(values));
    emit(Topics.PROFILE_FEATURES, profile, block.topicKey(), FeatureBlock.CODEC.encode(block));
    session.featuresSent(at);
  }

  /**
   * Marks every partition of a topic complete up to a flush and an instant.
   *
   * @param counts how far definitions are computed; see {@link SpacePlans#counts}
   */
  void mark(String topic, String stage, long flush, long asOf, Map<String, Long> counts) {
    Marker marker = new Marker(stage, subtask, subtasks, attempt, flush, asOf, counts);
    Outputs.mark(topic, settings.profilePartitions(), marker, topics);
  }

  private void emit(String topic, String profile, byte[] key, byte[] value) {
    int partition = Topics.partition(profile, settings.profilePartitions());
    topics.accept(new TopicRecord(topic, partition, key, value));
  }
}
