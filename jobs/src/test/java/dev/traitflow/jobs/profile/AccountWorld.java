package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.AccountMessage;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fold of users and behind it that of accounts, both on RocksDB, fed as the lane and the
 * histories feed them. It also keeps what was sent, for whoever folds it naively.
 */
final class AccountWorld implements AutoCloseable {
  static final String SPACE = "shop";

  private final FoldHarness users;
  private final FoldHarness accounts;
  private final @Nullable Random delays;
  private final Map<String, Deque<ProfileMessage>> underWay = new TreeMap<>();
  private final Map<String, List<ResolvedEvent>> segments = new LinkedHashMap<>();
  private final Map<String, String> canonical = new TreeMap<>();

  /** Each user's profile before any merge: another one after a deletion. */
  private final Map<String, String> born = new TreeMap<>();

  private final Map<String, Map<String, String>> values = new TreeMap<>();
  private final List<TopicRecord> written = new ArrayList<>();
  private long sequence;
  private long now;

  /** Both folds, with everything from the first at once in the second. */
  AccountWorld(boolean restarting, long now) throws Exception {
    this(restarting, now, null);
  }

  /**
   * Both folds. With {@code delays} what a user's fold sends arrives some time before the next
   * watermark, in the order of each user only: users may be on different subtasks.
   */
  AccountWorld(boolean restarting, long now, @Nullable Random delays) throws Exception {
    this.delays = delays;
    users = new FoldHarness(restarting);
    accounts = new FoldHarness(restarting, TraitLevel.ACCOUNT);
    this.now = now;
  }

  void define(String json) throws Exception {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    take(new ControlMessage.Define(++sequence, now, SPACE, body).addressed("~0", 0, 1));
  }

  /** A call of a user, seen now. */
  void call(String user, Event event) throws Exception {
    String profile = canonical(user);
    List<Identifier> ids = new ArrayList<>(List.of(Identifier.ofUser("user_id", user)));
    String group = event.groupId();
    if (event.type() == EventType.GROUP && group != null) {
      ids.add(new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, group));
    }
    ResolvedEvent resolved = new ResolvedEvent(SPACE, profile, ++sequence, event, ids);
    segments.computeIfAbsent(profile, any -> new ArrayList<>()).add(resolved);
    take(
        new EventMessage.LiveEvent(
            ProfileMessage.profileKey(SPACE, profile),
            sequence,
            now,
            event.timestamp(),
            event.messageId(),
            /* possibleRepeat= */ false,
            ResolvedEvent.CODEC.encode(resolved)));
  }

  /** Merges one user into another. */
  void merge(String loser, String survivor) throws Exception {
    String left = canonical(loser);
    String winner = canonical(survivor);
    if (left.equals(winner)) {
      return;
    }
    sequence++;
    List<String> moving = segments.keySet().stream().filter(s -> survivor(s).equals(left)).toList();
    if (moving.isEmpty()) {
      return;
    }
    String winnerKey = ProfileMessage.profileKey(SPACE, winner);
    String loserKey = ProfileMessage.profileKey(SPACE, left);
    int count = moving.size();
    for (String segment : moving) {
      for (ResolvedEvent resolved : segments.getOrDefault(segment, List.of())) {
        byte[] body = ResolvedEvent.CODEC.encode(resolved);
        long timestamp = resolved.event().timestamp();
        take(new EventMessage.MovedEvent(winnerKey, sequence, now, timestamp, count, body));
      }
      take(new MergeMessage.Moved(winnerKey, sequence, now, segment, count));
      take(new MergeMessage.Left(loserKey, sequence, now, segment, winner, count));
    }
    take(new MergeMessage.Hold(winnerKey, sequence, now, count));
    canonical.replaceAll((user, to) -> to.equals(left) ? winner : to);
    canonical.put(left, winner);
  }

  /** Deletes a user: each of its histories leaves, and nobody goes on with it. */
  void delete(String user) throws Exception {
    String gone = canonical(user);
    List<String> leaving =
        segments.keySet().stream().filter(s -> survivor(s).equals(gone)).toList();
    sequence++;
    for (String segment : leaving) {
      String key = ProfileMessage.profileKey(SPACE, gone);
      take(new MergeMessage.Left(key, sequence, now, segment, "", leaving.size()));
      segments.remove(segment);
    }
    born.replaceAll((each, id) -> survivor(id).equals(gone) ? each + "." + sequence : id);
  }

  /** Lets time pass in both folds. */
  void passTime(long instant) throws Exception {
    now = Math.max(now, instant);
    deliverAll();
    users.passTime(now);
    carry("");
    accounts.passTime(now);
  }

  /** Sends a barrier through both folds; the records the accounts wrote since the last call. */
  List<TopicRecord> flush(long number) throws Exception {
    take(new ControlMessage.Flush(number, now, false).addressed("~0", 0, 1));
    passTime(now);
    collect();
    List<TopicRecord> since = List.copyOf(written);
    written.clear();
    return since;
  }

  /** The values of an account as readers have them. */
  Map<String, String> values(String group) throws Exception {
    collect();
    return values.getOrDefault(ProfileIds.ofAccount(SPACE, group), Map.of());
  }

  /** The canonical id of a user. */
  String canonical(String user) {
    return survivor(born.computeIfAbsent(user, any -> user));
  }

  private String survivor(String profile) {
    return canonical.getOrDefault(profile, profile);
  }

  /** The events of each canonical user. */
  Map<String, List<Event>> histories() {
    Map<String, List<Event>> histories = new TreeMap<>();
    segments.forEach(
        (segment, events) ->
            events.forEach(
                resolved ->
                    histories
                        .computeIfAbsent(survivor(segment), any -> new ArrayList<>())
                        .add(resolved.event())));
    return histories;
  }

  long now() {
    return now;
  }

  FoldHarness accounts() {
    return accounts;
  }

  static Event event(
      EventType type, String name, String id, long at, @Nullable String group, String... parts) {
    List<byte[]> bytes =
        Arrays.stream(parts)
            .map(part -> part.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
            .toList();
    return new Event(
        type,
        id,
        at,
        at,
        "web",
        name,
        "u",
        null,
        group,
        null,
        null,
        null,
        bytes.get(0),
        bytes.get(1),
        bytes.get(2));
  }

  private void take(ProfileMessage message) throws Exception {
    users.take(message);
    carry(message.key());
  }

  private void carry(String sender) throws Exception {
    users.written();
    for (ProfileMessage message : users.sent()) {
      // One subtask: the copies for other key groups would only be repeated to it.
      if (message instanceof ControlMessage.Flush) {
        deliverAll();
      }
      if (!(message instanceof ControlMessage) || message.key().equals("~0")) {
        underWay.computeIfAbsent(user(message), any -> new ArrayDeque<>()).add(message);
      }
    }
    if (delays == null || sender.isEmpty() || sender.startsWith("~")) {
      deliverAll();
      return;
    }
    for (int some = delays.nextInt(12); some > 0 && !underWay.isEmpty(); some--) {
      List<String> senders = List.copyOf(underWay.keySet());
      deliver(senders.get(delays.nextInt(senders.size())));
    }
  }

  /**
   * Whose fold sent it, which need not be the one that was at work: a sweep visits others between
   * messages. What one fold sends stays in its order.
   */
  private static String user(ProfileMessage message) {
    if (message instanceof EventMessage.LiveEvent event) {
      return ResolvedEvent.profileOf(event.resolved());
    }
    if (message instanceof AccountMessage ofUser) {
      return ofUser.user();
    }
    return message.key();
  }

  /** A watermark and a barrier come behind everything sent before them. */
  private void deliverAll() throws Exception {
    while (!underWay.isEmpty()) {
      List<String> senders = List.copyOf(underWay.keySet());
      deliver(senders.get(delays == null ? 0 : delays.nextInt(senders.size())));
    }
  }

  private void deliver(String sender) throws Exception {
    Deque<ProfileMessage> queue = underWay.get(sender);
    if (queue != null) {
      accounts.take(queue.remove());
      if (queue.isEmpty()) {
        underWay.remove(sender);
      }
    }
  }

  private void collect() throws Exception {
    List<TopicRecord> records = accounts.written();
    written.addAll(records);
    FoldHarness.changes(records)
        .forEach(
            change ->
                values
                    .computeIfAbsent(change.profile(), any -> new TreeMap<>())
                    .putAll(FoldHarness.values(records, change.profile())));
  }

  @Override
  public void close() {
    users.close();
    accounts.close();
  }
}
