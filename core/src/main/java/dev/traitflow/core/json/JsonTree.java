package dev.traitflow.core.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.text.Decimals;
import dev.traitflow.core.text.Utf8;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads JSON bytes into a tree whose numbers are exact. It reads token by token instead of using an
 * object mapper because a number beyond the limits must keep its literal, which a mapper loses.
 *
 * <p>Half a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD; otherwise a text would change
 * when its state is stored.
 */
public final class JsonTree {
  private static final int SHORT_INTEGER = 18;

  private JsonTree() {}

  /**
   * Returns the tree of {@code json}; a missing node if it is empty or no JSON. Bytes were checked
   * when the call was accepted, so that the latter means a nesting deeper than 1,000.
   */
  public static JsonNode parse(byte[] json) {
    if (json.length == 0) {
      return MissingNode.getInstance();
    }
    try (JsonParser parser = CallJson.FACTORY.createParser(json)) {
      JsonToken token = parser.nextToken();
      return token == null ? MissingNode.getInstance() : read(parser, token);
    } catch (IOException malformed) {
      return MissingNode.getInstance();
    }
  }

  private static JsonNode read(JsonParser parser, JsonToken token) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (token) {
      case START_OBJECT -> object(parser, nodes.objectNode());
      case START_ARRAY -> array(parser, nodes.arrayNode());
      case VALUE_STRING -> TextNode.valueOf(Utf8.wellFormed(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      default -> nodes.nullNode();
    };
  }

  private static JsonNode object(JsonParser parser, ObjectNode object) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = Utf8.wellFormed(parser.currentName());
      object.set(name, read(parser, parser.nextToken()));
    }
    return object;
  }

  private static JsonNode array(JsonParser parser, ArrayNode array) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(read(parser, token));
    }
    return array;
  }

  private static JsonNode number(String literal) {
    if (literal.length() < SHORT_INTEGER && isInteger(literal)) {
      return LongNode.valueOf(Long.parseLong(literal));
    }
    BigDecimal number = Decimals.parse(literal);
    return number == null ? new POJONode(new NumberLiteral(literal)) : DecimalNode.valueOf(number);
  }

  private static boolean isInteger(String literal) {
    for (int i = literal.charAt(0) == '-' ? 1 : 0; i < literal.length(); i++) {
      if (literal.charAt(i) < '0' || literal.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
