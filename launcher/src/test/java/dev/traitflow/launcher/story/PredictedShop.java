package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One shop whose customers are predicted in six ways, trained once for all stories that look at it.
 * What its predictions and profiles were right after the first models is kept: later stories move
 * the clock and change data.
 */
final class PredictedShop {
  /** So many days after its start the shop's data ends. */
  static final int DAYS_AFTER = 30;

  /** A prediction that must not see some events and traits. */
  static final String BLIND =
      "{'key':'blind','kind':'purchase','exclude_events':['Email Opened'],"
          + "'exclude_traits':['points','vip','panel'],'retrain_days':365}";

  private static final List<String> MORE =
      List.of(
          "{'key':'refer','kind':'custom','events':['Referred Friend'],'window_days':30,"
              + "'retrain_days':365}",
          "{'key':'churn','kind':'churn','event':'Page Viewed','perform':false,'min_count':1,"
              + "'window_days':90,'retrain_days':365}",
          "{'key':'ltv','kind':'ltv','retrain_days':365}",
          "{'key':'panel_buy','kind':'purchase','cohort':'panelists','retrain_days':365}",
          BLIND);

  private static @Nullable PredictedShop shared;

  private final Story story =
      new Story(
          "{'audiences':[{'key':'panelists','root':{'all':[{'trait':'panel','op':'equals',"
              + "'value':true}]}}]}");
  private final PredictionStory predictions = new PredictionStory(story);
  private final PredictionData data = new PredictionData(story.start(), DAYS_AFTER);
  private final Map<String, JsonNode> shown = new LinkedHashMap<>();
  private final JsonNode begun;
  private final SortedMap<String, JsonNode> first;
  private double sent;

  private PredictedShop() {
    data.identify(story);
    data.send(story, -PredictionData.DAYS - 1, 0);
    story.flush();
    begun =
        predictions.create(
            "{'key':'buy','name':'Likelihood to purchase','kind':'purchase','window_days':30}");
    MORE.forEach(predictions::create);
    for (String key : List.of("buy", "refer", "churn", "ltv", "panel_buy", "blind")) {
      JsonNode trained = predictions.trained(key);
      assertThat(trained.path("state").asText()).as(trained.toString()).isEqualTo("Live");
      shown.put(key, trained);
    }
    story.flush();
    first = predictions.profiles();
  }

  /** The shop, set up when it is first asked for. */
  static synchronized PredictedShop shared() {
    PredictedShop known = shared;
    if (known == null) {
      known = new PredictedShop();
      shared = known;
    }
    return known;
  }

  Story story() {
    return story;
  }

  PredictionStory predictions() {
    return predictions;
  }

  PredictionData data() {
    return data;
  }

  /** The answer to the creation of the prediction {@code buy}. */
  JsonNode begun() {
    return begun;
  }

  /** A prediction as it was once its first model was in force. */
  JsonNode shown(String key) {
    return of(shown, key);
  }

  /** Everybody's traits after the first models. */
  SortedMap<String, JsonNode> first() {
    return first;
  }

  /** A numeric trait of everybody who had it after the first models. */
  SortedMap<String, Double> scores(String trait) {
    return PredictionStory.numbers(first, trait);
  }

  /**
   * Lets the shop's days go by until so many after the start: the clock, and at once what happened.
   */
  void liveUntil(double day) {
    if (day > sent) {
      Instant then = story.after(Duration.ofMinutes((long) (day * 1_440)));
      story
          .instance()
          .admin("POST", "/admin/clock", Story.json("{'now':'" + then + "'}"))
          .expect(200);
      data.send(story, sent, day);
      story.flush();
      sent = day;
    }
  }

  /** Deletes the other predictions: each would be trained again where its inputs have moved. */
  void endAllBut(String kept) {
    for (JsonNode each : story.config("GET", "/audiences", null).expect(200).path("data")) {
      if (!each.path("root").toString().contains("\"" + kept + "\"")) {
        int status = story.config("DELETE", "/audiences/" + name(each), null).status();
        assertThat(status).isIn(200, 409);
      }
    }
    for (JsonNode each : story.config("GET", "/predictions", null).expect(200).path("data")) {
      if (!name(each).equals(kept)) {
        story.config("DELETE", "/predictions/" + name(each), null).expect(200);
      }
    }
  }

  private static String name(JsonNode object) {
    return object.path("key").asText();
  }

  /** How many orders of known customers there were after the start. */
  long ordersSinceStart() {
    return data.count("Order Completed", 0.001, sent);
  }

  /** Emails opened and traits set of every other customer, which {@link #BLIND} must not see. */
  void sendWhatIsExcluded() {
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < PredictionData.KNOWN; i += 2) {
      for (int day = 1; day < 4; day++) {
        ObjectNode call = calls.addObject().put("type", "track").put("userId", "u" + i);
        call.put("event", "Email Opened").put("messageId", story.space() + "-x" + i + "-" + day);
        call.put("timestamp", story.start().minus(Duration.ofDays(day * 3L)).toString());
      }
      ObjectNode identify = calls.addObject().put("type", "identify").put("userId", "u" + i);
      identify.put("messageId", story.space() + "-y" + i);
      identify.put("timestamp", story.start().minus(Duration.ofDays(1)).toString());
      identify.putObject("traits").put("points", 1_000 - i).put("vip", i % 4 == 0);
    }
    story.batch(calls);
    story.flush();
  }

  /** The ids of the known customers of these numbers. */
  static Set<String> users(int from, int to) {
    Set<String> users = new HashSet<>();
    IntStream.range(from, to).forEach(i -> users.add("u" + i));
    return users;
  }

  static JsonNode of(Map<String, JsonNode> all, String name) {
    return all.getOrDefault(name, MissingNode.getInstance());
  }

  static double mean(Map<String, Double> numbers, Set<String> users) {
    return users.stream().mapToDouble(numbers::get).average().orElseThrow();
  }

  /** Ties of rounded probabilities leave room of as many places as there are ties. */
  static void percentilesFollow(
      Map<String, Double> percentiles, Map<String, Double> probabilities) {
    int all = probabilities.size();
    probabilities.forEach(
        (user, mine) -> {
          long lower = probabilities.values().stream().filter(p -> p < mine).count();
          long notHigher = probabilities.values().stream().filter(p -> p <= mine).count();
          double low = Math.floor(lower * 100.0 / all) / 100;
          double high = Math.floor((notHigher - 1) * 100.0 / all) / 100;
          assertThat(percentiles.get(user)).as(user).isBetween(low, high);
        });
  }
}
