package dev.traitflow.core.identity;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.core.text.Decimals;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts and numbers among the members of a JSON object, by name. Filled by one streaming pass that
 * builds nothing else; of equal names the last counts.
 */
final class MemberTexts {
  private final Map<String, Integer> places = new HashMap<>();
  private final @Nullable String[] texts;
  private final boolean[] numbers;

  /** For members of these names. */
  MemberTexts(Collection<String> names) {
    names.forEach(name -> places.putIfAbsent(name, places.size()));
    texts = new String[places.size()];
    numbers = new boolean[places.size()];
  }

  /** Forgets everything it found. */
  void clear() {
    for (int place = 0; place < texts.length; place++) {
      texts[place] = null;
    }
  }

  /** Reads the current value, an object or something without members, and passes over it. */
  void read(JsonParser json) throws IOException {
    clear();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      Integer place = places.get(name);
      if (place != null) {
        numbers[place] = token.isNumeric();
        texts[place] =
            token == JsonToken.VALUE_STRING
                ? json.getText()
                : token.isNumeric() ? shortest(json) : null;
      }
      json.skipChildren();
    }
  }

  /** The member's text, or its number as shortest decimal text; null if it has neither. */
  @Nullable String get(String name, boolean numberToo) {
    Integer place = places.get(name);
    return place == null || (numbers[place] && !numberToo) ? null : texts[place];
  }

  /** The shortest decimal text; a number too large to be numeric stays the literal it came as. */
  private static String shortest(JsonParser number) throws IOException {
    String literal = number.getText();
    BigDecimal value = Decimals.parse(literal);
    return value == null ? literal : Decimals.text(value);
  }
}
