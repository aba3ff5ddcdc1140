package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.event.EventParser;
import java.util.List;
import java.util.Random;

/**
 * Calls that are as large, long, many or deep as one may be and still be taken, and definitions
 * that make the most of them, drawn from a seed. A person has a bent, so that one kind piles up.
 */
final class ExtremeCalls {
  /** What a character takes in a call, in UTF-8 and in JSON differs between these. */
  private static final List<String> UNITS =
      List.of("a", "\u20ac", "\ud83d\ude00", "\\u0001", "\\\"", "\\\\", "\\u00e9", "\u0130");

  private static final String EXPONENT = "1e400";
  private static final int KINDS = 10;

  /** Kinds whose traces are small until there are many. */
  private static final int TEXTS = 0;

  private static final int EVENT_NAMES = 3;
  private static final int IDENTIFIERS = 7;

  private final Random random;
  private final int bent;
  private final boolean patient;
  private int number;

  /** Calls of someone whose bent follows from a number. */
  ExtremeCalls(Random random, int bent) {
    this.random = random;
    this.bent = Math.floorMod(bent, KINDS);
    // The first of each kind and every tenth go on until nothing more can pile up.
    this.patient = Math.floorMod(bent / KINDS, 10) == 0;
  }

  /** How many calls it takes. */
  int calls() {
    return switch (bent) {
      case EVENT_NAMES -> patient ? 400 : 50;
      case TEXTS -> patient ? 170 : 15;
      // A profile takes a thousand identifiers: with more it would not be merged.
      case IDENTIFIERS -> 40;
      default -> 5 + random.nextInt(20);
    };
  }

  /** A definition whose traits are of every type, over the members that the calls fill. */
  byte[] definition() {
    StringBuilder traits = new StringBuilder();
    int slot = 0;
    for (String event : List.of("A", "B")) {
      for (String property : List.of("s", "list.$.v")) {
        for (String type : TYPES) {
          // The first is a list of a user for good: it grows with every call.
          String level = slot > 0 && random.nextInt(4) == 0 ? "account" : "user";
          traits.append(slot == 0 ? "" : ",").append(trait(slot, type, event, property, level));
          slot++;
        }
      }
    }
    String audience = "{'key':'in','root':{'any':[{'trait':'t0','op':'exists'}]}}";
    String wide = "{'type':'hub','limit':1000},{'type':'user_id','limit':9}";
    return ("{'name':'S','identity':{'identifiers':["
            + wide
            + "]},'traits':["
            + traits
            + "],'audiences':["
            + audience
            + "],'predictions':[{'key':'buy','kind':'purchase','window_days':30}]}")
        .replace('\'', '"')
        .getBytes(UTF_8);
  }

  private static final List<String> TYPES =
      List.of(
          "'unique_list'",
          "'unique_list_count'",
          "'most_frequent'",
          "'first','value_type':'array'",
          "'last'",
          "'aggregation','aggregation':'max','value_type':'text'");

  private String trait(int slot, String type, String event, String property, String level) {
    String window =
        slot > 0 && random.nextInt(3) == 0 ? ",'window':{'within':'" + (2 + slot) + " h'}" : "";
    return "{'key':'t%d','slot':%d,'type':%s,'event':'%s','property':'%s','level':'%s'%s}"
        .formatted(slot, slot, type, event, property, level, window);
  }

  /** The next call of a person, with its id among the identifiers. */
  byte[] next(String person) {
    int kind = random.nextInt(10) < 7 ? bent : random.nextInt(KINDS);
    String who = "\"userId\":\"" + person + "\"";
    String call =
        switch (kind) {
          case TEXTS -> track(who, "A", "\"s\":\"" + number + text(30_000) + "\"");
          case 1 -> track(who, event(), "\"list\":[" + elements(30_000) + "]");
          case 2 -> track(who, event(), "\"s\":[" + exponents(32_400) + "]");
          case EVENT_NAMES -> track(who, number + text(30_000), "");
          case 4 -> track(who, number + text(random.nextInt(1_200)), "");
          case 5 -> identify(who, traits(29_000));
          case 6 -> identify(who, "\"k\":[" + exponents(32_400) + "]");
          case IDENTIFIERS -> track(who + "," + externalIds(person, 28_000), event(), "");
          case 8 -> group(person, text(480), traits(20_000));
          default -> track(who, event(), deep(900 + random.nextInt(90)));
        };
    number++;
    return fit(call, who);
  }

  /** A call that shows two persons to be one. */
  byte[] join(String person, String other) {
    String ids =
        "\"userId\":\"%s\",\"context\":{\"externalIds\":[%s,%s]}"
            .formatted(person, external("hub", person), external("hub", other));
    return fit(track(ids, "A", ""), ids);
  }

  private byte[] fit(String call, String who) {
    byte[] bytes = call.getBytes(UTF_8);
    return bytes.length <= EventParser.BODY_BYTES_MAX ? bytes : track(who, "A", "").getBytes(UTF_8);
  }

  private String event() {
    return random.nextBoolean() ? "A" : "B";
  }

  private static String track(String who, String event, String properties) {
    return "{\"type\":\"track\",%s,\"event\":\"%s\",\"properties\":{%s}}"
        .formatted(who, event, properties);
  }

  private static String identify(String who, String traits) {
    return "{\"type\":\"identify\",%s,\"traits\":{%s}}".formatted(who, traits);
  }

  private static String group(String person, String group, String traits) {
    return "{\"type\":\"group\",\"userId\":\"%s\",\"groupId\":\"%s\",\"traits\":{%s}}"
        .formatted(person, group, traits);
  }

  /** Text as it stands in a call, of so many bytes at most. */
  private String text(int bytesMax) {
    String unit = UNITS.get(random.nextInt(UNITS.size()));
    int most = bytesMax / unit.getBytes(UTF_8).length;
    return unit.repeat(random.nextInt(3) == 0 ? random.nextInt(1 + most) : most);
  }

  private String elements(int bytesMax) {
    int length = random.nextInt(3) == 0 ? random.nextInt(2_000) : random.nextInt(6);
    StringBuilder elements = new StringBuilder();
    while (elements.length() < bytesMax / 3) {
      String value = "\"" + random.nextInt(1_000_000) + text(length) + "\"";
      elements
          .append(elements.length() == 0 ? "" : ",")
          .append("{\"v\":")
          .append(value)
          .append('}');
    }
    return elements.toString();
  }

  private static String exponents(int bytesMax) {
    return (EXPONENT + ",").repeat(bytesMax / 6 - 1) + EXPONENT;
  }

  private String traits(int bytesMax) {
    int count = 1 + random.nextInt(299);
    int each = bytesMax / count - 30;
    StringBuilder traits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String value = random.nextInt(4) == 0 ? "\"" + text(each / 2) + "\"" : "1.25";
      String key = "%d-%d%s".formatted(number, i, text(Math.max(0, each / 2 - 10)));
      traits.append(i == 0 ? "" : ",").append("\"%s\":%s".formatted(key, value));
    }
    return traits.toString();
  }

  private String externalIds(String person, int bytesMax) {
    int length = random.nextInt(4) == 0 ? 26_000 : 2_000;
    StringBuilder ids = new StringBuilder();
    while (ids.length() < bytesMax / 2) {
      String type = random.nextInt(9) > 0 ? "hub" : "t" + "x".repeat(random.nextInt(length / 2));
      String id = external(type, person + number + "-" + ids.length() + text(length / 2));
      if (ids.length() + id.length() > bytesMax) {
        break;
      }
      ids.append(ids.length() == 0 ? "" : ",").append(id);
    }
    return "\"context\":{\"externalIds\":[" + ids + "]}";
  }

  private static String external(String type, String id) {
    return "{\"id\":\"%s\",\"type\":\"%s\",\"collection\":\"users\",\"encoding\":\"none\"}"
        .formatted(id, type);
  }

  private static String deep(int levels) {
    return "\"s\":" + "[".repeat(levels) + "]".repeat(levels);
  }
}
