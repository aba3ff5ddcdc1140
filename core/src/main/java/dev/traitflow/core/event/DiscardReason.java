package dev.traitflow.core.event;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Why a call was refused. {@link #code} is that of the tracking API's discard table. */
public enum DiscardReason implements WireCode {
  BAD_REQUEST(0, "bad_request"),
  NO_USER_ANON_ID(1, "no_user_anon_id"),
  ID_NOT_STRING(2, "id_not_string"),
  EVENT_NOT_DEFINED(3, "event_not_defined"),
  EVENT_NOT_STRING(4, "event_not_string"),
  PROPERTIES_NOT_OBJECT(5, "properties_not_object"),
  TRAITS_NOT_OBJECT(6, "traits_not_object"),
  NAME_NOT_STRING(7, "name_not_string"),
  CATEGORY_NOT_STRING(8, "category_not_string"),
  EMPTY_BATCH(9, "empty_batch"),
  EVENT_TOO_LARGE(10, "event_too_large"),
  BATCH_TOO_MANY_EVENTS(11, "batch_too_many_events"),
  MESSAGE_ID_TOO_LONG(12, "message_id_too_long"),
  TIMESTAMP_OUT_OF_RANGE(13, "timestamp_out_of_range"),
  SOURCE_DISABLED(14, "source_disabled"),
  GROUP_ID_MISSING(15, "group_id_missing"),
  TOO_MANY_TRAITS(16, "too_many_traits"),
  TOO_MANY_PROPERTIES(17, "too_many_properties"),
  /** Every identifier of the event is blocked or empty: nothing to resolve it by. */
  NO_MATCHING_IDENTIFIERS(18, "no_matching_identifiers"),
  /** A record of a topic would be larger than any may be; it says that in its place. */
  RECORD_TOO_LARGE(19, "record_too_large"),
  /** The messageId was seen before within the deduplication window. */
  DUPLICATE(20, "duplicate"),
  /** The profile has as many custom traits as it may: new ones are left out, the rest is taken. */
  TOO_MANY_TRAIT_KEYS(21, "too_many_trait_keys"),
  /** The job could not get over the record, and an operator let it pass over it. */
  SKIPPED_BY_OPERATOR(22, "skipped_by_operator");

  private static final WireCodes<DiscardReason> CODES = new WireCodes<>("discard reason", values());

  private static final Map<String, DiscardReason> BY_WIRE_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(DiscardReason::wireName, reason -> reason));

  private final int wireCode;
  private final String code;
  private final String wireName;

  DiscardReason(int wireCode, String code) {
    this.wireCode = wireCode;
    this.code = code;
    this.wireName = code.toUpperCase(Locale.ROOT);
  }

  /**
   * The reason of a {@link #wireCode}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DiscardReason ofWireCode(int code) {
    return CODES.of(code);
  }

  /**
   * The reason of a {@link #wireName}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DiscardReason ofWireName(String name) {
    DiscardReason reason = BY_WIRE_NAME.get(name);
    if (reason == null) {
      throw new IllegalArgumentException(
          "discard reason: got '" + name + "' (expected one of " + BY_WIRE_NAME.keySet() + ")");
    }
    return reason;
  }

  @Override
  public int wireCode() {
    return wireCode;
  }

  /** The name in records of topics, such as {@code NO_USER_ANON_ID}. */
  public String wireName() {
    return wireName;
  }

  /** True if a part of the call was refused and the rest was taken. */
  public boolean isPartial() {
    return this == TOO_MANY_TRAIT_KEYS;
  }

  /** The code in answers and reports, such as {@code no_user_anon_id}. */
  public String code() {
    return code;
  }
}
