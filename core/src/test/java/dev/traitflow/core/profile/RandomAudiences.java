package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Audiences over the traits that a {@link RandomSpace} knows, drawn from a seed. */
final class RandomAudiences {
  private static final List<String> TRAITS =
      List.of("t0", "t0", "t1", "t2", "t3", "plan_0", "plan_1", "p1", "é");
  private static final List<String> NUMBERS = List.of("0", "1", "2", "0.3", "-3", "10");
  private static final List<String> TEXTS =
      List.of("\"red\"", "\"RED\"", "\"2\"", "\"\"", "true", "1", "\"ré\"");

  private final Random random;

  RandomAudiences(Random random) {
    this.random = random;
  }

  /** Between one and four definitions in any order; one may refer to those with smaller numbers. */
  List<JsonNode> definitions() {
    List<JsonNode> definitions = new ArrayList<>();
    int size = 1 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      String json =
          "{\"key\":\"aud"
              + i
              + "\",\"root\":"
              + group(i, 1)
              + (random.nextBoolean() ? ",\"include_anonymous\":true" : "")
              + "}";
      definitions.add(NaiveTraits.read(json.getBytes(StandardCharsets.UTF_8)));
    }
    Collections.shuffle(definitions, random);
    return definitions;
  }

  private String group(int index, int depth) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      parts.add(depth < 3 && random.nextInt(4) == 0 ? group(index, depth + 1) : leaf(index));
    }
    String name = random.nextBoolean() ? "all" : "any";
    return "{\"" + name + "\":[" + String.join(",", parts) + "]}";
  }

  private String leaf(int index) {
    String not = random.nextInt(5) == 0 ? ",\"not\":true}" : "}";
    if (index > 0 && random.nextInt(4) == 0) {
      String member = random.nextBoolean() ? "" : ",\"member\":" + random.nextBoolean();
      return "{\"audience\":\"aud" + random.nextInt(index) + "\"" + member + not;
    }
    return "{\"trait\":\"" + any(TRAITS) + "\"," + condition() + not;
  }

  private String condition() {
    String fold = random.nextInt(3) == 0 ? ",\"ignore_case\":true" : "";
    return switch (random.nextInt(6)) {
      case 0 -> "\"op\":\"" + any(List.of("exists", "not_exists")) + "\"";
      case 1, 2 ->
          "\"op\":\""
              + any(List.of("greater_than", "less_than", "greater_or_equal", "less_or_equal"))
              + "\",\"value\":"
              + any(NUMBERS);
      case 3 ->
          "\"op\":\""
              + any(List.of("equals", "not_equals"))
              + "\",\"value\":"
              + any(NUMBERS)
              + ",\"value_type\":\"number\"";
      case 4 ->
          "\"op\":\""
              + any(List.of("equals_one_of", "contains_one_of"))
              + "\",\"value\":["
              + any(TEXTS)
              + ","
              + any(NUMBERS)
              + "]"
              + fold;
      default ->
          "\"op\":\""
              + any(List.of("equals", "not_equals", "contains", "not_contains", "starts_with"))
              + "\",\"value\":"
              + any(TEXTS)
              + fold;
    };
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
