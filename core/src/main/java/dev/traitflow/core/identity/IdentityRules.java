package dev.traitflow.core.identity;

import dev.traitflow.core.codec.Fields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The identity rules of a space: those it sets, and defaults for every type it does not name.
 *
 * @param identifiers the rules the space sets, in its order; at most one for each type
 * @param emailFromProperties true if {@code properties.email} is taken as an email too
 */
public record IdentityRules(List<IdentifierRule> identifiers, boolean emailFromProperties) {
  /** The rules of a space that sets none. */
  public static final IdentityRules DEFAULT = new IdentityRules(List.of(), false);

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
    IdentityRules rules =
        new IdentityRules(
            fields.objects("identifiers", IdentifierRule::parse),
            fields.bool("email_from_properties", false));
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
    return IdentifierRule.ofDefaults(type);
  }

  /**
   * The rules as they hold, the strongest first, each with its priority: types without one follow
   * in the order of {@link #compareStrength}.
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
      weakest = rule.priority() == IdentifierRule.UNRANKED ? weakest + 1 : rule.priority();
      ranked.set(i, rule.withPriority(weakest));
    }
    return ranked;
  }

  /**
   * Compares two types by strength: negative if the left one is stronger, 0 if they have the same
   * priority. Types with a priority come first, by number; then {@code user_id}, {@code email} and
   * all others by name, so that the order does not depend on which types were seen when.
   */
  public int compareStrength(String left, String right) {
    int leftPriority = rule(left).priority();
    int rightPriority = rule(right).priority();
    if (leftPriority != rightPriority || leftPriority != IdentifierRule.UNRANKED) {
      return Integer.compare(leftPriority, rightPriority);
    }
    int byKind = Integer.compare(defaultRank(left), defaultRank(right));
    return byKind != 0 ? byKind : left.compareTo(right);
  }

  private static int defaultRank(String type) {
    return type.equals(Identifier.USER_ID) ? 1 : type.equals(Identifier.EMAIL) ? 2 : 3;
  }
}
