package dev.traitflow.core.event;

import dev.traitflow.core.event.CallFields.Part;
import dev.traitflow.core.event.CallFields.Text;
import dev.traitflow.core.event.Parsed.Rejected;
import dev.traitflow.core.text.WhiteSpace;
import org.jspecify.annotations.Nullable;

/**
 * The table of what makes a call invalid, checked in a fixed order: the first rule wins. For a
 * strict caller a text of only white space is an empty one.
 */
final class CallRules {
  private final boolean strict;

  CallRules(boolean strict) {
    this.strict = strict;
  }

  /** Why the call is refused, or null if it is not. */
  @Nullable Rejected check(EventType type, CallFields fields) {
    Rejected refusal = checkIds(type, fields);
    refusal = refusal != null ? refusal : checkNames(type, fields);
    refusal = refusal != null ? refusal : checkParts(type, fields);
    return refusal != null ? refusal : checkGroup(type, fields);
  }

  /**
   * Where the traits of a call are. RudderStack's browser client sends those of an identify in
   * {@code context.traits} only.
   */
  static Part traitsOf(EventType type, CallFields fields) {
    return type == EventType.IDENTIFY && !fields.has(Part.TRAITS)
        ? Part.CONTEXT_TRAITS
        : Part.TRAITS;
  }

  /**
   * The group id; null if the call has none, or a blank or too long one, which names no account.
   */
  static @Nullable String groupId(CallFields fields) {
    String groupId = fields.text(Text.GROUP_ID);
    boolean usable = groupId != null && !WhiteSpace.strip(groupId).isEmpty() && !isTooLong(groupId);
    return usable ? groupId : null;
  }

  private @Nullable Rejected checkIds(EventType type, CallFields fields) {
    String messageId = fields.text(Text.MESSAGE_ID);
    if (messageId != null && length(messageId) > EventParser.MESSAGE_ID_CHARS_MAX) {
      return new Rejected(
          DiscardReason.MESSAGE_ID_TOO_LONG,
          "messageId: got "
              + length(messageId)
              + " characters (expected at most "
              + EventParser.MESSAGE_ID_CHARS_MAX
              + ")");
    }
    Rejected refusal = checkId(fields, Text.USER_ID, "userId");
    refusal = refusal != null ? refusal : checkId(fields, Text.ANONYMOUS_ID, "anonymousId");
    if (refusal == null && type == EventType.ALIAS) {
      refusal = checkId(fields, Text.PREVIOUS_ID, "previousId");
    }
    if (refusal == null
        && fields.text(Text.USER_ID) == null
        && fields.text(Text.ANONYMOUS_ID) == null) {
      refusal =
          new Rejected(
              DiscardReason.NO_USER_ANON_ID,
              "userId, anonymousId: got neither (expected at least one)");
    }
    return refusal;
  }

  private @Nullable Rejected checkId(CallFields fields, Text field, String name) {
    return checkText(fields, field, name, DiscardReason.ID_NOT_STRING);
  }

  private @Nullable Rejected checkText(
      CallFields fields, Text field, String name, DiscardReason reason) {
    String text = fields.text(field);
    if (fields.isWrongType(field)) {
      return new Rejected(reason, name + ": got another type (expected a text)");
    }
    if (text != null && isEmpty(text)) {
      return new Rejected(
          reason, name + ": got " + describe(text) + " (expected some visible characters)");
    }
    return null;
  }

  private @Nullable Rejected checkNames(EventType type, CallFields fields) {
    if (type == EventType.TRACK) {
      String event = fields.text(Text.EVENT);
      if (fields.isWrongType(Text.EVENT)) {
        return new Rejected(
            DiscardReason.EVENT_NOT_STRING, "event: got another type (expected a text)");
      }
      if (event == null || isEmpty(event)) {
        return new Rejected(
            DiscardReason.EVENT_NOT_DEFINED,
            "event: got " + describe(event) + " (expected a name for a track call)");
      }
    }
    if (type == EventType.PAGE || type == EventType.SCREEN) {
      Rejected refusal = checkText(fields, Text.NAME, "name", DiscardReason.NAME_NOT_STRING);
      return refusal != null
          ? refusal
          : checkText(fields, Text.CATEGORY, "category", DiscardReason.CATEGORY_NOT_STRING);
    }
    return null;
  }

  private static @Nullable Rejected checkParts(EventType type, CallFields fields) {
    if (fields.isWrongType(Part.PROPERTIES)) {
      return new Rejected(
          DiscardReason.PROPERTIES_NOT_OBJECT, "properties: got another type (expected an object)");
    }
    if (fields.isWrongType(Part.TRAITS)) {
      return new Rejected(
          DiscardReason.TRAITS_NOT_OBJECT, "traits: got another type (expected an object)");
    }
    int traits = fields.members(traitsOf(type, fields));
    if (type == EventType.IDENTIFY && traits > EventParser.IDENTIFY_TRAITS_MAX) {
      return tooMany(
          DiscardReason.TOO_MANY_TRAITS, "traits", traits, EventParser.IDENTIFY_TRAITS_MAX);
    }
    if (traits > EventParser.PROPERTIES_MAX) {
      return tooMany(
          DiscardReason.TOO_MANY_PROPERTIES, "traits", traits, EventParser.PROPERTIES_MAX);
    }
    int properties = fields.members(Part.PROPERTIES);
    if (properties > EventParser.PROPERTIES_MAX) {
      return tooMany(
          DiscardReason.TOO_MANY_PROPERTIES, "properties", properties, EventParser.PROPERTIES_MAX);
    }
    return null;
  }

  private static Rejected tooMany(DiscardReason reason, String name, int count, int max) {
    return new Rejected(reason, name + ": got " + count + " keys (expected at most " + max + ")");
  }

  private @Nullable Rejected checkGroup(EventType type, CallFields fields) {
    if (type == EventType.TRACK) {
      String contextGroup = fields.text(Text.CONTEXT_GROUP_ID);
      return contextGroup != null && isEmpty(contextGroup)
          ? new Rejected(
              DiscardReason.GROUP_ID_MISSING,
              "context.groupId: got " + describe(contextGroup) + " (expected an id or no member)")
          : null;
    }
    if (type != EventType.GROUP) {
      return null;
    }
    if (fields.isWrongType(Text.GROUP_ID)) {
      return new Rejected(
          DiscardReason.ID_NOT_STRING, "groupId: got another type (expected a text)");
    }
    String groupId = fields.text(Text.GROUP_ID);
    if (groupId == null || isEmpty(groupId)) {
      return new Rejected(
          DiscardReason.GROUP_ID_MISSING,
          "groupId: got " + describe(groupId) + " (expected one for a group call)");
    }
    return isTooLong(groupId)
        ? new Rejected(
            DiscardReason.GROUP_ID_MISSING,
            "groupId: got "
                + length(groupId)
                + " characters (expected at most "
                + EventParser.GROUP_ID_CHARS_MAX
                + ")")
        : null;
  }

  private boolean isEmpty(String text) {
    return text.isEmpty() || (strict && WhiteSpace.strip(text).isEmpty());
  }

  /** What stands where some characters should. */
  private static String describe(@Nullable String empty) {
    if (empty == null) {
      return "none";
    }
    return empty.isEmpty() ? "an empty text" : "only white space";
  }

  private static boolean isTooLong(String groupId) {
    return length(groupId) > EventParser.GROUP_ID_CHARS_MAX;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
