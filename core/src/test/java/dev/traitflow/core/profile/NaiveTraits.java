package dev.traitflow.core.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stupid answer: what the traits of a list of events are at an instant, read off the rules for
 * computed traits with plain loops over everything. It shares no code with the engine and reads raw
 * JSON definitions, so that an error would have to be made twice to go unseen.
 */
final class NaiveTraits {
  static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private static final Comparator<Event> IN_ORDER =
      Comparator.comparingLong(Event::timestamp).thenComparing(Event::messageId, BY_CODE_POINT);

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final List<JsonNode> definitions;
  private final IdentityHashMap<Event, JsonNode[]> parsed = new IdentityHashMap<>();
  private final IdentityHashMap<JsonNode, IdentityHashMap<Event, Boolean>> part =
      new IdentityHashMap<>();
  private final IdentityHashMap<JsonNode, IdentityHashMap<Event, List<JsonNode>>> usable =
      new IdentityHashMap<>();

  NaiveTraits(List<JsonNode> definitions) {
    this.definitions = definitions;
  }

  /** Every trait ever there as {@code key -> JSON}, {@code null} as text if it is not there now. */
  Map<String, String> values(List<Event> events, long now) {
    List<Event> ordered = new ArrayList<>(events);
    ordered.sort(IN_ORDER);
    Map<String, String> values = new HashMap<>();
    for (Event event : ordered) {
      if (event.type() == EventType.IDENTIFY) {
        for (Map.Entry<String, JsonNode> member : json(event, 1).properties()) {
          values.put(member.getKey(), NaiveText.compact(member.getValue()));
        }
      }
    }
    written(ordered, values);
    for (JsonNode definition : definitions) {
      String key = definition.get("key").textValue();
      String value = computed(definition, ordered, now);
      if (value != null) {
        values.put(key, value);
      } else if (values.containsKey(key)) {
        values.put(key, "null");
      }
    }
    return values;
  }

  /** When the events behind a trait last changed; -1 if none ever took part. */
  long updatedAt(JsonNode definition, List<Event> events, long now) {
    long newest = -1;
    List<Long> times = new ArrayList<>();
    for (Event event : events) {
      if (takesPart(definition, event)) {
        times.add(event.timestamp());
      }
    }
    if (!definition.has("window")) {
      return times.stream().mapToLong(t -> t).max().orElse(-1);
    }
    JsonNode window = definition.get("window");
    for (long time : times) {
      if (window.has("session") && time <= now) {
        newest = Math.max(newest, time);
      } else if (time <= now) {
        long[] ages = ages(window);
        for (long instant : new long[] {time, time + ages[0], time + ages[1]}) {
          newest = instant <= now ? Math.max(newest, instant) : newest;
        }
      }
    }
    if (newest >= 0 && window.has("session")) {
      long closes = newest + millis(window.get("session").textValue());
      newest = closes <= now ? closes : newest;
    }
    return newest;
  }

  private void written(List<Event> ordered, Map<String, String> values) {
    Map<String, Event> newest = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (Event event : ordered) {
      if (event.type() == EventType.WRITE) {
        newest.put(event.name(), event);
        json(event, 1).fieldNames().forEachRemaining(keys::add);
      }
    }
    List<Event> writes = new ArrayList<>(newest.values());
    writes.sort(IN_ORDER.thenComparing(Event::name, BY_CODE_POINT));
    for (Event write : writes) {
      for (Map.Entry<String, JsonNode> member : json(write, 1).properties()) {
        if (!member.getValue().isNull()) {
          values.put(member.getKey(), NaiveText.compact(member.getValue()));
        }
      }
    }
    keys.forEach(key -> values.putIfAbsent(key, "null"));
  }

  /** Null if never matched, the text {@code null} if unset. */
  private @Nullable String computed(JsonNode definition, List<Event> ordered, long now) {
    boolean windowed = definition.has("window");
    List<Event> matched = new ArrayList<>();
    for (Event event : ordered) {
      if (takesPart(definition, event) && (!windowed || event.timestamp() <= now)) {
        matched.add(event);
      }
    }
    if (matched.isEmpty()) {
      return null;
    }
    List<Event> counted = matched;
    if (windowed && definition.get("window").has("session")) {
      counted = session(matched, millis(definition.get("window").get("session").textValue()), now);
    } else if (windowed) {
      long[] ages = ages(definition.get("window"));
      counted = new ArrayList<>();
      for (Event event : matched) {
        if (event.timestamp() > now - ages[1] && event.timestamp() <= now - ages[0]) {
          counted.add(event);
        }
      }
    }
    return calculate(definition, counted);
  }

  private static List<Event> session(List<Event> matched, long gap, long now) {
    int start = 0;
    for (int i = 1; i < matched.size(); i++) {
      if (matched.get(i).timestamp() - matched.get(i - 1).timestamp() >= gap) {
        start = i;
      }
    }
    Event last = matched.get(matched.size() - 1);
    return now - last.timestamp() >= gap ? List.of() : matched.subList(start, matched.size());
  }

  /** Remembered, because it does not depend on the instant: whether an event can ever count. */
  private boolean takesPart(JsonNode definition, Event event) {
    return part.computeIfAbsent(definition, d -> new IdentityHashMap<>())
        .computeIfAbsent(event, e -> judge(definition, e));
  }

  private boolean judge(JsonNode definition, Event event) {
    if (event.type() != EventType.TRACK
        && event.type() != EventType.PAGE
        && event.type() != EventType.SCREEN) {
      return false;
    }
    boolean tooOld =
        definition.has("backfill")
            && !definition.get("backfill").booleanValue()
            && event.receivedAt() <= definition.get("created_at").longValue();
    return !tooOld
        && event.name().equals(definition.get("event").textValue())
        && (!definition.has("conditions")
            || new NaiveConditions(this).group(definition.get("conditions"), event))
        && (definition.get("type").textValue().equals("event_counter")
            || !usable(definition, event).isEmpty());
  }

  private String calculate(JsonNode definition, List<Event> events) {
    String type = definition.get("type").textValue();
    if (type.equals("event_counter")) {
      return "" + events.size();
    }
    boolean number = valueType(definition).equals("number");
    List<JsonNode> values = new ArrayList<>();
    events.forEach(event -> values.addAll(usable(definition, event)));
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      texts.add(number ? NaiveText.plain(NaiveText.number(value)) : NaiveText.text(value));
    }
    return switch (type) {
      case "aggregation" -> aggregate(definition.get("aggregation").textValue(), texts, number);
      case "most_frequent" -> {
        String best = frequent(texts, definition.path("minimum_frequency").asInt(2));
        yield best == null ? "null" : number ? best : NaiveText.quoted(best);
      }
      case "first" -> values.isEmpty() ? "null" : out(definition, values.get(0), texts.get(0));
      case "last" ->
          values.isEmpty()
              ? "null"
              : out(definition, values.get(values.size() - 1), texts.get(texts.size() - 1));
      case "unique_list" ->
          "[" + String.join(",", distinct(texts).stream().map(NaiveText::quoted).toList()) + "]";
      default -> "" + distinct(texts).size();
    };
  }

  private static String out(JsonNode definition, JsonNode value, String text) {
    return switch (valueType(definition)) {
      case "number" -> text;
      case "array" -> NaiveText.compact(value);
      default -> NaiveText.quoted(text);
    };
  }

  private static String aggregate(String how, List<String> texts, boolean number) {
    if (how.equals("sum")) {
      return NaiveText.plain(
          texts.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add));
    }
    if (texts.isEmpty()) {
      return "null";
    }
    if (how.equals("avg")) {
      BigDecimal sum = texts.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
      return NaiveText.plain(
          sum.divide(new BigDecimal(texts.size()), new MathContext(15, RoundingMode.HALF_EVEN)));
    }
    List<String> sorted = new ArrayList<>(texts);
    sorted.sort(number ? Comparator.comparing(BigDecimal::new) : BY_CODE_POINT);
    String end = how.equals("min") ? sorted.get(0) : sorted.get(sorted.size() - 1);
    return number ? end : NaiveText.quoted(end);
  }

  private static @Nullable String frequent(List<String> texts, int minimum) {
    String best = null;
    int most = 0;
    for (String text : distinct(texts)) {
      int count = (int) texts.stream().filter(text::equals).count();
      if (count > most && count >= minimum) {
        most = count;
        best = text;
      }
    }
    return best;
  }

  private static List<String> distinct(List<String> texts) {
    List<String> sorted = new ArrayList<>(new HashSet<>(texts));
    sorted.sort(BY_CODE_POINT);
    return sorted;
  }

  private List<JsonNode> usable(JsonNode definition, Event event) {
    return usable
        .computeIfAbsent(definition, d -> new IdentityHashMap<>())
        .computeIfAbsent(event, e -> findUsable(definition, e));
  }

  private List<JsonNode> findUsable(JsonNode definition, Event event) {
    List<JsonNode> usable = new ArrayList<>();
    for (JsonNode value : find(event, definition.get("property").textValue())) {
      boolean fits =
          switch (valueType(definition)) {
            case "number" -> NaiveText.number(value) != null;
            case "array" -> value.isArray();
            default -> true;
          };
      if (fits) {
        usable.add(value);
      }
    }
    return usable;
  }

  private static String valueType(JsonNode definition) {
    if (definition.has("value_type")) {
      return definition.get("value_type").textValue();
    }
    return definition.get("type").textValue().equals("aggregation") ? "number" : "text";
  }

  /** The values at a path, without nulls. */
  List<JsonNode> find(Event event, String path) {
    String rest = path;
    JsonNode root = json(event, 0);
    if (path.startsWith("context.")) {
      root = json(event, 2);
      rest = path.substring("context.".length());
    } else if (path.equals("page_name")
        && event.type() == EventType.PAGE
        && event.title() != null) {
      return List.of(TextNode.valueOf(event.title()));
    } else if (path.equals("page_category")
        && event.type() == EventType.PAGE
        && event.category() != null) {
      return List.of(TextNode.valueOf(event.category()));
    } else if (path.equals("screen_name")
        && event.type() == EventType.SCREEN
        && event.title() != null) {
      return List.of(TextNode.valueOf(event.title()));
    }
    return walk(root, rest);
  }

  /** Follows a path from a node. */
  static List<JsonNode> walk(JsonNode root, String path) {
    List<JsonNode> nodes = List.of(root);
    for (String part : path.split("(?<!\\\\)\\.")) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : nodes) {
        if (part.equals("$")) {
          if (node.isArray()) {
            node.forEach(next::add);
          }
        } else if (node.isObject()) {
          next.add(node.path(part.replace("\\.", ".")));
        }
      }
      nodes = next;
    }
    return nodes.stream().filter(n -> !n.isMissingNode() && !n.isNull()).toList();
  }

  private static long[] ages(JsonNode window) {
    return window.has("within")
        ? new long[] {0, millis(window.get("within").textValue())}
        : new long[] {
          millis(window.get("between").get(0).textValue()),
          millis(window.get("between").get(1).textValue())
        };
  }

  private static long millis(String duration) {
    long unit =
        switch (duration.charAt(duration.length() - 1)) {
          case 'm' -> 60_000L;
          case 'h' -> 3_600_000L;
          default -> 86_400_000L;
        };
    return unit * Long.parseLong(duration.substring(0, duration.length() - 1).trim());
  }

  private JsonNode json(Event event, int which) {
    JsonNode[] nodes =
        parsed.computeIfAbsent(
            event, e -> new JsonNode[] {read(e.properties()), read(e.traits()), read(e.context())});
    return nodes[which];
  }

  static JsonNode read(byte[] json) {
    if (json.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
