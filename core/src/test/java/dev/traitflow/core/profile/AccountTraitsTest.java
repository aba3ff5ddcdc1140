package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.Definitions;
import dev.traitflow.core.trait.EventBuilder;
import dev.traitflow.core.trait.TraitLevel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of traits of accounts, each by its example. */
class AccountTraitsTest {
  private static final String MOST =
      "'type':'most_frequent','minimum_frequency':1,'return_user_trait':'email'";

  private final Map<String, String> emails = new HashMap<>();
  private final Map<String, String> merged = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  @Test
  void countsByUserAndTellsTheTraitOfTheOneWhoActedMost() {
    acts("u1", 2).acts("u2", 3).emails("u1", "'a'").emails("u2", "'b'");
    assertThat(value(MOST)).isEqualTo("\"b\"");
    // Two users with one trait are not counted together.
    emails("u3", "'a'").acts("u3", 2);
    assertThat(value(MOST)).isEqualTo("\"b\"");
  }

  @Test
  void breaksTiesByTheTraitNotByTheUser() {
    acts("u1", 2).acts("u2", 2).emails("u1", "'z'").emails("u2", "'y'");
    assertThat(value(MOST)).isEqualTo("\"y\"");
  }

  @Test
  void passesOverUsersWithoutAUsableTrait() {
    acts("u1", 3).acts("u2", 1).emails("u1", "null").emails("u2", "'b'");
    assertThat(value(MOST)).isEqualTo("\"b\"");
    assertThat(value("'type':'first','return_user_trait':'email'")).isEqualTo("\"b\"");
    assertThat(value("'type':'last','return_user_trait':'email','value_type':'number'"))
        .isEqualTo("null");
  }

  @Test
  void countsAMergedUserAsTheSurvivor() {
    acts("u1", 2).acts("u2", 2).acts("u3", 3).emails("u2", "'b'").emails("u3", "'c'");
    assertThat(value(MOST)).isEqualTo("\"c\"");
    merged.put("u1", "u2");
    assertThat(value(MOST)).isEqualTo("\"b\"");
  }

  @Test
  void ignoresTheTagUnlessAsked() {
    events.add(acted("u1", "{'groupId':'g1'}"));
    events.add(acted("u1", "{'groupId':'g2'}"));
    events.add(acted("u1", "{}"));
    assertThat(value("'type':'event_counter'")).isEqualTo("3");
    assertThat(value("'type':'event_counter','only_tagged':true")).isEqualTo("1");
  }

  @Test
  void takesTheTraitsOfGroupCallsAndNotOfIdentifyCalls() {
    HeapProfileStore history = new HeapProfileStore();
    String json = "{\"n\":1}";
    EventBuilder identify = EventBuilder.identify(json);
    history.append(identify.id("i").build());
    for (TraitLevel level : TraitLevel.values()) {
      ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of()), level);
      assertThat(engine.values(engine.fold(history, 1))).hasSize(level == TraitLevel.USER ? 1 : 0);
    }
  }

  @Test
  void refusesALoopAcrossLevels() throws Exception {
    String space =
        "{'name':'S','traits':[{'key':'a','level':'account','type':'event_counter','event':'E'},"
            + "{'key':'b','level':'account','type':'last','event':'E','return_user_trait':'a'}]}";
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition.parse(new ObjectMapper().readTree(space.replace('\'', '"')), problems);
    assertThat(problems)
        .extracting(Problem::toString)
        .anyMatch(problem -> problem.startsWith("/traits/1/return_user_trait: got 'a'"));
  }

  @Test
  void derivesTheIdOfAnAccountFromSpaceAndGroup() {
    assertThat(ProfileIds.ofAccount("s", "g1"))
        .matches("acc_[0-9A-Za-z]{22}")
        .isEqualTo(ProfileIds.ofAccount("s", "g1"))
        .isNotEqualTo(ProfileIds.ofAccount("s", "g2"))
        .isNotEqualTo(ProfileIds.ofAccount("s2", "g1"));
  }

  private AccountTraitsTest acts(String user, int times) {
    for (int i = 0; i < times; i++) {
      events.add(acted(user, "{}"));
    }
    return this;
  }

  private AccountTraitsTest emails(String user, String json) {
    emails.put(user, json);
    return this;
  }

  private Event acted(String user, String context) {
    String id = "m" + events.size();
    Event event =
        EventBuilder.of(EventType.TRACK, "E")
            .id(id)
            .at(events.size())
            .in(context.replace('\'', '"'))
            .build();
    Identifier account = new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, "g1");
    return ResolvedEvent.ofAccount("s", user, 1, event, account).accountEvent();
  }

  private @Nullable String value(String definition) {
    String json = "{'key':'t','level':'account','event':'E'," + definition + "}";
    ProfileEngine engine =
        new ProfileEngine(ProfilePlan.of(List.of(Definitions.of(json))), TraitLevel.ACCOUNT);
    AccountHistory history = new AccountHistory();
    events.forEach(history::append);
    List<TraitValue> values = engine.values(engine.fold(history, 1_000));
    return values.isEmpty() ? null : String.valueOf(values.get(0).text());
  }

  private final class AccountHistory implements ProfileStore, ActingUsers {
    private final HeapProfileStore store = new HeapProfileStore();

    @Override
    public void append(Event event) {
      store.append(event);
    }

    @Override
    public boolean contains(long timestamp, String messageId) {
      return store.contains(timestamp, messageId);
    }

    @Override
    public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
      store.scan(fromExclusive, toInclusive, visitor);
    }

    @Override
    public ActingUsers users() {
      return this;
    }

    @Override
    public @Nullable JsonNode trait(String user, String key) {
      String json = emails.get(user);
      return json == null ? null : Definitions.json(json);
    }

    @Override
    public String canonical(String user) {
      return merged.getOrDefault(user, user);
    }
  }
}
