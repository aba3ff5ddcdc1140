package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.FailedCondition;
import dev.traitflow.core.condition.PropertyPath;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.profile.Explanation.Counted;
import dev.traitflow.core.profile.Explanation.NotCounted;
import dev.traitflow.core.profile.Explanation.Reason;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.Aggregation;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Tally;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitType;
import dev.traitflow.core.trait.Window;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges the events of a history one by one, in history order, for an {@link Explanation}. It folds
 * by itself instead of asking the engine, which forgets what it has subtracted.
 */
final class ExplanationFold {
  private final ComputedTrait trait;
  private final TraitDefinition definition;
  private final ActingUsers users;
  private final long now;
  private final boolean oneDecides;
  private final NewestEvents<Counted> counted;
  private final NewestEvents<NotCounted> notCounted;
  private final Map<Reason, Long> totals = new EnumMap<>(Reason.class);
  private Tally<?> tally;
  private boolean matched;
  private long countedTotal;
  private @Nullable Event decisive;
  private @Nullable Long sessionFirst;
  private @Nullable Long sessionLast;

  ExplanationFold(ComputedTrait trait, ActingUsers users, long now, int limit) {
    this.trait = trait;
    this.users = users;
    this.definition = trait.definition();
    this.now = now;
    this.oneDecides =
        definition.type() == TraitType.FIRST
            || definition.type() == TraitType.LAST
            || definition.aggregation() == Aggregation.MIN
            || definition.aggregation() == Aggregation.MAX;
    this.counted = new NewestEvents<>(Counted::event, limit);
    this.notCounted = new NewestEvents<>(NotCounted::event, limit);
    this.tally = trait.start();
  }

  /** Takes in the next event. */
  void take(Event event) {
    if (!EventNames.isCounted(event) || !event.name().equals(definition.event())) {
      return;
    }
    EventFields fields = new EventFields(event);
    Occurrence occurrence = trait.occurrence(fields);
    if (occurrence == null) {
      refuse(unfit(fields));
      return;
    }
    Reason outside = outside(event.timestamp());
    if (outside == Reason.FUTURE) {
      refuse(new NotCounted(event, outside, null, List.of()));
      return;
    }
    matched = true;
    if (outside != null) {
      refuse(new NotCounted(event, outside, null, List.of()));
      return;
    }
    if (trait.window() instanceof Window.Session session) {
      join(session, event.timestamp());
    }
    count(event, occurrence);
  }

  /** The explanation of what was taken in. */
  Explanation end() {
    Long closesAt = null;
    if (trait.window() instanceof Window.Session session && sessionLast != null) {
      closesAt = sessionLast + session.gapMillis();
      if (closesAt <= now) {
        leaveSession(Reason.SESSION_CLOSED);
      }
    }
    return new Explanation(
        definition,
        now,
        matched ? tally.result(users) : null,
        matched && tally.isTruncated(),
        matched,
        after(),
        until(),
        closesAt,
        countedTotal,
        counted.newestFirst(),
        totals,
        notCounted.newestFirst(),
        decisive);
  }

  private void count(Event event, Occurrence occurrence) {
    String before = oneDecides ? tally.result(users) : null;
    tally.add(occurrence);
    boolean isLast = definition.type() == TraitType.LAST && tells(event);
    if (oneDecides && (isLast || !Objects.equals(before, tally.result(users)))) {
      decisive = event;
    }
    countedTotal++;
    counted.add(new Counted(event, occurrence.values()));
  }

  /** True if an event that counts gives a value: always, but for a user without the trait told. */
  private boolean tells(Event event) {
    String told = definition.returnUserTrait();
    String user = event.userId();
    return told == null || (user != null && users.trait(users.canonical(user), told) != null);
  }

  private void join(Window.Session session, long timestamp) {
    if (sessionLast != null && timestamp - sessionLast >= session.gapMillis()) {
      leaveSession(Reason.OLDER_SESSION);
      sessionFirst = null;
    }
    sessionFirst = sessionFirst == null ? Long.valueOf(timestamp) : sessionFirst;
    sessionLast = timestamp;
  }

  private void leaveSession(Reason reason) {
    totals.merge(reason, countedTotal, Long::sum);
    for (Counted left : counted.newestFirst()) {
      notCounted.add(new NotCounted(left.event(), reason, null, List.of()));
    }
    counted.clear();
    countedTotal = 0;
    decisive = null;
    tally = trait.start();
  }

  private void refuse(NotCounted event) {
    totals.merge(event.reason(), 1L, Long::sum);
    notCounted.add(event);
  }

  /** Why an event of the name takes no part, whatever the window. */
  private NotCounted unfit(EventFields fields) {
    Event event = fields.event();
    if (!definition.backfill() && event.receivedAt() <= definition.createdAt()) {
      return new NotCounted(event, Reason.BEFORE_CREATION, null, List.of());
    }
    if (definition.onlyTagged() && !ComputedTrait.isTagged(fields)) {
      return new NotCounted(event, Reason.NOT_TAGGED, null, List.of());
    }
    String pointer = FailedCondition.pointer(definition.filter(), fields);
    JsonNode conditions = definition.conditions();
    if (pointer != null && conditions != null) {
      JsonNode property = conditions.at(pointer).path("property");
      List<String> found =
          property.isTextual()
              ? found(PropertyPath.parse(property.textValue()), fields)
              : List.of();
      return new NotCounted(event, Reason.CONDITION, "/conditions" + pointer, found);
    }
    PropertyPath property = definition.property();
    // An account's event without a user has nobody whose trait could be told.
    List<String> found = property == null ? List.of() : found(property, fields);
    if (found.isEmpty()) {
      return new NotCounted(event, Reason.PROPERTY_MISSING, null, found);
    }
    Reason reason =
        switch (definition.valueType()) {
          case NUMBER -> Reason.PROPERTY_NOT_NUMERIC;
          case ARRAY ->
              found.stream().anyMatch(json -> json.startsWith("["))
                  ? Reason.VALUE_TOO_LONG
                  : Reason.PROPERTY_NOT_AN_ARRAY;
          case TEXT -> Reason.VALUE_TOO_LONG;
        };
    // What is too long to be a value is too long to be shown.
    return new NotCounted(event, reason, null, reason == Reason.VALUE_TOO_LONG ? List.of() : found);
  }

  private static List<String> found(PropertyPath path, EventFields fields) {
    return path.values(fields).stream().map(ValueText::json).toList();
  }

  /** On which side of the window an instant lies; null if it lies inside. */
  private @Nullable Reason outside(long timestamp) {
    if (trait.window() instanceof Window.Lifetime) {
      return null;
    }
    if (timestamp > now) {
      return Reason.FUTURE;
    }
    if (trait.window() instanceof Window.Session) {
      return null;
    }
    if (timestamp <= now - ComputedState.leaveAge(trait.window())) {
      return Reason.BEFORE_WINDOW;
    }
    return timestamp > now - ComputedState.enterAge(trait.window()) ? Reason.AFTER_WINDOW : null;
  }

  private @Nullable Long after() {
    if (trait.window() instanceof Window.Lifetime) {
      return null;
    }
    if (trait.window() instanceof Window.Session) {
      return sessionFirst == null ? null : Long.valueOf(sessionFirst - 1);
    }
    return now - ComputedState.leaveAge(trait.window());
  }

  private @Nullable Long until() {
    if (trait.window() instanceof Window.Lifetime) {
      return null;
    }
    return trait.window() instanceof Window.Session
        ? sessionLast
        : Long.valueOf(now - ComputedState.enterAge(trait.window()));
  }
}
