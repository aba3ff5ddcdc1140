package dev.traitflow.core.event;

import java.util.Locale;

/** Why a call was refused. The wire codes are those of the tracking API's discard table. */
public enum DiscardReason {
  BAD_REQUEST,
  NO_USER_ANON_ID,
  ID_NOT_STRING,
  EVENT_NOT_DEFINED,
  EVENT_NOT_STRING,
  PROPERTIES_NOT_OBJECT,
  TRAITS_NOT_OBJECT,
  NAME_NOT_STRING,
  CATEGORY_NOT_STRING,
  EMPTY_BATCH,
  EVENT_TOO_LARGE,
  BATCH_TOO_MANY_EVENTS,
  MESSAGE_ID_TOO_LONG,
  TIMESTAMP_OUT_OF_RANGE,
  SOURCE_DISABLED,
  GROUP_ID_MISSING,
  TOO_MANY_TRAITS,
  TOO_MANY_PROPERTIES,
  /** Every identifier of the event is blocked or empty: nothing to resolve it by. */
  NO_MATCHING_IDENTIFIERS,
  /** A record of a topic would be larger than any may be; it says that in its place. */
  RECORD_TOO_LARGE,
  /** The messageId was seen before within the deduplication window. */
  DUPLICATE,
  /** The profile has as many custom traits as it may: new ones are left out, the rest is taken. */
  TOO_MANY_TRAIT_KEYS,
  /** The job could not get over the record, and an operator let it pass over it. */
  SKIPPED_BY_OPERATOR;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** True if a part of the call was refused and the rest was taken. */
  public boolean isPartial() {
    return this == TOO_MANY_TRAIT_KEYS;
  }

  /** The code on the wire, such as {@code no_user_anon_id}. */
  public String code() {
    return code;
  }
}
