package dev.traitflow.server.log;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and reads how many partitions they have.
 *
 * <p>Topics are always created before anything is written: a producer that lets the broker create
 * them may meet a partition without a leader and break its order.
 */
public final class TopicSetup {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

  private static final ConfigEntry BOUND =
      new ConfigEntry(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topics.REQUEST_BYTES_MAX));

  private TopicSetup() {}

  /**
   * Creates every topic of {@link Topics#ALL} that is missing.
   *
   * @param kafka where the topics are
   * @param logPartitions wanted partitions of {@code events}; ignored if the topic exists
   * @param profilePartitions wanted partitions of the others; ignored if they exist
   * @return what there is
   * @throws IllegalStateException if the existing topics do not fit together, or Kafka has not
   *     answered within ten minutes; the message says what was waited for
   */
  public static TopicLayout create(KafkaConnection kafka, int logPartitions, int profilePartitions)
      throws InterruptedException {
    TopicLayout wanted = new TopicLayout(logPartitions, profilePartitions);
    String where = " of Kafka at " + kafka.bootstrap();
    try (Admin admin = KafkaClients.admin(kafka)) {
      Retries retries = Retries.atStart();
      TopicLayout layout =
          retries.until("the list of topics" + where, () -> createMissing(admin, wanted));
      TopicLayout made = retries.until("the new topics" + where, () -> layoutOfAll(admin, layout));
      retries.until("the settings of the topics" + where, () -> raiseBounds(admin));
      retries.until("a leader for each partition" + where, () -> awaitLeaders(admin, made));
      return made;
    }
  }

  /** Asks for the topics that are missing; they need not be there yet when this returns. */
  private static TopicLayout createMissing(Admin admin, TopicLayout wanted)
      throws ExecutionException, InterruptedException {
    Set<String> existing = admin.listTopics().names().get();
    TopicLayout layout = layout(admin, existing, wanted);
    List<NewTopic> missing = new ArrayList<>();
    for (Topics.Spec spec : Topics.ALL) {
      if (!existing.contains(spec.name())) {
        missing.add(newTopic(spec, layout));
      }
    }
    try {
      admin.createTopics(missing).all().get();
    } catch (ExecutionException failure) {
      // Another process, or an earlier try, created one: it is described later like the others.
      if (!(failure.getCause() instanceof TopicExistsException)) {
        throw failure;
      }
    }
    return layout;
  }

  /** The layout, once every topic is there: a broker that lags does not list new ones at first. */
  private static TopicLayout layoutOfAll(Admin admin, TopicLayout wanted)
      throws ExecutionException, InterruptedException {
    Set<String> existing = admin.listTopics().names().get();
    for (Topics.Spec spec : Topics.ALL) {
      if (!existing.contains(spec.name())) {
        throw new ExecutionException(new UnknownTopicOrPartitionException(spec.name()));
      }
    }
    return layout(admin, existing, wanted);
  }

  /**
   * Returns once every partition's leader answers. A producer that writes earlier can have its
   * second batch stored before its first, which it then retries without end.
   */
  private static TopicLayout awaitLeaders(Admin admin, TopicLayout layout)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (Topics.Spec spec : Topics.ALL) {
      int count = spec.log() ? layout.logPartitions() : layout.profilePartitions();
      for (int partition = 0; partition < count; partition++) {
        partitions.put(new TopicPartition(spec.name(), partition), OffsetSpec.latest());
      }
    }
    admin.listOffsets(partitions).all().get();
    return layout;
  }

  /**
   * Has every topic take records up to their bound, those too that were made when bounds were
   * smaller, whatever the broker's own default is.
   *
   * @return how many topics had a smaller one
   */
  private static int raiseBounds(Admin admin) throws ExecutionException, InterruptedException {
    List<ConfigResource> topics =
        Topics.ALL.stream()
            .map(spec -> new ConfigResource(ConfigResource.Type.TOPIC, spec.name()))
            .toList();
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    try {
      admin
          .describeConfigs(topics)
          .all()
          .get()
          .forEach(
              (topic, config) -> {
                String known = config.get(BOUND.name()).value();
                if (Integer.parseInt(known) < Topics.REQUEST_BYTES_MAX) {
                  changes.put(topic, List.of(new AlterConfigOp(BOUND, AlterConfigOp.OpType.SET)));
                }
              });
      if (!changes.isEmpty()) {
        admin.incrementalAlterConfigs(changes).all().get();
      }
    } catch (ExecutionException failure) {
      if (!(failure.getCause() instanceof AuthorizationException)) {
        throw failure;
      }
      LOG.warn(
          "The settings of the topics may not be seen or changed: make sure that {} is at least {}",
          BOUND.name(),
          BOUND.value());
    }
    return changes.size();
  }

  private static TopicLayout layout(Admin admin, Set<String> existing, TopicLayout wanted)
      throws ExecutionException, InterruptedException {
    List<String> ours =
        Topics.ALL.stream().map(Topics.Spec::name).filter(existing::contains).toList();
    Map<String, TopicDescription> found = admin.describeTopics(ours).allTopicNames().get();
    int log = 0;
    int profile = 0;
    for (Topics.Spec spec : Topics.ALL) {
      TopicDescription topic = found.get(spec.name());
      if (topic == null) {
        continue;
      }
      int partitions = topic.partitions().size();
      int before = spec.log() ? log : profile;
      if (before != 0 && before != partitions) {
        throw new IllegalStateException(
            "topic "
                + spec.name()
                + ": got "
                + partitions
                + " partitions (expected "
                + before
                + " like the other topics)");
      }
      if (spec.log()) {
        log = partitions;
      } else {
        profile = partitions;
      }
    }
    return new TopicLayout(
        log == 0 ? wanted.logPartitions() : log,
        profile == 0 ? wanted.profilePartitions() : profile);
  }

  private static NewTopic newTopic(Topics.Spec spec, TopicLayout layout) {
    int partitions = spec.log() ? layout.logPartitions() : layout.profilePartitions();
    // The broker stamps records itself: a replay of old events would otherwise look expired.
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    settings.put(BOUND.name(), BOUND.value());
    if (spec.compacted()) {
      settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    } else {
      settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    }
    return new NewTopic(spec.name(), Optional.of(partitions), Optional.empty()).configs(settings);
  }
}
