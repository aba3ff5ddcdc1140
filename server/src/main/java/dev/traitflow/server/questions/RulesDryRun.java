package dev.traitflow.server.questions;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierRule;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many profiles there are that new identity rules would not have let become what they are.
 * Saving rules changes none of them. Reads every identifier of the space.
 */
public final class RulesDryRun {
  private static final int SAMPLE_MAX = 10;

  private final Map<String, Offence> offences = new TreeMap<>();
  private long users;
  private long offending;

  /** Profiles that break the rule about one type. */
  public static final class Offence {
    private final IdentifierRule rule;
    private final List<String> sample = new ArrayList<>();
    private long overLimit;
    private long blocked;

    Offence(IdentifierRule rule) {
      this.rule = rule;
    }

    /** The rule. */
    public IdentifierRule rule() {
      return rule;
    }

    /** How many profiles have more values than the limit allows. */
    public long overLimit() {
      return overLimit;
    }

    /** How many profiles have a value that would be blocked. */
    public long blocked() {
      return blocked;
    }

    /** Ids of some of them, as shown. */
    public List<String> sample() {
      return sample;
    }
  }

  private RulesDryRun() {}

  /** Holds the profiles of a space against rules. */
  public static RulesDryRun of(ProfileView view, String space, IdentityRules rules) {
    RulesDryRun run = new RulesDryRun();
    view.profiles(
        space,
        profile -> {
          if (!ProfileIds.isAccount(profile)) {
            run.check(profile, view.identifiers(space, profile), rules);
          }
          return true;
        });
    return run;
  }

  /** How many profiles of users there are. */
  public long users() {
    return users;
  }

  /** How many of them break a rule. */
  public long offending() {
    return offending;
  }

  /** The rules that are broken, by type. */
  public List<Offence> offences() {
    return new ArrayList<>(offences.values());
  }

  private void check(String profile, List<StoredIdentifier> identifiers, IdentityRules rules) {
    users++;
    Map<String, List<Long>> createdAt = new TreeMap<>();
    Map<String, Boolean> blocked = new HashMap<>();
    for (StoredIdentifier stored : identifiers) {
      Identifier identifier = stored.identifier();
      createdAt
          .computeIfAbsent(identifier.type(), type -> new ArrayList<>())
          .add(stored.createdAt());
      if (rules.rule(identifier.type()).blocking(identifier.value()) != null) {
        blocked.put(identifier.type(), true);
      }
    }
    boolean offends = false;
    for (Map.Entry<String, List<Long>> entry : createdAt.entrySet()) {
      IdentifierRule rule = rules.rule(entry.getKey());
      boolean over = rule.isExceededBy(entry.getValue());
      boolean isBlocked = blocked.containsKey(entry.getKey());
      if (over || isBlocked) {
        offends = true;
        Offence offence = offences.computeIfAbsent(entry.getKey(), type -> new Offence(rule));
        offence.overLimit += over ? 1 : 0;
        offence.blocked += isBlocked ? 1 : 0;
        if (offence.sample.size() < SAMPLE_MAX) {
          offence.sample.add(ProfileIds.shown(profile));
        }
      }
    }
    offending += offends ? 1 : 0;
  }
}
