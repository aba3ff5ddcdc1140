package dev.traitflow.server.store;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what jobs say, straight into a repository: the topics without Kafka. */
public final class TopicRecords {
  private static final String SPACE = "spa";

  private final ProfileRepository repository;
  private final Map<String, Long> offsets = new HashMap<>();

  /** Speaks to a repository whose topics have {@code partitions} partitions. */
  public TopicRecords(ProfileRepository repository, int partitions) {
    this.repository = repository;
    for (String topic :
        List.of(
            Topics.PROFILE_EVENTS, Topics.IDENTIFIERS, Topics.INSIGHTS, Topics.PROFILE_CHANGES)) {
      repository.applier().rememberPartitions(topic, partitions);
    }
  }

  /** An identifier was given to a profile. */
  public TopicRecords mapped(String type, String value, String profile, long sequence) {
    return mapped(SPACE, type, value, profile, sequence);
  }

  /** An identifier was given to a profile of any space. */
  public TopicRecords mapped(
      String space, String type, String value, String profile, long sequence) {
    IdentityChange change =
        new IdentityChange(
            space,
            sequence,
            new IdentityChange.Mapped(
                Identifier.ofUser(type, value), profile, 1_000 + sequence, "m" + sequence, "web"));
    return say(Topics.IDENTIFIERS, 0, change.topicKey(), IdentityChange.CODEC.encode(change));
  }

  /** A trait has a value, or none. */
  public TopicRecords value(String profile, String key, @Nullable String json, long attempt) {
    return value(profile, key, TraitClass.COMPUTED, json, attempt);
  }

  /** A trait of some class has a value, or none. */
  public TopicRecords value(
      String profile, String key, TraitClass traitClass, @Nullable String json, long attempt) {
    byte[] bytes = json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    return change(
        profile,
        attempt,
        new ProfileChange.Value(new TraitValue(key, traitClass, bytes, 1, 7_000, "web")));
  }

  /** A computed trait has a value that readers do not see yet. */
  public TopicRecords staged(String profile, String key, String json, long attempt) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return change(
        profile,
        attempt,
        new ProfileChange.Staged(new TraitValue(key, TraitClass.COMPUTED, bytes, 1, 7_000, "web")));
  }

  /** A profile absorbed another. */
  public TopicRecords absorbed(String survivor, String loser, long sequence, long attempt) {
    return change(survivor, attempt, new ProfileChange.Absorbed(loser, sequence));
  }

  /** An event of a profile. */
  public TopicRecords event(String profile, String name, String messageId, long timestamp) {
    Event event =
        new Event(
            EventType.TRACK,
            messageId,
            timestamp,
            timestamp,
            "web",
            name,
            "u1",
            null,
            null,
            null,
            null,
            null,
            "{\"revenue\":22.50}".getBytes(StandardCharsets.UTF_8),
            Event.NONE,
            Event.NONE);
    ResolvedEvent resolved =
        new ResolvedEvent(
            SPACE, profile, 1, event, List.of(Identifier.ofUser(Identifier.USER_ID, "u1")));
    return say(Topics.PROFILE_EVENTS, 0, resolved.topicKey(), ResolvedEvent.CODEC.encode(resolved));
  }

  /** An event of a profile, as it was parsed. */
  public TopicRecords event(String profile, Event event) {
    ResolvedEvent resolved = new ResolvedEvent(SPACE, profile, 1, event, List.of());
    return say(Topics.PROFILE_EVENTS, 0, resolved.topicKey(), ResolvedEvent.CODEC.encode(resolved));
  }

  /** An event that was another profile's until an unmerge. */
  public TopicRecords eventMoved(String from, String profile, Event event) {
    ResolvedEvent resolved = new ResolvedEvent(SPACE, profile, 1, event, List.of());
    byte[] value = ResolvedEvent.encodeMoved(resolved, from);
    return say(Topics.PROFILE_EVENTS, 0, resolved.topicKey(), value);
  }

  /** A user's profile was linked to an account, with the identifier and the event. */
  public TopicRecords linked(String profile, String group, String messageId, long timestamp) {
    Identifier account = new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, group);
    IdentityChange change =
        new IdentityChange(
            SPACE,
            1,
            new IdentityChange.Mapped(
                account, ProfileIds.ofAccount(SPACE, group), timestamp, messageId, "web"));
    say(Topics.IDENTIFIERS, 0, change.topicKey(), IdentityChange.CODEC.encode(change));
    Event event =
        new Event(
            EventType.GROUP,
            messageId,
            timestamp,
            timestamp,
            "web",
            "",
            "u1",
            null,
            group,
            null,
            null,
            null,
            Event.NONE,
            Event.NONE,
            Event.NONE);
    ResolvedEvent resolved = new ResolvedEvent(SPACE, profile, 1, event, List.of(account));
    return say(Topics.PROFILE_EVENTS, 0, resolved.topicKey(), ResolvedEvent.CODEC.encode(resolved));
  }

  /** Both folds have marked a partition of the values. */
  public TopicRecords folded(int partition, long attempt, long asOf) {
    for (String stage : List.of("fold", "accounts")) {
      Marker marker = new Marker(stage, 0, 1, attempt, 3, asOf, Map.of());
      marker(Topics.PROFILE_CHANGES, partition, marker);
    }
    return this;
  }

  /** A stage has marked a partition. */
  public TopicRecords marker(String topic, int partition, Marker marker) {
    return say(topic, partition, marker.topicKey(), Marker.CODEC.encode(marker));
  }

  /** Applies what was said. */
  public void applied() {
    repository.ledger().accept(repository.applier().commit());
  }

  private TopicRecords change(String profile, long attempt, ProfileChange.Body body) {
    ProfileChange change = new ProfileChange(SPACE, profile, attempt, 5_000, body);
    return say(Topics.PROFILE_CHANGES, 0, change.topicKey(), ProfileChange.CODEC.encode(change));
  }

  private TopicRecords say(String topic, int partition, byte[] key, byte[] value) {
    long offset = offsets.merge(topic + partition, 1L, Long::sum) - 1;
    repository.applier().apply(topic, partition, offset, key, value);
    return this;
  }
}
