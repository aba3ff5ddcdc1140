package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.questions.ProfileReads;
import dev.traitflow.server.questions.ScoreExplainer;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.HistoryTooLongException;
import dev.traitflow.server.store.read.PastInstant;
import dev.traitflow.server.store.read.ProfileView;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The answers of the Profile API that fold a history: the past, and why a value is what it is. */
public final class HistoryAnswers {
  private static final int EVENTS_DEFAULT = 100;
  private static final int EVENTS_MAX = 1_000;

  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final SpaceClock clock;
  private final ScoreExplainer explainer;

  public HistoryAnswers(
      SpaceRegistry spaces,
      ProfileRepository repository,
      SpaceClock clock,
      ScoreExplainer explainer) {
    this.spaces = spaces;
    this.repository = repository;
    this.clock = clock;
    this.explainer = explainer;
  }

  /** Shows the wanted values of a profile, now or at a moment of the past. */
  void traits(
      ProfileView view,
      ProfileAddress address,
      String profile,
      Optional<PastInstant> past,
      TraitSelection.Page page) {
    if (past.isEmpty()) {
      page.read(view, address.space(), profile);
      return;
    }
    try {
      for (TraitValue trait : reads(view, address, profile).traits(past.get())) {
        if (!page.test(trait)) {
          return;
        }
      }
    } catch (HistoryTooLongException tooLong) {
      throw limitExceeded(tooLong);
    }
  }

  /** The whole profile, as an export writes it. */
  byte[] whole(ProfileView view, ProfileAddress address, Optional<PastInstant> past)
      throws IOException {
    ProfileReads reads = reads(view, address, address.profile(view));
    try {
      return past.isPresent()
          ? reads.whole(past.get())
          : reads.whole(repository.asOf(address.space()));
    } catch (HistoryTooLongException tooLong) {
      throw limitExceeded(tooLong);
    }
  }

  /** Why a trait is what it is. */
  byte[] why(ProfileView view, ProfileAddress address, Query query, Optional<PastInstant> past) {
    int limit = query.integer("limit", EVENTS_DEFAULT, 1, EVENTS_MAX);
    String key = query.path().get(ProfileHandler.TRAIT_KEY);
    String profile = address.profile(view);
    ProfileReads reads = reads(view, address, profile);
    try {
      Optional<ObjectNode> answer =
          past.isPresent()
              ? reads.why(key, past.get(), limit)
              : reads.why(key, now(address.space()), limit);
      return answer
          .map(
              found ->
                  ExactJson.write(
                      found.put("segment_id", ProfileIds.shown(profile)).put("limit", limit)))
          .orElseThrow(
              () ->
                  new HttpProblem(
                      ErrorCode.NOT_FOUND,
                      "The profile has no trait '" + key + "', nor is it defined."));
    } catch (HistoryTooLongException tooLong) {
      throw limitExceeded(tooLong);
    }
  }

  /** The instant what profiles show is right at; the clock before anything was shown. */
  private long now(String space) {
    OptionalLong asOf = repository.asOf(space);
    return asOf.isPresent() ? asOf.getAsLong() : clock.now();
  }

  private ProfileReads reads(ProfileView view, ProfileAddress address, String profile) {
    SpaceDefinition space =
        spaces
            .find(address.space())
            .orElseThrow(() -> new HttpProblem(ErrorCode.NOT_FOUND, "Profile was not found."));
    return new ProfileReads(view, space, address.collection(), profile, explainer);
  }

  private static HttpProblem limitExceeded(HistoryTooLongException tooLong) {
    return new HttpProblem(
        ErrorCode.LIMIT_EXCEEDED,
        "This is slow, as " + tooLong.getMessage() + "; slow=true asks for it all the same.");
  }
}
