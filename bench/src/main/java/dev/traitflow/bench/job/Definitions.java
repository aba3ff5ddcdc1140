package dev.traitflow.bench.job;

import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage.Define;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.ReaderOutput;

/** Spaces as JSON, and the control messages that bring them to every subtask of a fold. */
public final class Definitions {
  private static final List<String> CONTROL_KEYS =
      List.copyOf(ControlKeys.all(JobSettings.MAX_PARALLELISM));

  private Definitions() {}

  /** A space with these traits, each a JSON object; slots are given by their order. */
  public static String space(List<String> traits) {
    return "{\"name\":\"Bench\",\"traits\":[" + String.join(",", traits) + "]}";
  }

  /**
   * One trait.
   *
   * @param slot its place in a profile
   * @param key its key
   * @param fields type, event and so on, as JSON without the braces
   * @param window JSON, or empty for none
   */
  public static String trait(int slot, String key, String fields, String window) {
    return "{\"key\":\""
        + key
        + "\",\"slot\":"
        + slot
        + ","
        + fields
        + (window.isEmpty() ? "" : ",\"window\":" + window)
        + "}";
  }

  /** Sends a definition to every subtask; later ones need greater sequences. */
  public static void define(
      ReaderOutput<ProfileMessage> output,
      String space,
      String json,
      long sequence,
      int subtask,
      int subtasks) {
    messages(space, json, sequence, subtask, subtasks).forEach(output::collect);
  }

  /** What {@link #define} sends. */
  public static List<ProfileMessage> messages(
      String space, String json, long sequence, int subtask, int subtasks) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    Define define = new Define(sequence, 0, space, body);
    return CONTROL_KEYS.stream()
        .<ProfileMessage>map(key -> define.addressed(key, subtask, subtasks))
        .toList();
  }

  /** Four traits without windows. */
  public static List<String> simple() {
    String viewed = "\"event\":\"Product Viewed\"";
    String ordered = "\"event\":\"Order Completed\"";
    String sum = "\"type\":\"aggregation\",\"aggregation\":\"sum\",\"property\":\"revenue\",";
    return List.of(
        trait(0, "views", "\"type\":\"event_counter\"," + viewed, ""),
        trait(1, "orders", "\"type\":\"event_counter\"," + ordered, ""),
        trait(2, "revenue", sum + ordered, ""),
        trait(3, "product", "\"type\":\"last\",\"property\":\"product_id\"," + viewed, ""));
  }

  /** The twenty traits of the mixed load: every type, every kind of window. */
  public static List<String> mixed() {
    String viewed = "\"event\":\"Product Viewed\"";
    String ordered = "\"event\":\"Order Completed\"";
    String added = "\"event\":\"Product Added\"";
    String sum = "\"type\":\"aggregation\",\"aggregation\":\"sum\",\"property\":\"revenue\",";
    String avg = "\"type\":\"aggregation\",\"aggregation\":\"avg\",\"property\":\"revenue\",";
    String max = "\"type\":\"aggregation\",\"aggregation\":\"max\",\"property\":\"revenue\",";
    String min = "\"type\":\"aggregation\",\"aggregation\":\"min\",\"property\":\"revenue\",";
    String counter = "\"type\":\"event_counter\",";
    String dear =
        ",\"conditions\":{\"all\":[{\"property\":\"revenue\",\"op\":\"greater_than\",\"value\":50}]}";
    String week = "{\"within\":\"7 d\"}";
    String month = "{\"within\":\"30 d\"}";
    List<String[]> traits =
        List.of(
            new String[] {counter + viewed, ""},
            new String[] {counter + ordered, ""},
            new String[] {counter + viewed, week},
            new String[] {counter + ordered, month},
            new String[] {counter + ordered + dear, ""},
            new String[] {sum + ordered, ""},
            new String[] {sum + ordered, month},
            new String[] {avg + ordered, ""},
            new String[] {avg + ordered, week},
            new String[] {max + ordered, ""},
            new String[] {max + ordered, month},
            new String[] {min + ordered, ""},
            new String[] {"\"type\":\"most_frequent\",\"property\":\"category\"," + viewed, ""},
            new String[] {"\"type\":\"most_frequent\",\"property\":\"category\"," + viewed, week},
            new String[] {"\"type\":\"first\",\"property\":\"category\"," + viewed, ""},
            new String[] {"\"type\":\"last\",\"property\":\"product_id\"," + viewed, ""},
            new String[] {"\"type\":\"unique_list\",\"property\":\"category\"," + added, ""},
            new String[] {
              "\"type\":\"unique_list_count\",\"property\":\"product_id\"," + viewed, week
            },
            new String[] {counter + added, "{\"between\":[\"7 d\",\"14 d\"]}"},
            new String[] {counter + viewed, "{\"session\":\"30 m\"}"});
    List<String> all = new ArrayList<>();
    for (int slot = 0; slot < traits.size(); slot++) {
      all.add(trait(slot, "trait_" + slot, traits.get(slot)[0], traits.get(slot)[1]));
    }
    return all;
  }
}
