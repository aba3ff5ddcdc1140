package dev.traitflow.server.store.barrier;

import dev.traitflow.core.topic.Topics;
import java.util.List;

/**
 * A stage of the jobs that marks its output.
 *
 * @param topic where its output goes
 * @param name its name in markers
 */
record Stage(String topic, String name) {
  /** Resolves calls to profiles; the counts of its markers say what became of the calls. */
  static final Stage RESOLVE = new Stage(Topics.IDENTIFIERS, "resolve");

  /** The same stage's log of decisions. */
  static final Stage DECISIONS = new Stage(Topics.INSIGHTS, "resolve");

  /** Keeps the events of each profile. */
  static final Stage HISTORY = new Stage(Topics.PROFILE_EVENTS, "history");

  /** Computes the values of users. */
  static final Stage FOLD = new Stage(Topics.PROFILE_CHANGES, "fold");

  /** Computes the values of accounts. */
  static final Stage ACCOUNTS = new Stage(Topics.PROFILE_CHANGES, "accounts");

  /** All whose markers must have come out of every partition before a flush is answered. */
  static final List<Stage> ALL = List.of(RESOLVE, DECISIONS, HISTORY, FOLD, ACCOUNTS);
}
