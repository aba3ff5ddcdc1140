package dev.traitflow.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * Values of a result as text and as JSON: numbers exact and without exponent, instants as ISO 8601
 * in UTC, bytes as base64, rows as objects.
 */
final class Cells {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private Cells() {}

  /** The value as it stands in a table: texts bare on one line, nested values as JSON. */
  static String text(@Nullable Object value) {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value).replace("null", "NULL");
    }
    String json = json(value);
    if (!json.startsWith("\"")) {
      return json;
    }
    return value instanceof byte[]
        ? json.substring(1, json.length() - 1)
        : value.toString().replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
  }

  /** Writes the value to {@code json}. */
  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else if (value instanceof Float || value instanceof Double) {
      writeFloating(json, ((Number) value).doubleValue(), value.toString());
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof byte[] bytes) {
      json.writeBinary(bytes);
    } else if (value instanceof Object[] items) {
      json.writeStartArray();
      for (Object item : items) {
        write(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Row row) {
      writeRow(json, row);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else {
      json.writeString(value.toString());
    }
  }

  /** JSON has no word for what is not finite; it becomes a text. */
  private static void writeFloating(JsonGenerator json, double number, String text)
      throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumber(new BigDecimal(text));
    } else {
      json.writeString(text);
    }
  }

  private static void writeRow(JsonGenerator json, Row row) throws IOException {
    Set<String> names = row.getFieldNames(true);
    json.writeStartObject();
    if (names == null) {
      for (int i = 0; i < row.getArity(); i++) {
        json.writeFieldName("f" + i);
        write(json, row.getField(i));
      }
    } else {
      for (String name : names) {
        json.writeFieldName(name);
        write(json, row.getField(name));
      }
    }
    json.writeEndObject();
  }

  private static String json(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
