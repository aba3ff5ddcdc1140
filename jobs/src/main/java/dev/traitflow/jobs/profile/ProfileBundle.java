package dev.traitflow.jobs.profile;

import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.history.HistoryStates;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;

/**
 * The profiles a fold touched since it last wrote them back, decoded on the heap: one read and one
 * write of a profile's state for each bundle, however hot the profile (decision 0005).
 */
final class ProfileBundle {
  private static final int SESSIONS_MAX = 5_000;

  private final KeyContext keys;
  private final SpacePlans plans;
  private final FoldOutput outlet;
  private final ValueState<byte[]> foldState;
  private final HistoryStates histories;
  private final KeyedCustomTraits customTraits;

  /** Those of accounts; those of users are counted where their histories are kept. */
  private final @Nullable TraitKeys traitKeys;

  private final Map<String, ProfileSession> sessions = new LinkedHashMap<>();

  /** An empty bundle of the operator that {@code keys} and {@code chunks} belong to. */
  ProfileBundle(
      JobSettings settings,
      TraitLevel level,
      RuntimeContext context,
      KeyContext keys,
      HistoryStates.Chunks chunks,
      SpacePlans plans,
      PartialRefusals refusals,
      FoldOutput outlet) {
    this.keys = keys;
    this.plans = plans;
    this.outlet = outlet;
    foldState = context.getState(FoldProfiles.FOLD);
    histories = HistoryStates.of(level, chunks, context);
    customTraits = new KeyedCustomTraits(context.getMapState(KeyedCustomTraits.CUSTOM_TRAITS));
    traitKeys =
        level == TraitLevel.ACCOUNT
            ? new TraitKeys(settings, level, context, refusals, outlet::write)
            : null;
  }

  int size() {
    return sessions.size();
  }

  /** True if it must be flushed before more profiles are touched. */
  boolean isFull() {
    return sessions.size() >= SESSIONS_MAX;
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /** The session of the current key, begun if there is none. */
  ProfileSession session(String key) throws Exception {
    ProfileSession known = sessions.get(key);
    if (known != null) {
      return known;
    }
    byte[] stored = foldState.value();
    FoldState fold = stored == null ? new FoldState() : FoldState.CODEC.decode(stored);
    String space = ProfileMessage.spaceOf(key);
    ProfileSession session =
        new ProfileSession(
            fold,
            histories.history(key, fold.directory),
            customTraits,
            plans.engine(space),
            outlet.attempt(),
            plans.rescoreMillis(space));
    sessions.put(key, session);
    return session;
  }

  /** As {@link TraitKeys#reduce} does for an account, the current key; null for a user. */
  byte @Nullable [] reduce(byte[] event, long at) throws Exception {
    return traitKeys == null ? null : traitKeys.reduce(event, at);
  }

  /** Forgets all of the current key. */
  void clear(String key, ProfileSession session) {
    session.history().clear();
    customTraits.clear();
    foldState.clear();
    sessions.remove(key);
  }

  /**
   * Shows what changed, sends the features that are due, writes it back and ends all sessions. The
   * current key stays.
   */
  void flush() throws Exception {
    Object key = keys.getCurrentKey();
    for (Map.Entry<String, ProfileSession> entry : sessions.entrySet()) {
      if (entry.getValue().changed()) {
        keys.setCurrentKey(entry.getKey());
        flushSession(entry.getKey(), entry.getValue());
      }
    }
    sessions.clear();
    if (key != null) {
      keys.setCurrentKey(key);
    }
  }

  private void flushSession(String key, ProfileSession session) throws Exception {
    FoldState fold = session.fold();
    outlet.show(key, session);
    if (session.takeFeaturesDue()) {
      outlet.features(key, session, session.featuresInstant());
    }
    fold.engine = session.state().encode();
    fold.directory = session.history().directory();
    foldState.update(FoldState.CODEC.encode(fold));
  }
}
