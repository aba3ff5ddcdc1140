package dev.traitflow.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfileStore;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What accounts are by the rule alone: a fold of all events of the users whose history holds a
 * group call for the account, each event once, as these users are now.
 */
final class AccountOracle {
  private static final String ANY_SPACE = "s";

  private final IdentifierExtractor extractor;
  private final Map<String, Map<String, String>> traits;
  private final Map<String, List<Event>> users = new TreeMap<>();

  /**
   * An oracle of no users yet.
   *
   * @param traits the traits of each user, as JSON
   */
  AccountOracle(IdentifierExtractor extractor, Map<String, Map<String, String>> traits) {
    this.extractor = extractor;
    this.traits = traits;
  }

  /** Takes an event of a user. */
  void take(String user, Event event) {
    users.computeIfAbsent(user, any -> new ArrayList<>()).add(event);
  }

  /** The values of each account by its group id, those with none left out. */
  Map<String, Map<String, String>> values(ProfileEngine engine, long now) {
    Map<String, History> accounts = new HashMap<>();
    users.forEach(
        (user, events) -> {
          for (Event event : events) {
            Identifier account = extractor.account(event);
            if (account != null) {
              accounts.computeIfAbsent(account.value(), any -> new History()).link(user, account);
            }
          }
        });
    Map<String, Map<String, String>> values = new TreeMap<>();
    accounts.forEach(
        (group, history) -> {
          Map<String, String> shown = new TreeMap<>();
          for (TraitValue value : engine.values(engine.fold(history, now))) {
            String text = value.text();
            if (text != null) {
              shown.put(value.key(), text);
            }
          }
          if (!shown.isEmpty()) {
            values.put(group, shown);
          }
        });
    return values;
  }

  /** The history of an account, on the heap. */
  private final class History implements ProfileStore, ActingUsers {
    private final HeapProfileStore events = new HeapProfileStore();

    /** Brings in the whole history of a user; a second time changes nothing. */
    void link(String user, Identifier account) {
      for (Event event : users.getOrDefault(user, List.of())) {
        Identifier called = extractor.account(event);
        if (called == null ? EventNames.isCounted(event) : called.equals(account)) {
          events.append(ResolvedEvent.ofAccount(ANY_SPACE, user, 0, event, account).accountEvent());
        }
      }
    }

    @Override
    public void append(Event event) {
      events.append(event);
    }

    @Override
    public boolean contains(long timestamp, String messageId) {
      return events.contains(timestamp, messageId);
    }

    @Override
    public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
      events.scan(fromExclusive, toInclusive, visitor);
    }

    @Override
    public ActingUsers users() {
      return this;
    }

    @Override
    public @Nullable JsonNode trait(String user, String key) {
      String json = traits.getOrDefault(user, Map.of()).get(key);
      return json == null ? null : JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
    }
  }
}
