package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.audience.AudienceFacts;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.text.CodePointOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The audiences one profile is or was a member of. A profile that never was a member has no entry,
 * and reads nothing under the audience's key; one who left reads false for good.
 *
 * <p>Memberships are judged after every event and at every boundary of time, in that order, and not
 * when somebody looks: or whether a short membership was seen would depend on the size of a bundle.
 * While a merge brings a history in parts they are held, as half a history is nobody's.
 *
 * <p>Known limit: whether someone who is no member reads false or nothing depends on the order in
 * which events arrived, as it says what was the case, not what would have been.
 */
final class Memberships {
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.UTF_8);

  private final SortedMap<String, Membership> byAudience = new TreeMap<>(CodePointOrder.INSTANCE);
  private final Set<String> changed = new HashSet<>();
  private long fingerprint;
  private boolean identified;
  private boolean due;
  private boolean held;

  /**
   * Where a profile stands with an audience it was ever in.
   *
   * @param member true if it is in it now
   * @param since when it entered or left last, epoch milliseconds
   */
  private record Membership(boolean member, long since) {}

  /** Takes note of identifiers the profile owns. */
  void own(List<Identifier> identifiers) {
    for (Identifier identifier : identifiers) {
      if (!identified
          && identifier.collection().equals(Identifier.USERS)
          && AudienceDefinition.IDENTIFIED_BY.contains(identifier.type())) {
        identified = true;
        due = true;
      }
    }
  }

  /** Says that something changed that audiences look at: they must be judged again. */
  void expect() {
    due = true;
  }

  /** Puts off judging while true; what was put off is made up for when that ends. */
  void hold(boolean hold) {
    // What fell due while held may have been in another session, of which only the state is left.
    due |= held && !hold;
    held = hold;
  }

  /** True if memberships may not be what the plan and the values say. */
  boolean isDue(AudiencePlan plan) {
    return !held && ((due && !plan.isEmpty()) || isStale(plan));
  }

  /** True if they were judged last by other audiences. */
  boolean isStale(AudiencePlan plan) {
    return fingerprint != plan.fingerprint() && !(plan.isEmpty() && byAudience.isEmpty());
  }

  /** Keys of the audiences entered, left or deleted since the state was loaded. */
  Set<String> changed() {
    return changed;
  }

  /**
   * Makes memberships what they are for these values. What one of an audience that is gone was, the
   * log says: see {@link KeptValues}.
   *
   * @param values the traits the audiences look at
   * @param now the instant the values are right at, epoch milliseconds
   */
  void judge(AudiencePlan plan, Collection<TraitValue> values, long now) {
    Facts facts = new Facts(values);
    for (AudienceDefinition audience : plan.ordered()) {
      boolean member = (identified || audience.includeAnonymous()) && audience.root().test(facts);
      facts.members.put(audience.key(), member);
      Membership known = byAudience.get(audience.key());
      if (known == null ? member : known.member != member) {
        byAudience.put(audience.key(), new Membership(member, now));
        changed.add(audience.key());
      }
    }
    Iterator<Map.Entry<String, Membership>> entries = byAudience.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Membership> entry = entries.next();
      if (!plan.hasKey(entry.getKey())) {
        changed.add(entry.getKey());
        entries.remove();
      }
    }
    fingerprint = plan.fingerprint();
    due = false;
  }

  /** Adds the wanted memberships over other traits; an audience hides a custom trait of its key. */
  void addTo(AudiencePlan plan, Map<String, TraitValue> values, WantedKeys wanted) {
    for (AudienceDefinition audience : plan.ordered()) {
      String key = audience.key();
      if (!wanted.test(key)) {
        continue;
      }
      Membership membership = byAudience.get(key);
      if (membership == null) {
        values.computeIfPresent(key, (k, hidden) -> value(audience, null, hidden.updatedAt()));
      } else {
        values.put(key, value(audience, json(membership), membership.since));
      }
    }
  }

  private static TraitValue value(
      AudienceDefinition audience, byte @Nullable [] json, long updatedAt) {
    return new TraitValue(
        audience.key(), TraitClass.AUDIENCE, json, audience.version(), updatedAt, "");
  }

  private static byte[] json(Membership membership) {
    return membership.member ? TRUE : FALSE;
  }

  /** Fingerprint of the audiences, whether identified, then key, membership and instant of each. */
  void write(ByteWriter out) {
    out.writeFixedLong(fingerprint).writeBoolean(identified).writeInt(byAudience.size());
    byAudience.forEach(
        (key, membership) ->
            out.writeString(key).writeBoolean(membership.member).writeLong(membership.since));
  }

  static Memberships read(ByteReader in) {
    Memberships memberships = new Memberships();
    memberships.fingerprint = in.readFixedLong();
    memberships.identified = in.readBoolean();
    for (int left = in.readInt(); left > 0; left--) {
      memberships.byAudience.put(in.readString(), new Membership(in.readBoolean(), in.readLong()));
    }
    return memberships;
  }

  /** The values as conditions see them, each parsed when it is first asked for. */
  private static final class Facts implements AudienceFacts {
    private final Map<String, byte[]> jsons = new HashMap<>();
    private final Map<String, JsonNode> parsed = new HashMap<>();
    private final Map<String, Boolean> members = new HashMap<>();

    Facts(Collection<TraitValue> values) {
      for (TraitValue value : values) {
        byte[] json = value.json();
        if (json != null) {
          jsons.put(value.key(), json);
        }
      }
    }

    @Override
    public @Nullable JsonNode trait(String key) {
      byte[] json = jsons.get(key);
      return json == null ? null : parsed.computeIfAbsent(key, k -> JsonTree.parse(json));
    }

    @Override
    public boolean isMember(String audience) {
      return members.getOrDefault(audience, false);
    }
  }
}
