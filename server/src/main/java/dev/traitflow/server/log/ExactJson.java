package dev.traitflow.server.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads and writes JSON without touching its numbers: what came as {@code 22.50} leaves as {@code
 * 22.50}, and two readings of the same text are equal.
 */
public final class ExactJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ExactJson() {}

  /**
   * Reads one JSON value; an empty text is a missing node.
   *
   * @throws JsonProcessingException if the text is not JSON, or goes on behind it
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** Reads what {@link #write} wrote. */
  public static JsonNode readOwn(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("kept bytes are not JSON", unreadable);
    }
  }

  /** Writes compact JSON as UTF-8. */
  public static byte[] write(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A streaming reader of the text. */
  public static JsonParser parser(String text) throws IOException {
    return MAPPER.createParser(text);
  }
}
