package dev.traitflow.core.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stupid answer to what a value's number and text are. */
final class NaiveText {
  private NaiveText() {}

  static @Nullable BigDecimal number(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    return value.isTextual()
            && value.textValue().matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")
        ? new BigDecimal(value.textValue())
        : null;
  }

  static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : compact(value);
  }

  static String plain(@Nullable BigDecimal number) {
    String text = Objects.requireNonNull(number).toPlainString();
    if (text.contains(".")) {
      text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return text.equals("-0") ? "0" : text;
  }

  static String compact(JsonNode value) {
    if (value.isNumber()) {
      return plain(value.decimalValue());
    }
    if (value.isTextual()) {
      return quoted(value.textValue());
    }
    List<String> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> parts.add(compact(item)));
      return "[" + String.join(",", parts) + "]";
    }
    if (value.isObject()) {
      value.properties().forEach(m -> parts.add(quoted(m.getKey()) + ":" + compact(m.getValue())));
      return "{" + String.join(",", parts) + "}";
    }
    return value.toString();
  }

  static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
