package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.identity.Identifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Spaces, people and what they do, drawn from a seed. */
final class RandomStories {
  static final long HOUR = 3_600_000L;

  private static final List<String> TYPES = List.of("user_id", "anonymous_id", "email", "crm_id");
  private static final String[] TRAITS = {
    "'type':'event_counter'",
    "'type':'aggregation','aggregation':'sum','property':'n'",
    "'type':'aggregation','aggregation':'avg','property':'n'",
    "'type':'aggregation','aggregation':'min','property':'n'",
    "'type':'aggregation','aggregation':'max','property':'n'",
    "'type':'most_frequent','property':'s'",
    "'type':'first','property':'s'",
    "'type':'last','property':'n'",
    "'type':'unique_list','property':'s'",
    "'type':'unique_list_count','property':'s'"
  };

  private final Random random;

  RandomStories(Random random) {
    this.random = random;
  }

  /** A definition of a space in which no limit is met. */
  byte[] open() {
    List<String> rules = new ArrayList<>();
    for (String type : TYPES) {
      rules.add("{'type':'" + type + "','limit':1000}");
    }
    rules.add("{'type':'hub','limit':1000}");
    return definition(rules);
  }

  /** A definition of a space with tight limits, for good or for some days. */
  byte[] tight() {
    List<String> rules = new ArrayList<>();
    for (String type : TYPES) {
      String window = random.nextInt(3) == 0 ? ",'window':'daily'" : "";
      rules.add("{'type':'" + type + "','limit':" + (1 + random.nextInt(3)) + window + "}");
    }
    return definition(rules);
  }

  private byte[] definition(List<String> rules) {
    List<String> traits = new ArrayList<>();
    for (int slot = 0; slot < 4; slot++) {
      traits.add(
          "{'key':'t"
              + slot
              + "','slot':"
              + slot
              + ","
              + TRAITS[random.nextInt(TRAITS.length)]
              + ",'event':'"
              + (random.nextInt(4) == 0 ? "B" : "A")
              + "'"
              + window()
              + "}");
    }
    String audience =
        "{'key':'aud0','root':{'any':[{'trait':'t0','op':'exists'},"
            + "{'trait':'c1','op':'exists'}]}}";
    return ("{'name':'S','identity':{'identifiers':["
            + String.join(",", rules)
            + "]},'traits':["
            + String.join(",", traits)
            + "],'audiences':["
            + audience
            + "]}")
        .replace('\'', '"')
        .getBytes(UTF_8);
  }

  private String window() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> ",'window':{'within':'" + (1 + random.nextInt(60)) + " h'}";
      case 2 -> {
        int from = random.nextInt(6);
        int to = from + 1 + random.nextInt(40);
        yield ",'window':{'between':['" + from + " h','" + to + " h']}";
      }
      default -> ",'window':{'session':'" + (1 + random.nextInt(6)) + " h'}";
    };
  }

  /**
   * What {@code people} people do up to {@code now}, each with identifiers of its own; at most a
   * day old or older, on a coarse clock so that ties are met.
   */
  List<List<StoryCall>> lives(int people, long now) {
    List<List<StoryCall>> lives = new ArrayList<>();
    int number = 0;
    for (int person = 0; person < people; person++) {
      List<Identifier> own = new ArrayList<>();
      own.add(id(random.nextBoolean() ? "user_id" : "anonymous_id", person, 0));
      for (int i = random.nextInt(3); i > 0; i--) {
        own.add(id(TYPES.get(random.nextInt(TYPES.size())), person, i));
      }
      List<StoryCall> life = new ArrayList<>();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        life.add(call(number++, now, life.isEmpty() ? own : some(own)));
      }
      lives.add(life);
    }
    return lives;
  }

  /** Calls that show, one by one, that some people are the same: a chain, a star or any tree. */
  List<StoryCall> joins(List<List<StoryCall>> lives, long now) {
    int shape = random.nextInt(4);
    List<StoryCall> joins = new ArrayList<>();
    int number = 100;
    for (int person = 1; person < lives.size(); person++) {
      int other = shape == 0 ? person - 1 : shape == 1 ? 0 : random.nextInt(person);
      List<Identifier> ids = new ArrayList<>();
      ids.add(lives.get(person).get(0).ids().get(0));
      ids.add(anyIdOf(lives.get(other)));
      if (shape == 3 && random.nextBoolean()) {
        ids.add(anyIdOf(lives.get(random.nextInt(lives.size()))));
      }
      joins.add(call(number++, now, ids.stream().distinct().toList()));
    }
    Collections.shuffle(joins, random);
    return joins;
  }

  /** Calls of a few identifiers in any combination. */
  List<StoryCall> soup(int calls, long now) {
    int values = 1 + random.nextInt(4);
    List<StoryCall> soup = new ArrayList<>();
    for (int number = 0; number < calls; number++) {
      List<Identifier> ids = new ArrayList<>();
      ids.add(id(random.nextBoolean() ? "user_id" : "anonymous_id", random.nextInt(values), 0));
      for (int i = random.nextInt(4) - 1; i > 0; i--) {
        ids.add(id(TYPES.get(random.nextInt(TYPES.size())), random.nextInt(values), 0));
      }
      soup.add(call(number, now, ids.stream().distinct().toList()));
    }
    return soup;
  }

  /** A call with these identifiers. */
  StoryCall call(int number, long now, List<Identifier> ids) {
    long late = random.nextInt(3) == 0 ? random.nextInt(160) * HOUR / 2 : 0;
    long timestamp = now - late - random.nextInt(4) * HOUR / 4;
    return new StoryCall(number, timestamp, ids, random.nextInt(3) == 0 ? identify() : track());
  }

  private String track() {
    return "\"type\":\"track\",\"event\":\"%s\",\"properties\":{\"n\":%d,\"s\":\"%s\"}"
        .formatted(
            random.nextInt(4) == 0 ? "B" : "A",
            random.nextInt(6),
            "abcd".charAt(random.nextInt(4)));
  }

  /** Custom traits; null takes one away. */
  private String identify() {
    List<String> traits = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      if (random.nextBoolean()) {
        String value = random.nextInt(3) == 0 ? "null" : Integer.toString(random.nextInt(9));
        traits.add("\"c" + i + "\":" + value);
      }
    }
    return "\"type\":\"identify\",\"traits\":{" + String.join(",", traits) + "}";
  }

  /** Some of them; the first is always a user or anonymous id. */
  private List<Identifier> some(List<Identifier> own) {
    List<Identifier> some = new ArrayList<>(own.subList(0, 1));
    for (Identifier id : own.subList(1, own.size())) {
      if (random.nextBoolean()) {
        some.add(id);
      }
    }
    return some;
  }

  private Identifier anyIdOf(List<StoryCall> life) {
    List<Identifier> ids = life.get(random.nextInt(life.size())).ids();
    return ids.get(random.nextInt(ids.size()));
  }

  private static Identifier id(String type, int person, int number) {
    return Identifier.ofUser(type, type.charAt(0) + "" + person + "-" + number);
  }
}
