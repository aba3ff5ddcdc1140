package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * Brings every number of a tree into its shortest decimal form, so that its text in SQL is the text
 * the semantics ask for: {@code 2.0} becomes {@code 2}.
 *
 * <p>DuckDB reads JSON numbers as doubles; one that a double might change is refused, so that the
 * oracle cannot be wrong without a word.
 */
final class PlainNumbers {
  private static final int DIGITS_MAX = 15;
  private static final int DECIMALS_MAX = 10;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private PlainNumbers() {}

  /** A copy with plain numbers; members keep their order. */
  static ObjectNode in(ObjectNode object) {
    ObjectNode copy = NODES.objectNode();
    object.properties().forEach(member -> copy.set(member.getKey(), in(member.getValue())));
    return copy;
  }

  private static JsonNode in(JsonNode node) {
    if (node.isObject()) {
      return in((ObjectNode) node);
    }
    if (node.isArray()) {
      ArrayNode copy = NODES.arrayNode();
      node.forEach(element -> copy.add(in(element)));
      return copy;
    }
    return node.isNumber() ? NODES.numberNode(plain(node.decimalValue())) : node;
  }

  /** The same number with a scale of at least 0 and no trailing zeros after the point. */
  static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (stripped.precision() > DIGITS_MAX
        || stripped.scale() > DECIMALS_MAX
        || stripped.precision() - stripped.scale() > DIGITS_MAX) {
      throw new IllegalArgumentException(
          "number: got " + number + " (expected at most " + DIGITS_MAX + " digits)");
    }
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
