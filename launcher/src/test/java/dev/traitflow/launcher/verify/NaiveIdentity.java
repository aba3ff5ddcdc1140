package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides, call by call in the order of the file, which person each call belongs to: the loop of
 * the semantics, word for word, over plain maps.
 */
final class NaiveIdentity {
  private static final int MERGES_MAX = 100;
  private static final int MAPPINGS_MAX = 1000;
  private static final long DAY = 86_400_000L;

  /** A type and a value; both as stored. */
  record Id(String type, String value) {}

  /** What joined calls have in common. Persons that were merged away point to their survivor. */
  static final class Person {
    private final Map<Id, Long> ids = new LinkedHashMap<>();
    private long createdAt;
    private int merges;
    private @Nullable Person survivor;

    private Person(long createdAt) {
      this.createdAt = createdAt;
    }

    /** The person this one has become part of, or itself. */
    Person canonical() {
      Person person = this;
      while (person.survivor != null) {
        person = person.survivor;
      }
      return person;
    }

    /** All identifiers; the value is the time they were first seen, epoch milliseconds. */
    Map<Id, Long> ids() {
      return ids;
    }
  }

  private static final Set<String> NOBODY =
      Set.of(
          ("undefined,nan,none,nil,null,(null),[object object],guest,anonymous,distinct_id,"
                  + "not_authenticated,true,false,0")
              .split(","));

  private final Map<String, Map<?, ?>> rules = new HashMap<>();
  private final Map<Id, Person> owners = new HashMap<>();
  private final boolean extended;

  NaiveIdentity(NaiveSpace space) {
    extended = space.blockedDefaults().equals("extended");
    for (Map<?, ?> rule : space.identifiers()) {
      rules.put(NaiveSpace.text(rule, "type"), rule);
    }
  }

  /** The person of a call, not yet canonical; null if it has no usable identifier. */
  @Nullable Person resolve(NaiveCall call) {
    List<Id> ids = extract(call);
    if (ids.isEmpty()) {
      return null;
    }
    while (ids.size() > 1 && isOverLimit(ids, call.timestamp())) {
      ids.remove(weakest(ids));
    }
    Set<Person> touched = owners(ids);
    Person person = touched.isEmpty() ? new Person(call.timestamp()) : merge(touched);
    for (Id id : ids) {
      person.ids.putIfAbsent(id, call.timestamp());
      owners.put(id, person);
    }
    if (person.ids.size() > MAPPINGS_MAX) {
      throw new IllegalStateException("the oracle does not know the limit of mappings");
    }
    return person;
  }

  private static Person merge(Set<Person> persons) {
    List<Person> byAge = new ArrayList<>(persons);
    byAge.sort((left, right) -> Long.compare(left.createdAt, right.createdAt));
    Person survivor = byAge.get(0);
    for (Person loser : byAge.subList(1, byAge.size())) {
      survivor.merges += loser.merges + 1;
      loser.ids.forEach(survivor.ids::putIfAbsent);
      loser.survivor = survivor;
    }
    if (survivor.merges > MERGES_MAX) {
      throw new IllegalStateException("the oracle does not know the limit of merges");
    }
    return survivor;
  }

  /** Persons that own any of the identifiers. */
  private Set<Person> owners(List<Id> ids) {
    Set<Person> touched = new LinkedHashSet<>();
    for (Id id : ids) {
      Person owner = owners.get(id);
      if (owner != null) {
        touched.add(owner.canonical());
      }
    }
    return touched;
  }

  private boolean isOverLimit(List<Id> ids, long time) {
    Set<Person> touched = owners(ids);
    Map<Id, Long> after = new HashMap<>();
    ids.forEach(id -> after.put(id, time));
    touched.forEach(person -> after.putAll(person.ids));
    Set<String> types = new LinkedHashSet<>();
    after.keySet().forEach(id -> types.add(id.type()));
    for (String type : types) {
      long count = count(after, type, time);
      boolean grew = touched.stream().allMatch(owner -> count(owner.ids, type, time) < count);
      if (count > limit(type) && grew) {
        return true;
      }
    }
    return false;
  }

  private long count(Map<Id, Long> ids, String type, long time) {
    String window = NaiveSpace.text(rule(type), "window", "ever");
    return ids.entrySet().stream()
        .filter(entry -> entry.getKey().type().equals(type))
        .filter(entry -> window.equals("ever") || isWithin(entry.getValue(), time, length(window)))
        .count();
  }

  private static boolean isWithin(long createdAt, long time, long length) {
    return createdAt > time - length && createdAt <= time;
  }

  private static long length(String window) {
    return switch (window) {
      case "daily" -> DAY;
      case "weekly" -> 7 * DAY;
      case "monthly" -> 30 * DAY;
      case "annually" -> 365 * DAY;
      default -> throw new IllegalArgumentException("window: got " + window);
    };
  }

  private int limit(String type) {
    return Integer.parseInt(
        NaiveSpace.text(rule(type), "limit", type.equals("user_id") ? "1" : "5"));
  }

  /** The weakest of the identifiers, the last among equals. */
  private Id weakest(List<Id> ids) {
    Id weakest = ids.get(0);
    for (Id id : ids) {
      if (compareStrength(id.type(), weakest.type()) >= 0) {
        weakest = id;
      }
    }
    return weakest;
  }

  /** Positive if the left type is weaker: by rank, given before default, then by name. */
  private int compareStrength(String left, String right) {
    String leftGiven = NaiveSpace.text(rule(left), "priority", "");
    String rightGiven = NaiveSpace.text(rule(right), "priority", "");
    int byRank = Integer.compare(rank(left, leftGiven), rank(right, rightGiven));
    if (byRank != 0 || (!leftGiven.isEmpty() && !rightGiven.isEmpty())) {
      return byRank;
    }
    return (leftGiven.isEmpty() ? "2" + left : "1")
        .compareTo(rightGiven.isEmpty() ? "2" + right : "1");
  }

  private static int rank(String type, String given) {
    if (!given.isEmpty()) {
      return Integer.parseInt(given);
    }
    return switch (type) {
      case "user_id" -> 1;
      case "email" -> 2;
      default -> Integer.MAX_VALUE;
    };
  }

  private Map<?, ?> rule(String type) {
    Map<?, ?> rule = rules.get(type);
    return rule == null ? Map.of() : rule;
  }

  private List<Id> extract(NaiveCall call) {
    List<Id> ids = new ArrayList<>();
    if (call.type().equals("alias")) {
      return ids;
    }
    add(ids, "user_id", call.userId());
    add(ids, "anonymous_id", call.anonymousId());
    boolean ofUser = !call.type().equals("group");
    if (ofUser) {
      addKeys(ids, call.traits(), true);
    }
    addKeys(ids, call.context().path("traits"), true);
    if (ofUser) {
      addKeys(ids, call.properties(), false);
    }
    addDevice(ids, call.context().path("device"));
    for (JsonNode entry : call.context().path("externalIds")) {
      if (entry.path("collection").asText().equals("users")
          && entry.path("encoding").asText().equals("none")
          && entry.path("type").isTextual()
          && entry.path("type").textValue().equals(lower(entry.path("type").textValue()))) {
        add(ids, entry.path("type").textValue(), entry.path("id").textValue());
      }
    }
    return ids;
  }

  private void addKeys(List<Id> ids, JsonNode object, boolean traits) {
    if (traits) {
      add(ids, "email", object.path("email").textValue());
    }
    for (Map.Entry<String, Map<?, ?>> rule : rules.entrySet()) {
      if (rule.getValue().get("custom_keys") instanceof List<?> keys && !keys.isEmpty()) {
        throw new IllegalArgumentException("the oracle does not know custom_keys: " + keys);
      }
    }
  }

  private void addDevice(List<Id> ids, JsonNode device) {
    String platform = lower(device.path("type").asText());
    if (platform.equals("android") || platform.equals("ios")) {
      add(ids, platform + ".id", device.path("id").textValue());
      if (device.path("adTrackingEnabled").booleanValue()) {
        add(ids, platform + ".idfa", device.path("advertisingId").textValue());
      }
      add(ids, platform + ".push_token", device.path("token").textValue());
    }
  }

  private void add(List<Id> ids, String type, @Nullable String raw) {
    String stripped = raw == null ? "" : stripped(raw);
    Id id = new Id(type, type.equals("email") ? lower(stripped) : stripped);
    if (isUsable(id) && !ids.contains(id)) {
      ids.add(id);
    }
  }

  /** True if a group call with this id makes an account. */
  boolean makesAccount(String groupId) {
    return isUsable(new Id("group_id", stripped(groupId)));
  }

  private boolean isUsable(Id id) {
    return !id.value().isEmpty()
        && id.value().getBytes(StandardCharsets.UTF_8).length <= 1024
        && !id.value().contains("\uFFFD")
        && !isBlocked(id);
  }

  /** Without white space at both ends: what Unicode calls so, and three characters of no width. */
  static String stripped(String raw) {
    String space = "[\\p{IsWhite_Space}\\x{FEFF}\\x{200B}\\x{2060}]+";
    String halves = "[\\x{D800}-\\x{DFFF}]";
    return raw.replaceAll(halves, "\uFFFD").replaceAll("^" + space + "|" + space + "\\z", "");
  }

  private boolean isBlocked(Id id) {
    if (rule(id.type()).get("blocked") == null) {
      return id.value().matches("[0-]*")
          || Set.of("-1", "null", "anonymous").contains(id.value())
          || (extended
              && Set.of("user_id", "anonymous_id").contains(id.type())
              && NOBODY.contains(lower(id.value())));
    }
    for (Map<?, ?> blocked : NaiveSpace.maps(rule(id.type()).get("blocked"))) {
      Object exact = blocked.get("exact");
      Object regex = blocked.get("regex");
      if (id.value().equals(exact)
          || (regex != null && Pattern.compile(regex.toString()).matcher(id.value()).find())) {
        return true;
      }
    }
    return false;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
