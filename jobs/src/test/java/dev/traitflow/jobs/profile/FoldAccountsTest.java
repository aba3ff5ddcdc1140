package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most tests run twice: once through, and with a restart of both folds after every message. */
final class FoldAccountsTest {
  private static final long HOUR = 3_600_000L;
  private static final long T0 = 480_000 * HOUR;
  private static final List<String> GROUPS = List.of("g0", "g1", "g2");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SEEDS = Boolean.getBoolean("traitflow.test.all") ? 400 : 12;

  /** The first four are left to the engine; those that tell users are folded naively. */
  private static final String DEFINITION =
      """
      {'name': 'Shop', 'traits': [
        {'key': 'logins', 'level': 'account', 'type': 'event_counter', 'event': 'Login'},
        {'key': 'tagged', 'level': 'account', 'type': 'event_counter', 'event': 'Login',
         'only_tagged': true},
        {'key': 'day', 'level': 'account', 'type': 'aggregation', 'aggregation': 'sum',
         'event': 'Login', 'property': 'n', 'window': {'within': '1 d'}},
        {'key': 'session', 'level': 'account', 'type': 'unique_list', 'event': 'Login',
         'property': 'n', 'window': {'session': '1 h'}},
        {'key': 'most', 'level': 'account', 'type': 'most_frequent', 'event': 'Login',
         'minimum_frequency': 1, 'return_user_trait': 'email'},
        {'key': 'first', 'level': 'account', 'type': 'first', 'event': 'Login',
         'return_user_trait': 'own', 'value_type': 'number'},
        {'key': 'last', 'level': 'account', 'type': 'last', 'event': 'Login',
         'return_user_trait': 'email'},
        {'key': 'own', 'type': 'event_counter', 'event': 'Login'}]}
      """
          .replace('\'', '"');

  private int messages;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAccountCountsTheEventsOfAllItsUsersEachOnce(boolean restarting) throws Exception {
    try (AccountWorld world = new AccountWorld(restarting, T0)) {
      world.define(DEFINITION);
      world.call("a", login(T0 - 9, "1"));
      world.call("a", login(T0 - 8, "2"));
      world.call("a", group("g0", T0, "{'industry':'SW'}"));
      world.call("b", group("g0", T0 - 7, "{'size':3}"));
      world.call("b", login(T0 - 6, "4"));
      assertThat(world.values("g0"))
          .containsEntry("logins", "3")
          .containsEntry("day", "7")
          .containsEntry("industry", "\"SW\"")
          .containsEntry("size", "3")
          .containsEntry("first", "2")
          .doesNotContainKey("own");
      world.merge("a", "b");
      assertThat(world.values("g0")).containsEntry("logins", "3").containsEntry("first", "3");
    }
  }

  @Test
  void anAccountForgetsAUserWhoIsDeletedAndOnesMergedIntoIt() throws Exception {
    try (AccountWorld world = new AccountWorld(false, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0 - 3, "{'industry':'SW','size':1}"));
      world.call("a", identify(T0, "{'email':'a@x.io'}"));
      world.call("a", login(T0 - 9, "1"));
      world.call("b", group("g0", T0 - 7, "{'size':3}"));
      world.call("b", login(T0 - 6, "4"));
      world.call("c", group("g0", T0 - 7, "{}"));
      world.call("c", login(T0 - 5, "2"));
      world.merge("c", "a");
      assertThat(world.values("g0")).containsEntry("logins", "3").containsEntry("size", "1");
      world.delete("a");
      world.accounts().restart();
      world.flush(1);
      assertThat(world.values("g0"))
          .containsEntry("logins", "1")
          .containsEntry("day", "4")
          .containsEntry("first", "1")
          .containsEntry("last", "null")
          .containsEntry("industry", "null")
          .containsEntry("size", "3");
      world.delete("b");
      world.flush(2);
      assertThat(world.values("g0")).containsEntry("size", "null");
      assertThat(world.values("g0").values()).containsOnly("null");
    }
  }

  @Test
  void anAccountOfManyEventsIsFoldedAgainInSlicesThatRestartsInterrupt() throws Exception {
    try (AccountWorld world = new AccountWorld(false, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0, "{}"));
      world.call("b", group("g0", T0, "{}"));
      for (int i = 0; i < 4_000; i++) {
        world.call(i % 2 == 0 ? "a" : "b", login(T0 - i, "1"));
      }
      assertThat(world.values("g0")).containsEntry("logins", "4000");
      world.delete("a");
      world.accounts().restart();
      world.call("b", login(T0, "1"));
      world.accounts().restart();
      assertThat(world.values("g0")).containsEntry("logins", "4000");
      world.flush(1);
      assertThat(world.values("g0")).containsEntry("logins", "2001").containsEntry("day", "2001");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aUserOfTwoAccountsContributesToBothButEachKeepsItsTraits(boolean restarting)
      throws Exception {
    try (AccountWorld world = new AccountWorld(restarting, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0, "{'name':'Null'}"));
      world.call("a", group("g1", T0, "{'name':'One'}"));
      world.call("a", login(T0, "1"));
      assertThat(world.values("g0")).containsEntry("logins", "1").containsEntry("name", "\"Null\"");
      assertThat(world.values("g1")).containsEntry("logins", "1").containsEntry("name", "\"One\"");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTraitOfAUserThatChangesChangesTheAccountWithoutAnEvent(boolean restarting)
      throws Exception {
    try (AccountWorld world = new AccountWorld(restarting, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0, "{}"));
      world.call("a", login(T0, "1"));
      assertThat(world.values("g0")).containsEntry("most", "null");
      world.call("a", identify(T0, "{'email':'a@x.io'}"));
      assertThat(world.values("g0")).containsEntry("most", "\"a@x.io\"");
      world.call("a", identify(T0 + 1, "{'email':'b@x.io'}"));
      assertThat(world.values("g0")).containsEntry("most", "\"b@x.io\"");
      world.call("a", identify(T0 + 2, "{'email':null}"));
      assertThat(world.values("g0")).containsEntry("most", "null");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void windowsOfAnAccountMoveWithTimeAlone(boolean restarting) throws Exception {
    try (AccountWorld world = new AccountWorld(restarting, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0, "{}"));
      world.call("a", login(T0, "5"));
      world.passTime(T0 + 24 * HOUR - 1);
      assertThat(world.values("g0")).containsEntry("day", "5");
      world.passTime(T0 + 24 * HOUR);
      assertThat(world.values("g0")).containsEntry("day", "0");
      assertThat(world.accounts().timers()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNewDefinitionReachesAccountsAndWhatTheyMustKnowOfUsers(boolean restarting)
      throws Exception {
    try (AccountWorld world = new AccountWorld(restarting, T0)) {
      world.call("a", group("g0", T0, "{}"));
      world.call("a", login(T0, "5"));
      world.call("a", identify(T0, "{'email':'a@x.io'}"));
      world.define(DEFINITION);
      world.flush(1);
      assertThat(world.values("g0"))
          .containsEntry("logins", "1")
          .containsEntry("last", "\"a@x.io\"");
    }
  }

  @Test
  void aBarrierComesOutOfTheAccountsBehindTheirValues() throws Exception {
    try (AccountWorld world = new AccountWorld(false, T0)) {
      world.define(DEFINITION);
      world.call("a", group("g0", T0, "{}"));
      world.call("a", login(T0, "5"));
      List<Marker> markers = FoldHarness.markers(world.flush(7), Topics.PROFILE_CHANGES);
      assertThat(markers)
          .anyMatch(marker -> marker.flush() == 7)
          .allMatch(marker -> marker.stage().equals(FoldProfiles.ACCOUNTS_STAGE));
    }
  }

  /** The law, in any order of arrival, with late links and merges. */
  @Test
  void valuesAreThoseOfANaiveFoldOverTheUnionOfTheUsers() throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      checkLaw(seed, 60, false);
    }
  }

  @Test
  void valuesAreThoseOfANaiveFoldWithARestartAfterEveryMessage() throws Exception {
    checkLaw(1, 14, true);
  }

  private void checkLaw(int seed, int steps, boolean restarting) throws Exception {
    Random random = new Random(seed);
    try (AccountWorld world = new AccountWorld(restarting, T0, new Random(seed))) {
      int definedAt = random.nextInt(steps / 2);
      for (int step = 0; step < steps; step++) {
        if (step == definedAt) {
          world.define(DEFINITION);
        }
        act(world, random);
        if (step > definedAt && random.nextInt(8) == 0) {
          world.flush(step);
          compare(world, seed, step);
        }
      }
      world.flush(steps);
      compare(world, seed, steps);
    }
  }

  private void act(AccountWorld world, Random random) throws Exception {
    String user = "u" + random.nextInt(5);
    long at = world.now() - random.nextInt(50) * HOUR / 2;
    String group = GROUPS.get(random.nextInt(GROUPS.size()));
    switch (random.nextInt(12)) {
      case 0, 1 -> world.call(user, group(group, at, "{'name':'" + random.nextInt(9) + "'}"));
      case 2, 3 ->
          world.call(
              user,
              identify(at, random.nextInt(4) == 0 ? "{'email':null}" : "{'email':'" + at + "'}"));
      case 4 -> {
        if (random.nextInt(3) == 0) {
          world.delete(user);
        } else {
          world.merge(user, "u" + random.nextInt(5));
        }
      }
      case 5 -> world.passTime(world.now() + random.nextInt(20) * HOUR / 2);
      default -> {
        String context = random.nextBoolean() ? "{'groupId':'" + group + "'}" : "{}";
        String properties = "{'n':" + random.nextInt(5) + "}";
        world.call(
            user,
            AccountWorld.event(
                EventType.TRACK, "Login", id(), at, null, properties, "{}", context));
      }
    }
  }

  private void compare(AccountWorld world, int seed, int step) throws Exception {
    for (String group : GROUPS) {
      Map<String, String> got = new TreeMap<>(world.values(group));
      got.values().removeIf("null"::equals);
      assertThat(got)
          .as("account %s of seed %d at step %d", group, seed, step)
          .isEqualTo(naive(world, group));
    }
  }

  private static Map<String, String> naive(AccountWorld world, String group) throws Exception {
    HeapProfileStore union = new HeapProfileStore();
    Map<String, List<Event>> logins = new TreeMap<>();
    Map<String, List<Event>> histories = world.histories();
    histories.forEach(
        (user, events) -> {
          if (events.stream().anyMatch(event -> isOf(event, group))) {
            for (Event event : events) {
              if (event.type() == EventType.TRACK) {
                union.append(withGroup(event, group));
                logins.computeIfAbsent(user, any -> new ArrayList<>()).add(event);
              } else if (isOf(event, group)) {
                union.append(event);
              }
            }
          }
        });
    ProfileEngine engine = engine();
    Map<String, String> values = new TreeMap<>();
    for (TraitValue value : engine.values(engine.fold(union, world.now()))) {
      if (value.json() != null && !List.of("most", "first", "last").contains(value.key())) {
        values.put(value.key(), String.valueOf(value.text()));
      }
    }
    String most = null;
    int count = 0;
    Event first = null;
    Event last = null;
    for (Map.Entry<String, List<Event>> user : logins.entrySet()) {
      String email = email(histories.getOrDefault(user.getKey(), List.of()));
      List<Event> own = user.getValue();
      for (Event event : own) {
        if (first == null || Event.HISTORY_ORDER.compare(event, first) < 0) {
          first = event;
          values.put("first", Integer.toString(own.size()));
        }
        if (email != null && (last == null || Event.HISTORY_ORDER.compare(event, last) > 0)) {
          last = event;
          values.put("last", email);
        }
      }
      boolean wins = own.size() > count || (own.size() == count && before(email, most));
      if (email != null && wins) {
        most = email;
        count = own.size();
        values.put("most", email);
      }
    }
    return values;
  }

  private static boolean before(@Nullable String email, @Nullable String most) {
    return email != null && most != null && email.compareTo(most) < 0;
  }

  private static @Nullable String email(List<Event> history) throws Exception {
    List<Event> ordered = new ArrayList<>(history);
    ordered.sort(Event.HISTORY_ORDER);
    String email = null;
    for (Event event : ordered) {
      if (event.type() == EventType.IDENTIFY) {
        JsonNode value = JSON.readTree(event.traits()).get("email");
        email = value.isNull() ? null : value.toString();
      }
    }
    return email;
  }

  private static boolean isOf(Event event, String group) {
    return event.type() == EventType.GROUP && group.equals(event.groupId());
  }

  private static Event withGroup(Event event, String group) {
    return AccountWorld.event(
        event.type(),
        event.name(),
        event.messageId(),
        event.timestamp(),
        group,
        text(event.properties()),
        "{}",
        text(event.context()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ProfileEngine engine() throws Exception {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = SpaceDefinition.parse(JSON.readTree(DEFINITION), problems);
    assertThat(problems).isEmpty();
    return new ProfileEngine(ProfilePlan.of(space.traits(TraitLevel.ACCOUNT)), TraitLevel.ACCOUNT);
  }

  private Event login(long at, String n) {
    String properties = "{'n':" + n + "}";
    return AccountWorld.event(EventType.TRACK, "Login", id(), at, null, properties, "{}", "{}");
  }

  private Event group(String group, long at, String traits) {
    return AccountWorld.event(EventType.GROUP, "", id(), at, group, "{}", traits, "{}");
  }

  private Event identify(long at, String traits) {
    return AccountWorld.event(EventType.IDENTIFY, "", id(), at, null, "{}", traits, "{}");
  }

  private String id() {
    return "m" + ++messages;
  }
}
