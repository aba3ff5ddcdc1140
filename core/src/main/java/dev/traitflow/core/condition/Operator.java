package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.text.Decimals;
import dev.traitflow.core.text.IsoTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sixteen operators of conditions. Each is asked about one value that is there and not null;
 * what holds for a missing value, and for many values, follows from {@link #isNegation}.
 */
public enum Operator {
  EQUALS(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return operand.equalsItem(value, 0);
    }
  },
  /** The value is there and differs; a missing one does not hold. */
  NOT_EQUALS(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return !operand.equalsItem(value, 0);
    }
  },
  LESS_THAN(Takes.NUMBER) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return compares(value, operand, order -> order < 0);
    }
  },
  GREATER_THAN(Takes.NUMBER) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return compares(value, operand, order -> order > 0);
    }
  },
  LESS_OR_EQUAL(Takes.NUMBER) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return compares(value, operand, order -> order <= 0);
    }
  },
  GREATER_OR_EQUAL(Takes.NUMBER) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return compares(value, operand, order -> order >= 0);
    }
  },
  /** Substring; objects and arrays are searched in their compact JSON. */
  CONTAINS(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return operand.folded(value).contains(operand.text(0));
    }
  },
  /** Holds if no value contains the text, so for a missing one too. */
  NOT_CONTAINS(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return CONTAINS.matches(value, operand);
    }
  },
  STARTS_WITH(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return operand.folded(value).startsWith(operand.text(0));
    }
  },
  ENDS_WITH(Takes.VALUE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return operand.folded(value).endsWith(operand.text(0));
    }
  },
  EXISTS(Takes.NOTHING) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return true;
    }
  },
  NOT_EXISTS(Takes.NOTHING) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return true;
    }
  },
  BEFORE_DATE(Takes.DATE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      Instant instant = instant(value);
      return instant != null && instant.isBefore(operand.instant());
    }
  },
  AFTER_DATE(Takes.DATE) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      Instant instant = instant(value);
      return instant != null && instant.isAfter(operand.instant());
    }
  },
  EQUALS_ONE_OF(Takes.LIST) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      return operand.anyItem(i -> operand.equalsItem(value, i));
    }
  },
  CONTAINS_ONE_OF(Takes.LIST) {
    @Override
    boolean matches(JsonNode value, Operand operand) {
      String text = operand.folded(value);
      return operand.anyItem(i -> text.contains(operand.text(i)));
    }
  };

  /** What a condition's {@code value} must be. */
  enum Takes {
    NOTHING,
    VALUE,
    NUMBER,
    DATE,
    LIST
  }

  /** The names of all, for messages. */
  public static final String NAMES =
      Arrays.stream(values()).map(Operator::wireName).collect(Collectors.joining(", "));

  private final Takes takes;

  Operator(Takes takes) {
    this.takes = takes;
  }

  /** The name in definitions. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the operator of that name, or null if there is none. */
  public static @Nullable Operator of(String wireName) {
    for (Operator operator : values()) {
      if (operator.wireName().equals(wireName)) {
        return operator;
      }
    }
    return null;
  }

  /** What its {@code value} must be. */
  Takes takes() {
    return takes;
  }

  /** True for the operators that hold if no value matches; the others hold if any does. */
  public boolean isNegation() {
    return this == NOT_CONTAINS || this == NOT_EXISTS;
  }

  /** True if the operator holds for the values found, of which there may be none or many. */
  public boolean holds(Iterable<JsonNode> values, Operand operand) {
    for (JsonNode value : values) {
      if (matches(value, operand)) {
        return !isNegation();
      }
    }
    return isNegation();
  }

  /** Judges one value that is there and not null. */
  abstract boolean matches(JsonNode value, Operand operand);

  private static boolean compares(JsonNode value, Operand operand, IntPredicate wanted) {
    BigDecimal number = Decimals.of(value);
    BigDecimal other = operand.number(0);
    return number != null && other != null && wanted.test(number.compareTo(other));
  }

  private static @Nullable Instant instant(JsonNode value) {
    return value.isTextual() ? IsoTime.parseZoned(value.textValue()) : null;
  }
}
