package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.space.KeptDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.ControlMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The engines of the spaces, each built once for a definition, and the scoring of everybody that
 * goes on. Restored from what every subtask kept: the newest of each space wins.
 */
final class SpacePlans {
  private static final int VERSION_1 = 1;
  private static final long MINUTE_MILLIS = 60_000L;

  /** Stands where version 1 kept when scores are due. */
  private static final long UNUSED = Long.MAX_VALUE;

  private static final long ROUND_DONE = -1;

  /** One space: its definition, its engine, its scoring. */
  static final class Plan {
    private final long sequence;
    private final byte[] json;
    private final ProfileEngine engine;
    private final Set<String> toldTraits;
    private final long rescoreMillis;
    private final boolean paused;
    private boolean sweepPending;
    private long swept;
    private long round;
    private long rescored;
    private long scoredSequence = -1;
    private boolean scorePending;

    Plan(TraitLevel level, long sequence, byte[] json) {
      this.sequence = sequence;
      this.json = json;
      SpaceDefinition definition = KeptDefinition.read(json);
      this.engine =
          new ProfileEngine(
              ProfilePlan.of(
                  definition.traits(level),
                  definition.staged(level),
                  level == TraitLevel.USER ? definition.audiences() : List.of()),
              level);
      this.paused = definition.paused();
      this.toldTraits = Set.copyOf(definition.userTraitsOfAccounts());
      this.rescoreMillis =
          level == TraitLevel.ACCOUNT
              ? 0
              : MINUTE_MILLIS
                  * definition.predictions().stream()
                      .mapToInt(PredictionDefinition::rescoreMinutes)
                      .min()
                      .orElse(0);
    }

    ProfileEngine engine() {
      return engine;
    }

    /** True if new traits are not to be computed for now. */
    boolean isPaused() {
      return paused;
    }

    /** True if profiles may be left that another definition folded, and may be worked on. */
    boolean sweepPending() {
      return sweepPending && !paused;
    }

    /** So many profiles were visited by the sweep that goes on. */
    void sweptTo(long profiles) {
      swept = profiles;
    }

    void sweepDone() {
      sweepPending = false;
    }

    /** True if the features of every profile are wanted. */
    boolean scorePending() {
      return scorePending;
    }

    void scoreDone() {
      scorePending = false;
    }

    /** Number of the scoring round that is pending or was done last. */
    long round() {
      return round;
    }

    /** Everyone is to be scored: a model was announced, or scores are due. */
    void score(long scoreSequence) {
      if (scoreSequence <= scoredSequence) {
        return;
      }
      scoredSequence = scoreSequence;
      scorePending = true;
      round++;
      rescored = 0;
    }

    /** So many known profiles were sent to the scorers in the round that goes on. */
    void rescoredTo(long profiles) {
      rescored = profiles;
    }
  }

  private final TraitLevel level;
  private final Map<String, Plan> plans = new HashMap<>();
  private final ProfileEngine undefined;

  /** No plans yet; of each definition the traits of this level will count. */
  SpacePlans(TraitLevel level) {
    this.level = level;
    this.undefined = new ProfileEngine(ProfilePlan.of(List.of()), level);
  }

  /** The engine of a space; one never defined computes nothing and keeps custom traits. */
  ProfileEngine engine(String space) {
    Plan plan = plans.get(space);
    return plan == null ? undefined : plan.engine();
  }

  /**
   * How long a profile's features are not sent again because of its events, in milliseconds; 0 if
   * events send none: no model was ever in force, or there is no prediction.
   */
  long rescoreMillis(String space) {
    Plan plan = plans.get(space);
    return plan == null || plan.round == 0 ? 0 : plan.rescoreMillis;
  }

  /** Keys of the users' traits that the space's accounts want to know. */
  Set<String> toldTraits(String space) {
    Plan plan = plans.get(space);
    return plan == null ? Set.of() : plan.toldTraits;
  }

  /** Takes a definition into force; an older one than is known is ignored. */
  void define(String space, long sequence, byte[] json) {
    Plan before = plans.get(space);
    if (before != null && before.sequence >= sequence) {
      return;
    }
    Plan plan = new Plan(level, sequence, json);
    plan.sweepPending =
        before == null
            || before.sweepPending
            || !before.toldTraits.equals(plan.toldTraits)
            || before.engine.plan().fingerprint() != plan.engine.plan().fingerprint()
            || before.engine.plan().audienceFingerprint()
                != plan.engine.plan().audienceFingerprint();
    if (before != null) {
      plan.rescored = before.rescored;
      plan.round = before.round;
      plan.scoredSequence = before.scoredSequence;
      plan.scorePending = before.scorePending;
    }
    plans.put(space, plan);
  }

  /** Begins a scoring round; a space that was never defined has nobody to score. */
  void score(ControlMessage.Score score) {
    Plan plan = plans.get(score.space());
    if (plan != null) {
      plan.score(score.sequence());
    }
  }

  /** Spaces and their plans. */
  Map<String, Plan> all() {
    return plans;
  }

  /**
   * How far this subtask is, for its markers: {@code defined/SPACE} is the place in the log of the
   * definition every profile has been brought to, {@code swept/SPACE} the number of profiles that
   * were while that goes on. {@code round/SPACE} is the place in the log of the newest order to
   * score everybody, {@code rescored/SPACE} how many known profiles were sent to the scorers for
   * it, -1 when all were.
   */
  Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    plans.forEach(
        (space, plan) -> {
          if (plan.sweepPending) {
            counts.put("swept/" + space, plan.swept);
          } else {
            counts.put("defined/" + space, plan.sequence);
          }
          if (plan.round > 0) {
            counts.put("round/" + space, plan.scoredSequence);
            counts.put("rescored/" + space, plan.scorePending ? plan.rescored : ROUND_DONE);
          }
        });
    return counts;
  }

  /** True if new traits of a space are not to be computed for now. */
  boolean isPaused(String space) {
    Plan plan = plans.get(space);
    return plan != null && plan.isPaused();
  }

  /** The plans, for operator state. */
  byte[] encode() {
    ByteWriter out = new ByteWriter(1024).writeByte(VERSION_1).writeInt(plans.size());
    plans.forEach(
        (space, plan) ->
            out.writeString(space)
                .writeLong(plan.sequence)
                .writeBytes(plan.json)
                .writeBoolean(plan.sweepPending)
                .writeLong(plan.round)
                .writeLong(plan.scoredSequence)
                .writeLong(UNUSED)
                .writeBoolean(plan.scorePending));
    return out.toBytes();
  }

  /** Adds what one subtask kept. A sweep any of them had not finished is begun again. */
  void restore(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_1, "space plans");
    for (int left = in.readInt(); left > 0; left--) {
      String space = in.readString();
      Plan plan = new Plan(level, in.readLong(), in.readBytes());
      plan.sweepPending = in.readBoolean();
      plan.round = in.readLong();
      plan.scoredSequence = in.readLong();
      long unusedSinceTheServerKeepsTheSchedule = in.readLong();
      plan.scorePending = in.readBoolean();
      Plan known = plans.get(space);
      if (known == null || known.sequence < plan.sequence) {
        plans.put(space, plan);
      } else if (known.sequence == plan.sequence) {
        known.sweepPending |= plan.sweepPending;
        known.scorePending |= plan.scorePending;
        known.round = Math.max(known.round, plan.round);
        known.scoredSequence = Math.max(known.scoredSequence, plan.scoredSequence);
      }
    }
  }
}
