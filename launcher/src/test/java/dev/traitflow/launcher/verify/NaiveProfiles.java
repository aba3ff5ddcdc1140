package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.launcher.verify.NaiveIdentity.Person;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes every trait of every profile from a file's accepted calls alone, at the greatest
 * timestamp among them.
 *
 * <p>It is the oracle: it knows no state, no order of arrival beyond identity, no windows that
 * slide. Persons are joined first, then each computed trait is one query over all events. What it
 * does not know it refuses, so that it is never silently wrong. Not for definitions with {@code
 * same_element}, {@code custom_keys}, {@code backfill: false} or account level.
 */
final class NaiveProfiles {
  private static final MathContext AVERAGE = new MathContext(15, RoundingMode.HALF_EVEN);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /** UTF-8 bytes compare as code points do; {@code String.compareTo} does not. */
  private static final Comparator<String> BY_CODE_POINT =
      (left, right) ->
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

  private final NaiveSpace space;
  private final NaiveCalls.Reading reading;
  private final Map<Person, Integer> numbers = new HashMap<>();
  private final List<NaiveProfile> profiles = new ArrayList<>();
  private final Map<String, NaiveProfile> accounts = new TreeMap<>();

  private NaiveProfiles(NaiveSpace space, NaiveCalls.Reading reading) {
    this.space = space;
    this.reading = reading;
  }

  /** All profiles, users before accounts. */
  static List<NaiveProfile> compute(NaiveSpace space, NaiveCalls.Reading reading)
      throws SQLException {
    NaiveProfiles all = new NaiveProfiles(space, reading);
    all.compute();
    return all.profiles;
  }

  private void compute() throws SQLException {
    List<@Nullable Person> persons = new ArrayList<>();
    NaiveIdentity identity = new NaiveIdentity(space);
    for (NaiveCall call : reading.accepted()) {
      persons.add(identity.resolve(call));
    }
    for (Person person : persons) {
      if (person != null) {
        number(person);
      }
    }
    setCustomTraits(persons, identity);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      load((DuckDBConnection) connection, persons);
      for (Map<?, ?> trait : space.traits()) {
        setComputedTrait(connection, trait);
      }
    }
    profiles.addAll(accounts.values());
  }

  /** The number of a person's canonical profile, made when first asked for. */
  private int number(Person person) {
    return numbers.computeIfAbsent(
        person.canonical(),
        canonical -> {
          TreeSet<String> ids = new TreeSet<>();
          canonical.ids().keySet().forEach(id -> ids.add(id.type() + ":" + id.value()));
          profiles.add(new NaiveProfile("users", ids, new TreeMap<>()));
          return profiles.size() - 1;
        });
  }

  /** The newest identify wins for each key, the newest group call for an account; null removes. */
  private void setCustomTraits(List<@Nullable Person> persons, NaiveIdentity identity) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < persons.size(); i++) {
      order.add(i);
    }
    List<NaiveCall> calls = reading.accepted();
    order.sort(
        Comparator.<Integer>comparingLong(i -> calls.get(i).timestamp())
            .thenComparing(i -> calls.get(i).messageId(), BY_CODE_POINT));
    for (int i : order) {
      NaiveCall call = calls.get(i);
      Person person = persons.get(i);
      if (call.groupId() != null) {
        if (person != null && identity.makesAccount(call.groupId())) {
          set(account(NaiveIdentity.stripped(call.groupId())).traits(), call);
        }
      } else if (person != null && call.type().equals("identify")) {
        set(profiles.get(number(person)).traits(), call);
      }
    }
    for (Map<?, ?> trait : space.traits()) {
      profiles.forEach(profile -> profile.traits().remove(NaiveSpace.key(trait)));
    }
  }

  private NaiveProfile account(String groupId) {
    return accounts.computeIfAbsent(
        groupId,
        id ->
            new NaiveProfile(
                "accounts", new TreeSet<>(List.of("group_id:" + id)), new TreeMap<>()));
  }

  private static void set(Map<String, JsonNode> traits, NaiveCall call) {
    for (Map.Entry<String, JsonNode> trait : call.traits().properties()) {
      if (trait.getValue().isNull()) {
        traits.remove(trait.getKey());
      } else {
        traits.put(trait.getKey(), trait.getValue());
      }
    }
  }

  private void load(DuckDBConnection connection, List<@Nullable Person> persons)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET threads = 2");
      for (String macro : NaiveSql.MACROS) {
        statement.execute(macro);
      }
      statement.execute(
          """
          CREATE TABLE events (n BIGINT, profile INTEGER, ts BIGINT, mid VARCHAR, event VARCHAR,
            properties VARCHAR, context VARCHAR)""");
    }
    try (DuckDBAppender rows =
        connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "events")) {
      for (int i = 0; i < persons.size(); i++) {
        NaiveCall call = reading.accepted().get(i);
        Person person = persons.get(i);
        if (person != null && call.event() != null) {
          rows.beginRow();
          rows.append(call.line());
          rows.append(number(person));
          rows.append(call.timestamp());
          rows.append(call.messageId());
          rows.append(call.event());
          rows.append(json(call.properties()));
          rows.append(json(call.context()));
          rows.endRow();
        }
      }
    }
  }

  private void setComputedTrait(Connection connection, Map<?, ?> trait) throws SQLException {
    String key = NaiveSpace.key(trait);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(NaiveSql.query(trait, reading.now()))) {
      while (rows.next()) {
        JsonNode value = value(trait, rows.getString(2), rows.getLong(3));
        if (value != null) {
          profiles.get(rows.getInt(1)).traits().put(key, value);
        }
      }
    }
  }

  /** The value of a profile that once had a usable event; null if the trait is unset. */
  private static @Nullable JsonNode value(Map<?, ?> trait, @Nullable String text, long count) {
    String type = NaiveSpace.text(trait, "type");
    String kind = type.equals("aggregation") ? NaiveSpace.text(trait, "aggregation") : type;
    String usual = type.equals("aggregation") ? "number" : "text";
    String valueType = NaiveSpace.text(trait, "value_type", usual);
    if (text == null) {
      return switch (kind) {
        case "event_counter", "sum", "unique_list_count" -> IntNode.valueOf(0);
        case "unique_list" -> JSON.createArrayNode();
        default -> null;
      };
    }
    return switch (kind) {
      case "event_counter", "sum", "unique_list_count" -> number(new BigDecimal(text));
      case "avg" -> number(new BigDecimal(text).divide(BigDecimal.valueOf(count), AVERAGE));
      case "unique_list" -> parse(text);
      default ->
          switch (valueType) {
            case "number" -> number(new BigDecimal(text));
            case "array" -> parse(text);
            default -> TextNode.valueOf(text);
          };
    };
  }

  private static JsonNode number(BigDecimal exact) {
    BigDecimal stripped = exact.stripTrailingZeros();
    return new DecimalNode(stripped.scale() < 0 ? stripped.setScale(0) : stripped);
  }

  private static JsonNode parse(String json) {
    try {
      return Objects.requireNonNull(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB wrote what is not JSON: " + json, e);
    }
  }

  private static String json(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + node, e);
    }
  }
}
