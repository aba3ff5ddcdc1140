package dev.traitflow.jobs;

import java.util.List;

/**
 * The uids of the operators, by which a job finds its state again. Never renamed, never reused; the
 * golden list of the tests guards them.
 */
public final class Uids {
  public static final String READ_LOG = "read-log";
  public static final String PARSE_CALLS = "parse-calls";
  public static final String RESOLVE_IDENTITY = "resolve-identity";
  public static final String KEEP_HISTORY = "keep-history";
  public static final String FOLD_PROFILES = "fold-profiles";
  public static final String WRITE_IDENTITIES = "write-identities";
  public static final String WRITE_HISTORY = "write-history";
  public static final String WRITE_CHANGES = "write-changes";
  public static final String READ_FEATURES = "read-features";
  public static final String SCORE_PROFILES = "score-profiles";
  public static final String APPEND_TO_LOG = "append-to-log";
  public static final String WRITE_LOG = "write-log";
  public static final String READ_EVENTS = "read-events";
  public static final String READ_IDENTITIES = "read-identities";
  public static final String FOLLOW_MERGES = "follow-merges";
  public static final String BUILD_ROWS = "build-rows";
  public static final String COUNT_EVENTS = "count-events";
  public static final String WRITE_ROWS = "write-rows";
  public static final String FOLD_ACCOUNTS = "fold-accounts";
  public static final String WRITE_ACCOUNTS = "write-accounts";
  public static final String SEND_CALLS = "send-calls";
  public static final String SEND_RESOLVED = "send-resolved";
  public static final String SEND_KEPT = "send-kept";
  public static final String SEND_ACCOUNTS = "send-accounts";
  public static final String SEND_FEATURES = "send-features";
  public static final String SEND_SCORES = "send-scores";

  /** All of them. */
  public static final List<String> ALL =
      List.of(
          READ_LOG,
          PARSE_CALLS,
          RESOLVE_IDENTITY,
          KEEP_HISTORY,
          FOLD_PROFILES,
          WRITE_IDENTITIES,
          WRITE_HISTORY,
          WRITE_CHANGES,
          READ_FEATURES,
          SCORE_PROFILES,
          APPEND_TO_LOG,
          WRITE_LOG,
          READ_EVENTS,
          READ_IDENTITIES,
          FOLLOW_MERGES,
          BUILD_ROWS,
          COUNT_EVENTS,
          WRITE_ROWS,
          FOLD_ACCOUNTS,
          WRITE_ACCOUNTS,
          SEND_CALLS,
          SEND_RESOLVED,
          SEND_KEPT,
          SEND_ACCOUNTS,
          SEND_FEATURES,
          SEND_SCORES);

  private Uids() {}
}
