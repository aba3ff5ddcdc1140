package dev.traitflow.core.identity;

import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.text.Utf8;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The identity rules of a space: those it sets, and defaults for every type it does not name.
 *
 * @param identifiers the rules the space sets, in its order; at most one for each type
 * @param emailFromProperties true if {@code properties.email} is taken as an email too
 * @param blockedDefaults what is blocked for types whose rules do not say it
 */
public record IdentityRules(
    List<IdentifierRule> identifiers,
    boolean emailFromProperties,
    BlockedDefaults blockedDefaults) {
  /** The rules of a space that sets none. */
  public static final IdentityRules DEFAULT =
      new IdentityRules(List.of(), false, BlockedDefaults.EXTENDED);

  /** What is taken from events without any rule of the space's. */
  private static final List<String> DEFAULT_TYPES =
      List.of(
          Identifier.USER_ID,
          Identifier.EMAIL,
          "android.id",
          "android.idfa",
          "android.push_token",
          Identifier.ANONYMOUS_ID,
          "ga_client_id",
          Identifier.GROUP_ID,
          "ios.id",
          "ios.idfa",
          "ios.push_token");

  public IdentityRules {
    identifiers = List.copyOf(identifiers);
  }

  /** Reads the rules strictly; what is wrong is added to the reader's problems. */
  public static IdentityRules parse(Fields fields) {
    BlockedDefaults blocked =
        fields
            .word("blocked_defaults", "vendor or extended", BlockedDefaults::ofWord)
            .orElse(BlockedDefaults.EXTENDED);
    IdentityRules rules =
        new IdentityRules(
            fields.objects("identifiers", each -> IdentifierRule.parse(each, blocked)),
            fields.bool("email_from_properties", false),
            blocked);
    fields.end();
    fields.distinct(
        "identifiers", "type", rules.identifiers.stream().map(IdentifierRule::type).toList());
    return rules;
  }

  /** The rule about a type: the space's, or the default one. */
  public IdentifierRule rule(String type) {
    for (IdentifierRule rule : identifiers) {
      if (rule.type().equals(type)) {
        return rule;
      }
    }
    return IdentifierRule.ofDefaults(type, blockedDefaults);
  }

  /** Why a value, normalised and not empty, is no identifier; null if it is one. */
  @Nullable Violation violation(Identifier identifier, String messageId) {
    String value = identifier.value();
    int bytes = Utf8.length(value);
    if (bytes > Identifier.BYTES_MAX) {
      return Violation.ofValue(
          Violation.TOO_LONG,
          identifier,
          messageId,
          bytes + " bytes of UTF-8, " + Identifier.BYTES_MAX + " at most");
    }
    if (value.indexOf(Utf8.REPLACEMENT) >= 0) {
      return Violation.ofValue(
          Violation.BROKEN, identifier, messageId, "U+FFFD stands where a character was lost");
    }
    BlockedValue blocked = rule(identifier.type()).blocking(value);
    return blocked == null
        ? null
        : Violation.ofValue(
            Violation.BLOCKED, identifier, messageId, identifier.type() + " blocks " + blocked);
  }

  /**
   * What is configured to be blocked and is not: expressions that were saved before they had to run
   * in linear time, each with the reason. For a log, since nothing else shows it by itself.
   */
  public List<String> neverMatching() {
    List<String> found = new ArrayList<>();
    for (IdentifierRule rule : identifiers) {
      for (BlockedValue blocked : rule.blocked()) {
        if (!blocked.problem().isEmpty()) {
          found.add(rule.type() + " blocked " + blocked + ": " + blocked.problem());
        }
      }
    }
    return found;
  }

  /**
   * The rules as they hold, the strongest first in the order of {@link #compareStrength}, each with
   * a priority: the given one, or a number behind that of the type before.
   *
   * @param seen types of users that the space has seen; the default types and those with rules are
   *     there anyway
   */
  public List<IdentifierRule> ranked(Collection<String> seen) {
    Set<String> types = new TreeSet<>(DEFAULT_TYPES);
    types.addAll(seen);
    identifiers.forEach(rule -> types.add(rule.type()));
    List<IdentifierRule> ranked = new ArrayList<>();
    types.forEach(type -> ranked.add(rule(type)));
    ranked.sort((left, right) -> compareStrength(left.type(), right.type()));
    int weakest = 0;
    for (int i = 0; i < ranked.size(); i++) {
      IdentifierRule rule = ranked.get(i);
      int rank = rank(rule.type(), rule.priority());
      boolean isGiven = rule.priority() != IdentifierRule.UNRANKED;
      boolean isFree = rank == IdentifierRule.UNRANKED;
      weakest = isGiven ? rank : isFree ? weakest + 1 : Math.max(rank, weakest + 1);
      ranked.set(i, rule.withPriority(weakest));
    }
    return ranked;
  }

  /**
   * Compares two types by strength: negative if the left one is stronger, 0 if the space gives both
   * the same priority. Priorities are ranks among the defaults, {@code user_id} 1 and {@code email}
   * 2, before one of which a type with the same given priority stands. All other types follow by
   * name, so that the order does not depend on which types were seen when.
   */
  public int compareStrength(String left, String right) {
    int leftGiven = rule(left).priority();
    int rightGiven = rule(right).priority();
    int byRank = Integer.compare(rank(left, leftGiven), rank(right, rightGiven));
    if (byRank != 0) {
      return byRank;
    }
    return leftGiven == rightGiven && leftGiven == IdentifierRule.UNRANKED
        ? left.compareTo(right)
        : Integer.compare(leftGiven, rightGiven);
  }

  private static int rank(String type, int given) {
    if (given != IdentifierRule.UNRANKED) {
      return given;
    }
    return type.equals(Identifier.USER_ID)
        ? 1
        : type.equals(Identifier.EMAIL) ? 2 : IdentifierRule.UNRANKED;
  }
}
