package dev.traitflow.server.debugger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.log.ExactJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The approximate call a library was given, such as {@code analytics.track("Login", {"n":1})}. */
final class PrettyCall {
  /** The members that are arguments, in their order, by the name of the method. */
  private static final Map<String, List<String>> ARGUMENTS =
      Map.of(
          "identify", List.of("userId", "traits"),
          "track", List.of("event", "properties"),
          "page", List.of("category", "name", "properties"),
          "screen", List.of("category", "name", "properties"),
          "group", List.of("groupId", "traits"),
          "alias", List.of("userId", "previousId"));

  private PrettyCall() {}

  /** The call; null if {@code type} is no method. */
  static @Nullable String of(@Nullable String type, ObjectNode call) {
    if (type == null || !ARGUMENTS.containsKey(type)) {
      return null;
    }
    StringJoiner arguments = new StringJoiner(", ", "analytics." + type + "(", ")");
    for (String member : ARGUMENTS.getOrDefault(type, List.of())) {
      JsonNode value = call.path(member);
      // RudderStack's browser client sends those of an identify there and nowhere else.
      if (type.equals("identify") && member.equals("traits") && value.isMissingNode()) {
        value = call.path("context").path("traits");
      }
      if (!value.isMissingNode() && !value.isNull()) {
        arguments.add(new String(ExactJson.write(value), StandardCharsets.UTF_8));
      }
    }
    return arguments.toString();
  }
}
