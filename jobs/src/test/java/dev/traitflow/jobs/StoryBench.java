package dev.traitflow.jobs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierRule;
import dev.traitflow.core.identity.JoinOrder;
import dev.traitflow.core.identity.LimitWindow;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.identity.UnmergeOrder;
import dev.traitflow.core.profile.KeptValues;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.jobs.runtime.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A job chain and beside it the oracle, both fed with one log of many stories side by side, and the
 * comparison of what a reader of the topics knows with what is true.
 */
final class StoryBench implements AutoCloseable {
  /** When every log begins, epoch milliseconds. */
  static final long T0 = 480_000 * RandomStories.HOUR;

  private final Random random;
  private final JobChain chain;
  private final LogOracle oracle = new LogOracle();
  private final Map<String, List<LogEntry>> logs = new HashMap<>();
  private final Map<String, byte[]> definitions = new TreeMap<>();
  private final String seed;
  private long now = T0;
  private long flushes;
  private int kept;

  /** Calls that are told in their order in one space, for users that no other telling has. */
  record Telling(String space, String name, List<StoryCall> calls) {}

  StoryBench(long seed) throws Exception {
    this.seed = "seed " + seed;
    random = new Random(seed);
    chain = new JobChain(3, seed);
  }

  JobChain chain() {
    return chain;
  }

  TopicReader reader() {
    return chain.reader();
  }

  long now() {
    return now;
  }

  /** Appends a record to the log. */
  List<LogEntry> append(LogRecord added) {
    List<LogEntry> entries = chain.append(added);
    entries.forEach(oracle::take);
    return entries;
  }

  /** Defines a space. */
  void define(String space, byte[] json) {
    definitions.put(space, json);
    append(LogRecord.define(space, now, json));
  }

  /**
   * Deletes one trait of every space and disables another, as the server does: with what readers
   * see of them in the log.
   */
  void retire(String deleted, String disabled) throws Exception {
    settle();
    for (String space : List.copyOf(definitions.keySet())) {
      reader()
          .values(space)
          .forEach(
              (profile, values) -> {
                write(space, values.get(deleted), deleted, profile, KeptValues::ofDeleted);
                write(space, values.get(disabled), disabled, profile, KeptValues::ofFrozen);
              });
      ObjectNode json = (ObjectNode) new JsonMapper().readTree(definitions.get(space));
      ArrayNode traits = json.withArray("/traits");
      for (int i = traits.size() - 1; i >= 0; i--) {
        String key = traits.path(i).path("key").asText();
        if (key.equals(deleted)) {
          traits.remove(i);
        } else if (key.equals(disabled)) {
          ((ObjectNode) traits.path(i)).put("enabled", false);
        }
      }
      define(space, json.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** How many values stayed. */
  int kept() {
    return kept;
  }

  /** How a value that stays is written. */
  private interface Keeping {
    TraitWrite of(String profile, TraitValue value, long at);
  }

  private void write(
      String space, @Nullable String text, String key, String profile, Keeping keeping) {
    if (text != null) {
      byte[] json = text.getBytes(StandardCharsets.UTF_8);
      TraitValue seen = new TraitValue(key, TraitClass.COMPUTED, json, 1, now, "");
      append(LogRecord.write(space, now, keeping.of(profile, seen, now)));
      kept++;
    }
  }

  /** Appends an order about the first identifier of a call of a telling. */
  void order(Telling telling, LogRecord order) {
    log(telling).addAll(append(order));
  }

  /** Joins the profiles of identifiers of a telling; gives the merges' ids. */
  List<String> join(Telling telling, List<Identifier> ids) {
    Set<String> before = new HashSet<>(oracle.mergeIds(telling.space()));
    order(telling, new JoinOrder(ids).inLog(telling.space(), now));
    return oracle.mergeIds(telling.space()).stream().filter(id -> !before.contains(id)).toList();
  }

  /** Takes a merge of a telling back. */
  void unmerge(Telling telling, String merge) {
    order(telling, new UnmergeOrder(merge, List.of(), false).inLog(telling.space(), now));
  }

  /** Takes one of the merges of a telling's space back, if there is one. */
  void unmerge(Telling telling) {
    List<String> merges = oracle.mergeIds(telling.space());
    if (!merges.isEmpty()) {
      UnmergeOrder order =
          new UnmergeOrder(
              merges.get(random.nextInt(merges.size())), List.of(), random.nextBoolean());
      order(telling, order.inLog(telling.space(), now));
    }
  }

  /** How many profiles were taken apart. */
  int unmerges() {
    return oracle.unmerges();
  }

  private List<LogEntry> log(Telling telling) {
    return logs.computeIfAbsent(telling.name(), any -> new ArrayList<>());
  }

  /** Appends the calls of all tellings, each in its order, in any order between them. */
  void tell(Collection<Telling> tellings) {
    Map<String, Iterator<StoryCall>> left = new HashMap<>();
    tellings.forEach(telling -> left.put(telling.name(), telling.calls().iterator()));
    List<Telling> open = new ArrayList<>(tellings);
    while (!open.isEmpty()) {
      Telling telling = open.get(random.nextInt(open.size()));
      Iterator<StoryCall> calls = left.getOrDefault(telling.name(), Collections.emptyIterator());
      for (int i = random.nextInt(3); i >= 0 && calls.hasNext(); i--) {
        say(telling, calls.next());
      }
      if (!calls.hasNext()) {
        open.remove(telling);
      }
    }
  }

  /** Appends a call of a telling, now and then twice. */
  void say(Telling telling, StoryCall call) {
    now += random.nextInt(10_000);
    LogRecord said = call.toRecord(telling.space(), telling.name(), now);
    log(telling).addAll(append(said));
    if (random.nextInt(20) == 0) {
      log(telling).addAll(append(said));
    }
    if (random.nextInt(60) == 0) {
      append(LogRecord.tick(now));
    }
    if (random.nextInt(2_000) == 0) {
      append(LogRecord.flush(now, ++flushes));
    }
  }

  /** Lets time pass, after which every window that was open may be closed. */
  void passTime(long millis) {
    now += millis;
    append(LogRecord.tick(now));
  }

  /** Everything in the log is processed, written and read. */
  void settle() throws Exception {
    append(LogRecord.flush(now, ++flushes));
    chain.settle();
  }

  /**
   * The reader must know what is true in these spaces, neither less nor more, and the job must have
   * forgotten whom it merged away.
   */
  void assertReaderKnowsTheTruth(Collection<String> spaces) {
    Map<String, Set<String>> folded = chain.foldedProfiles();
    for (String space : spaces) {
      Map<Identifier, String> identifiers = new HashMap<>();
      reader()
          .owners(space)
          .forEach(
              (id, owner) ->
                  identifiers.put(
                      id,
                      reader().canonical(space, owner.profile())
                          + " "
                          + owner.createdAt()
                          + " "
                          + owner.firstMessageId()));
      compare(space, "identifiers", oracle.identifiers(space), identifiers);
      Map<String, String> merges = oracle.merges(space);
      compare(space, "merges", merges, reader().merges(space));
      Map<String, String> pointers = new TreeMap<>();
      for (String id : reader().pointers(space).keySet()) {
        pointers.put(id, reader().canonical(space, id));
      }
      compare(space, "pointers", merges, pointers);
      compare(space, "events", oracle.events(space), reader().events(space));
      compare(space, "values", members(oracle.values(space, now)), members(reader().values(space)));
      assertNoLimitIsExceeded(space);
      if (!oracle.profiles(space).equals(folded.getOrDefault(space, Set.of()))) {
        throw new AssertionError(
            "%s, space %s: the fold keeps %s (expected %s)"
                .formatted(seed, space, folded.get(space), oracle.profiles(space)));
      }
    }
  }

  /** What a reader sees of users must be a fold of their histories. */
  void assertValuesAreFoldsOfTheHistories(Collection<String> spaces) {
    for (String space : spaces) {
      Map<String, Map<String, String>> users = new TreeMap<>(reader().values(space));
      users.keySet().removeIf(ProfileIds::isAccount);
      compare(space, "values", members(oracle.values(space, now)), members(users));
    }
  }

  /** What a reader sees of accounts must be a fold of the events their users have now. */
  void assertAccountsAreFoldsOfTheirUsers(Collection<String> spaces) {
    for (String space : spaces) {
      Map<String, Map<String, String>> read = new TreeMap<>();
      for (Identifier id : reader().owners(space).keySet()) {
        String account = ProfileIds.ofAccount(space, id.value());
        Map<String, String> values = reader().valuesOf(space, account);
        if (id.type().equals(Identifier.GROUP_ID) && !values.isEmpty()) {
          read.put(id.value(), values);
        }
      }
      Map<String, Map<String, String>> expected = oracle.accounts(space, now);
      for (String group : union(expected.keySet(), read.keySet())) {
        if (!Objects.equals(expected.get(group), read.get(group))) {
          throw new AssertionError(
              "%s, space %s: account %s: got %s (expected %s)%n%s"
                  .formatted(
                      seed,
                      space,
                      group,
                      read.get(group),
                      expected.get(group),
                      story(StoryCall.telling(group))));
        }
      }
    }
  }

  private static <K> Set<K> union(Set<K> left, Set<K> right) {
    Set<K> union = new HashSet<>(left);
    union.addAll(right);
    return union;
  }

  /** A reader reads false of one who left an audience, the oracle knows nobody who was in one. */
  private static Map<String, Map<String, String>> members(
      Map<String, Map<String, String>> profiles) {
    Map<String, Map<String, String>> members = new TreeMap<>();
    profiles.forEach(
        (profile, values) -> {
          Map<String, String> kept = new TreeMap<>(values);
          kept.remove("aud0", "false");
          if (!kept.isEmpty()) {
            members.put(profile, kept);
          }
        });
    return members;
  }

  private <K, V> void compare(String space, String what, Map<K, V> expected, Map<K, V> read) {
    for (K key : union(expected.keySet(), read.keySet())) {
      if (!Objects.equals(expected.get(key), read.get(key))) {
        throw new AssertionError(
            "%s, space %s: %s of %s: got %s (expected %s)%n%s"
                .formatted(
                    seed, space, what, key, read.get(key), expected.get(key), logOf(space, key)));
      }
    }
  }

  private void assertNoLimitIsExceeded(String space) {
    Map<String, Integer> counts = new HashMap<>();
    for (Identifier id : reader().owners(space).keySet()) {
      IdentifierRule rule = oracle.rules(space).rule(id.type());
      int count = counts.merge(reader().profileOf(space, id) + id.type(), 1, Integer::sum);
      if (rule.window() == LimitWindow.EVER && count > rule.limit()) {
        throw new AssertionError(
            "%s, space %s: %s is one of %d on its profile (expected at most %d)%n%s"
                .formatted(seed, space, id, count, rule.limit(), logOf(space, id)));
      }
    }
  }

  /** The values a reader sees who looks for an identifier of a telling. */
  Map<String, String> valuesOf(Telling telling, Identifier id) {
    Map<String, String> values = reader().valuesOf(telling.space(), profileOf(telling, id));
    return members(Map.of("", values)).getOrDefault("", Map.of());
  }

  /** The profile a reader finds who looks for an identifier of a telling. */
  String profileOf(Telling telling, Identifier id) {
    String profile = reader().profileOf(telling.space(), StoryCall.told(id, telling.name()));
    if (profile == null) {
      throw new AssertionError(
          "%s, %s: %s is nobody's%n%s".formatted(seed, telling.name(), id, story(telling.name())));
    }
    return profile;
  }

  /** Fails with what was told. */
  AssertionError failure(String what, Telling... tellings) {
    StringBuilder message = new StringBuilder(seed).append(": ").append(what);
    for (Telling telling : tellings) {
      message.append('\n').append(story(telling.name()));
    }
    return new AssertionError(message.toString());
  }

  private String logOf(String space, Object key) {
    String telling =
        key instanceof Identifier id ? StoryCall.telling(id.value()) : tellingOf(space, key);
    return story(telling);
  }

  private String tellingOf(String space, Object profile) {
    Set<String> events = oracle.events(space).get(String.valueOf(profile));
    return events == null ? "" : StoryCall.telling(events.iterator().next());
  }

  private String story(String telling) {
    StringBuilder story = new StringBuilder("telling " + telling);
    for (LogEntry entry : logs.getOrDefault(telling, List.of())) {
      LogRecord said = entry.record();
      story.append(
          "%n%d/%d %s %s at %d %s %s"
              .formatted(
                  entry.partition(),
                  entry.offset(),
                  said.space(),
                  said.kind(),
                  said.at(),
                  said.type(),
                  new String(said.body(), StandardCharsets.UTF_8)));
    }
    return story.toString();
  }

  @Override
  public void close() {
    chain.close();
  }
}
