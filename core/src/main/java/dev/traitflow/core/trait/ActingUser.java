package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.trait.Activities.Activity;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The trait of the user of an account who acted most often, first or last. Events are counted by
 * user, and the user's trait is looked up when the value is told: so a trait that changes changes
 * the value. A user without a usable trait takes no part, as an event without a usable property
 * takes none.
 *
 * @param type which user: {@code MOST_FREQUENT}, {@code FIRST} or {@code LAST}
 * @param minimum how often the most frequent must have acted, at least 1
 * @param userTrait key of the trait that is told
 * @param valueType as what it leaves
 */
record ActingUser(TraitType type, int minimum, String userTrait, ValueType valueType)
    implements Calculation<Activities> {

  @Override
  public Activities zero() {
    return new Activities();
  }

  @Override
  public Activities add(Activities activities, Occurrence occurrence) {
    for (PropertyValue user : occurrence.values()) {
      activities.add(user.text(), one(occurrence), this::unite);
    }
    return activities;
  }

  @Override
  public Activities merge(Activities left, Activities right) {
    right.forEach((user, activity) -> left.add(user, activity, this::unite));
    return left;
  }

  @Override
  public @Nullable Activities subtract(Activities activities, Occurrence occurrence) {
    Activity gone = one(occurrence);
    for (PropertyValue user : occurrence.values()) {
      Activity activity = activities.get(user.text());
      if (activity == null || activity.count() == 1) {
        activities.put(user.text(), null);
      } else if (type != TraitType.MOST_FREQUENT
          && activity.messageId().equals(gone.messageId())
          && activity.timestamp() == gone.timestamp()) {
        return null;
      } else {
        activities.put(
            user.text(),
            new Activity(activity.count() - 1, activity.timestamp(), activity.messageId()));
      }
    }
    return activities;
  }

  /** With each user's id as the user's trait. */
  @Override
  public @Nullable String result(Activities activities) {
    return result(activities, (user, key) -> TextNode.valueOf(user));
  }

  @Override
  public @Nullable String result(Activities activities, ActingUsers users) {
    Map<String, Activity> byUser = new TreeMap<>();
    activities.forEach(
        (user, activity) -> byUser.merge(users.canonical(user), activity, this::unite));
    Activity best = null;
    PropertyValue value = null;
    for (Map.Entry<String, Activity> entry : byUser.entrySet()) {
      Activity activity = entry.getValue();
      int order = best == null ? 1 : rank(activity, best);
      if (order < 0 || (type == TraitType.MOST_FREQUENT && activity.count() < minimum)) {
        continue;
      }
      PropertyValue candidate = usable(users.trait(entry.getKey(), userTrait));
      if (candidate != null && (value == null || order > 0 || isFirst(candidate, value))) {
        best = activity;
        value = candidate;
      }
    }
    return value == null ? null : value.json();
  }

  @Override
  public Codec<Activities> codec() {
    return Activities.CODEC;
  }

  private Activity one(Occurrence occurrence) {
    return type == TraitType.MOST_FREQUENT
        ? new Activity(1, 0, "")
        : new Activity(1, occurrence.timestamp(), occurrence.messageId());
  }

  private Activity unite(Activity left, Activity right) {
    boolean leftMatters = type == TraitType.FIRST ? left.isBefore(right) : right.isBefore(left);
    Activity matters = leftMatters ? left : right;
    return new Activity(left.count() + right.count(), matters.timestamp(), matters.messageId());
  }

  /** Above 0 if the activity goes before the other, 0 if they tie. */
  private int rank(Activity activity, Activity other) {
    if (type == TraitType.MOST_FREQUENT) {
      return Long.compare(activity.count(), other.count());
    }
    int order =
        Occurrence.compare(
            activity.timestamp(), activity.messageId(), other.timestamp(), other.messageId());
    return type == TraitType.FIRST ? -order : order;
  }

  private @Nullable PropertyValue usable(@Nullable JsonNode trait) {
    return trait == null || trait.isNull() || trait.isMissingNode()
        ? null
        : PropertyValue.of(trait, valueType);
  }

  private static boolean isFirst(PropertyValue candidate, PropertyValue value) {
    return CodePointOrder.INSTANCE.compare(candidate.text(), value.text()) < 0;
  }
}
