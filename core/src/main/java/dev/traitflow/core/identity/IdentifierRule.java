package dev.traitflow.core.identity;

import dev.traitflow.core.definition.Fields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules about one type of identifier.
 *
 * @param type such as {@code user_id}
 * @param limit how many distinct values one profile may gain within the window; at least 1
 * @param window the window of the limit
 * @param priority 1 is strongest, a rank among the defaults; {@link #UNRANKED} if the space gives
 *     none
 * @param blocked values that are not taken as identifiers
 * @param customKeys trait and property keys whose values are taken as identifiers of this type
 * @param collection {@code users} or {@code accounts}
 */
public record IdentifierRule(
    String type,
    int limit,
    LimitWindow window,
    int priority,
    List<BlockedValue> blocked,
    List<String> customKeys,
    String collection) {

  /** Weaker than every priority that is given. */
  public static final int UNRANKED = Integer.MAX_VALUE;

  /** More steps than this of all expressions of a rule are refused: each value may cost them. */
  private static final int STEPS_MAX = 2000;

  private static final int LIMIT_MAX = 1000;
  private static final int TYPE_CHARS_MAX = 64;

  public IdentifierRule {
    blocked = List.copyOf(blocked);
    customKeys = List.copyOf(customKeys);
  }

  /** The rule of a type the space says nothing about. */
  static IdentifierRule ofDefaults(String type, BlockedDefaults blocked) {
    return new IdentifierRule(
        type,
        defaultLimit(type),
        LimitWindow.EVER,
        UNRANKED,
        blocked.of(type),
        List.of(),
        defaultCollection(type));
  }

  /** The same rule with a priority. */
  IdentifierRule withPriority(int rank) {
    return new IdentifierRule(type, limit, window, rank, blocked, customKeys, collection);
  }

  /**
   * True if a profile with these mappings of the type has gained more than the limit within a
   * window that ends at one of them.
   *
   * @param createdAt when each was given, epoch milliseconds, in any order
   */
  public boolean isExceededBy(Collection<Long> createdAt) {
    for (long end : createdAt) {
      if (createdAt.stream().filter(at -> window.counts(at, end)).count() > limit) {
        return true;
      }
    }
    return false;
  }

  /** What blocks {@code value} from being taken as an identifier; null if nothing does. */
  public @Nullable BlockedValue blocking(String value) {
    for (BlockedValue candidate : blocked) {
      if (candidate.matches(value)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * True if {@code type} can name identifiers: lower case, and nothing in it that would break a
   * path in which {@code type:value} stands.
   */
  static boolean isType(String type) {
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      if (Character.isUpperCase(c) || c <= ' ' || c == ':' || c == '/' || c == '?' || c == '#') {
        return false;
      }
    }
    return !type.isEmpty() && type.length() <= TYPE_CHARS_MAX;
  }

  /**
   * Reads one rule strictly; what is wrong is added to the reader's problems.
   *
   * @param defaults what is blocked if the rule does not say it
   */
  public static IdentifierRule parse(Fields fields, BlockedDefaults defaults) {
    String type = fields.text("type");
    if (!type.isEmpty() && !isType(type)) {
      fields.problem(
          "type", "got '" + type + "' (expected lower case, no blanks, none of : / ? and #)");
    }
    IdentifierRule rule =
        new IdentifierRule(
            type,
            fields.integer("limit", defaultLimit(type), 1, LIMIT_MAX),
            fields
                .word("window", "ever, daily, weekly, monthly or annually", LimitWindow::ofWord)
                .orElse(LimitWindow.EVER),
            fields.integer("priority", UNRANKED, 1, UNRANKED - 1),
            fields.has("blocked")
                ? fields.objects("blocked", blocked -> blockedValue(type, blocked))
                : defaults.of(type),
            customKeys(fields),
            fields
                .word(
                    "collection",
                    "users or accounts",
                    w -> w.equals(Identifier.USERS) || w.equals(Identifier.ACCOUNTS) ? w : null)
                .orElse(defaultCollection(type)));
    fields.end();
    int steps = rule.blocked.stream().mapToInt(BlockedValue::steps).sum();
    if (steps > STEPS_MAX) {
      fields.problemAtSave(
          "blocked",
          "got expressions of "
              + steps
              + " steps in all when their repetitions are written out (expected at most "
              + STEPS_MAX
              + ")");
    }
    return rule;
  }

  private static List<String> customKeys(Fields fields) {
    List<String> keys = new ArrayList<>();
    for (String key : fields.texts("custom_keys")) {
      if (key.isEmpty()) {
        fields.problem("custom_keys", "got an empty text (expected keys of traits or properties)");
      } else {
        keys.add(key);
      }
    }
    return keys;
  }

  private static BlockedValue blockedValue(String type, Fields fields) {
    String exact = fields.optionalText("exact").orElse(null);
    String regex = fields.optionalText("regex").orElse(null);
    fields.end();
    if ((exact == null) == (regex == null)) {
      fields.problem(
          "", "got " + (exact == null ? "neither" : "both") + " (expected exact or regex)");
    }
    if (regex == null) {
      return BlockedValue.exact(exact == null ? "" : IdentifierExtractor.normalise(type, exact));
    }
    try {
      return BlockedValue.regex(regex);
    } catch (RefusedExpressionException e) {
      String problem = String.valueOf(e.getMessage());
      fields.problemAtSave("regex", problem);
      return BlockedValue.never(regex, problem);
    }
  }

  private static int defaultLimit(String type) {
    return type.equals(Identifier.USER_ID) ? 1 : 5;
  }

  private static String defaultCollection(String type) {
    return type.equals(Identifier.GROUP_ID) ? Identifier.ACCOUNTS : Identifier.USERS;
  }
}
