package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.text.Decimals;
import dev.traitflow.core.text.IsoTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What a condition compares with, in every form an operator may need, made once. */
public final class Operand {
  private final List<String> texts = new ArrayList<>();
  private final List<@Nullable BigDecimal> numbers = new ArrayList<>();
  private final boolean numeric;
  private final boolean ignoreCase;
  private Instant instant = Instant.EPOCH;

  private Operand(boolean numeric, boolean ignoreCase) {
    this.numeric = numeric;
    this.ignoreCase = ignoreCase;
  }

  /**
   * Reads {@code value}, {@code value_type} and {@code ignore_case} of a condition. What does not
   * fit the operator is added to the reader's problems.
   */
  public static Operand parse(Fields fields, Operator operator) {
    ValueType type =
        fields
            .word(
                "value_type",
                "text or number",
                word -> word.equals("array") ? null : ValueType.of(word))
            .orElse(ValueType.TEXT);
    boolean ignoreCase = fields.bool("ignore_case", false);
    Operand operand = new Operand(type == ValueType.NUMBER, ignoreCase);
    JsonNode value = fields.get("value");
    if (!fields.isSound("op")) {
      return operand;
    }
    if (operator.takes() == Operator.Takes.NOTHING) {
      if (value != null) {
        fields.problem("value", "is there (expected none with " + operator.wireName() + ")");
      }
    } else if (value == null) {
      fields.problem("value", "is missing (expected one with " + operator.wireName() + ")");
    } else if (operator.takes() == Operator.Takes.LIST) {
      operand.takeList(fields, value);
    } else {
      operand.takeOne(fields, operator, value);
    }
    return operand;
  }

  /** Text {@code i}, folded if case is ignored. */
  String text(int i) {
    return texts.get(i);
  }

  /** Number {@code i}, or null if it is none. */
  @Nullable BigDecimal number(int i) {
    return numbers.get(i);
  }

  Instant instant() {
    return instant;
  }

  boolean anyItem(IntPredicate wanted) {
    for (int i = 0; i < texts.size(); i++) {
      if (wanted.test(i)) {
        return true;
      }
    }
    return false;
  }

  /** The value's text, folded if case is ignored. */
  String folded(JsonNode value) {
    return fold(ValueText.of(value));
  }

  /**
   * True if the value equals item {@code i}, as numbers if the condition says so, else as texts.
   */
  boolean equalsItem(JsonNode value, int i) {
    if (!numeric) {
      return folded(value).equals(text(i));
    }
    BigDecimal left = Decimals.of(value);
    BigDecimal right = number(i);
    return left != null && right != null && left.compareTo(right) == 0;
  }

  private void takeList(Fields fields, JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      fields.problem("value", "got " + list + " (expected a list that is not empty)");
      return;
    }
    for (JsonNode item : list) {
      if (item.isNull()) {
        fields.problem("value", "got null in the list (expected texts, numbers or booleans)");
      } else {
        take(fields, item);
      }
    }
  }

  private void takeOne(Fields fields, Operator operator, JsonNode value) {
    take(fields, value);
    if (operator.takes() == Operator.Takes.NUMBER && number(0) == null) {
      fields.problem("value", "got " + value + " (expected a number)");
    }
    if (operator.takes() == Operator.Takes.DATE) {
      Instant found = value.isTextual() ? IsoTime.parseZoned(value.textValue()) : null;
      if (found == null) {
        fields.problem(
            "value", "got " + value + " (expected a date, or a date and time with a zone)");
      } else {
        instant = found;
      }
    }
  }

  private void take(Fields fields, JsonNode value) {
    BigDecimal number = Decimals.of(value);
    if (numeric && number == null) {
      fields.problem("value", "got " + value + " (expected a number, as value_type says)");
    }
    texts.add(fold(ValueText.of(value)));
    numbers.add(number);
  }

  /** Upper case first: it unites letters that lower case alone keeps apart, such as sigmas. */
  private String fold(String text) {
    return ignoreCase ? text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : text;
  }
}
