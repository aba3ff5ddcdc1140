package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.profile.Explanation;
import dev.traitflow.core.profile.KeptValues;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.store.read.HistoryTooLongException;
import dev.traitflow.server.store.read.PastInstant;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.read.StoredHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is answered about one profile by folding its stored history anew: its values at a moment of
 * the past, and why a value is what it is. No job is asked.
 *
 * <p>Known limit: a value that stayed when its definition was deleted is in no history, so that a
 * moment of the past does not show it.
 */
public final class ProfileReads {
  private final ProfileView view;
  private final SpaceDefinition space;
  private final String collection;
  private final String profile;
  private final ScoreExplainer explainer;

  /**
   * Reads about a canonical profile.
   *
   * @param view what is read; it stays the caller's to close
   * @param space today's definitions
   * @param collection {@code users} or {@code accounts}
   * @param explainer is asked why scores are what they are
   */
  public ProfileReads(
      ProfileView view,
      SpaceDefinition space,
      String collection,
      String profile,
      ScoreExplainer explainer) {
    this.view = view;
    this.space = space;
    this.collection = collection;
    this.profile = profile;
    this.explainer = explainer;
  }

  /**
   * The values at a moment of the past, by key in code-point order, with today's definitions and
   * identity. Cost grows with the history up to that moment.
   *
   * @throws HistoryTooLongException if the history is long and may not be slow
   */
  public List<TraitValue> traits(PastInstant past) {
    ProfileEngine engine =
        new ProfileEngine(
            ProfilePlan.of(SpaceTraits.of(space, collection)), SpaceTraits.level(collection));
    StoredHistory history = StoredHistory.at(view, space.id(), profile, past);
    List<TraitValue> present = new ArrayList<>();
    for (TraitValue value : engine.values(engine.fold(history, past.at()))) {
      if (value.json() != null) {
        present.add(value);
      }
    }
    return present;
  }

  /**
   * The whole profile as one line of an export, now.
   *
   * @param asOf the instant the values shown are right at
   */
  public byte[] whole(OptionalLong asOf) throws IOException {
    return ProfileExport.line(view, space.id(), profile, view.traits(space.id(), profile), asOf);
  }

  /**
   * The whole profile as one line of an export, at a moment of the past. Before its first event it
   * says when that is, as {@code first_event_at}.
   */
  public byte[] whole(PastInstant past) throws IOException {
    byte[] line =
        ProfileExport.line(view, space.id(), profile, traits(past), OptionalLong.of(past.at()));
    OptionalLong first = firstEvent();
    if (first.isEmpty() || first.getAsLong() <= past.at()) {
      return line;
    }
    ObjectNode whole = (ObjectNode) ExactJson.readOwn(line);
    return ExactJson.write(whole.put("first_event_at", IsoTime.format(first.getAsLong())));
  }

  private OptionalLong firstEvent() {
    long[] first = {Long.MAX_VALUE};
    view.events(
        space.id(),
        profile,
        0,
        Long.MAX_VALUE,
        true,
        resolved -> {
          first[0] = resolved.event().timestamp();
          return false;
        });
    return first[0] == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first[0]);
  }

  /**
   * Why a trait has the value it has now.
   *
   * @param now the instant the windows are judged at
   * @param limit the greatest number of events in each list; of features of each event in the
   *     explanation of a score
   * @return empty if the profile has no such trait and none is defined
   */
  public Optional<ObjectNode> why(String key, long now, int limit) {
    Optional<ObjectNode> answer = why(key, StoredHistory.of(view, space.id(), profile), now, limit);
    boolean frozen =
        space.traits().stream().anyMatch(trait -> trait.key().equals(key) && !trait.enabled());
    if (frozen && answer.isPresent()) {
      ExplanationJson.freeze(answer.get(), view.trait(space.id(), profile, key));
    }
    return answer;
  }

  /**
   * Why a trait had the value it had at a moment of the past.
   *
   * @throws HistoryTooLongException if the history is long and may not be slow
   */
  public Optional<ObjectNode> why(String key, PastInstant past, int limit) {
    return why(key, StoredHistory.at(view, space.id(), profile, past), past.at(), limit);
  }

  private Optional<ObjectNode> why(String key, StoredHistory history, long now, int limit) {
    Optional<TraitDefinition> trait = SpaceTraits.find(space, collection, key);
    if (trait.isPresent()) {
      Explanation explanation =
          Explanation.of(ComputedTrait.of(trait.get(), 0), history, now, limit);
      return Optional.of(ExplanationJson.of(explanation, SpaceTraits.json(space, trait.get())));
    }
    ProfileEngine engine =
        new ProfileEngine(ProfilePlan.of(List.of()), SpaceTraits.level(collection));
    for (TraitValue value : engine.values(engine.fold(history, now))) {
      if (value.key().equals(key) && value.json() != null) {
        return Optional.of(written(value, history, now, limit));
      }
    }
    ScoreReads scores = new ScoreReads(view, space, profile, explainer);
    return SpaceTraits.level(collection) == TraitLevel.USER
        ? SpaceTraits.prediction(space, key).map(each -> scores.missing(key, each, history, now))
        : Optional.empty();
  }

  private ObjectNode written(TraitValue value, StoredHistory history, long now, int limit) {
    List<Event> writer = writer(history, value);
    ObjectNode answer = ExplanationJson.ofWritten(value, writer, now);
    if (value.traitClass() == TraitValue.TraitClass.PREDICTION && !writer.isEmpty()) {
      new ScoreReads(view, space, profile, explainer)
          .explain(answer, history, writer.get(0), limit);
    }
    return answer;
  }

  /** The event that set a custom or predicted trait, or that kept what a deleted one was. */
  private List<Event> writer(StoredHistory history, TraitValue value) {
    EventType sets =
        SpaceTraits.level(collection) == TraitLevel.USER ? EventType.IDENTIFY : EventType.GROUP;
    boolean custom = value.traitClass() == TraitValue.TraitClass.CUSTOM;
    List<Event> found = new ArrayList<>();
    history.scan(
        value.updatedAt() - 1,
        value.updatedAt(),
        event -> {
          boolean writes =
              event.type() == EventType.WRITE && custom == KeptValues.isOfDeleted(event.name());
          if ((writes || (custom && event.type() == sets))
              && new EventFields(event).traits().has(value.key())) {
            found.clear();
            found.add(event);
          }
          return true;
        });
    return found;
  }
}
