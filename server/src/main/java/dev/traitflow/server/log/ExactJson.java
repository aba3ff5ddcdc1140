package dev.traitflow.server.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Reads and writes JSON without touching its numbers: what came as {@code 22.50} leaves as {@code
 * 22.50}, and two readings of the same text are equal.
 */
public final class ExactJson {
  private static final int NESTING_MAX_OWN = 2_000;
  private static final JsonMapper MAPPER = mapper(new JsonFactory());

  /**
   * Accepted calls may nest as deep as a reader takes, lie deeper in what is kept of them, and have
   * numbers of any length.
   */
  private static final JsonMapper OWN =
      mapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(NESTING_MAX_OWN)
                      .maxNumberLength(Integer.MAX_VALUE)
                      .build())
              .streamWriteConstraints(
                  StreamWriteConstraints.builder().maxNestingDepth(NESTING_MAX_OWN).build())
              .build());

  /** Small integers are as long as others, so that two readings are equal; none is too long. */
  private static final class LongIntegers extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public NumericNode numberNode(int value) {
      return LongNode.valueOf(value);
    }
  }

  private ExactJson() {}

  private static JsonMapper mapper(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .nodeFactory(new LongIntegers())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /**
   * Reads one JSON value; an empty text is a missing node.
   *
   * @throws JsonProcessingException if the text is not JSON, or goes on behind it
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** Reads what {@link #write} wrote, or bytes of a call that was accepted. */
  public static JsonNode readOwn(byte[] json) {
    try {
      return OWN.readTree(json);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("kept bytes are not JSON", unreadable);
    }
  }

  /** Reads bytes from anywhere; empty if they are no JSON. */
  public static Optional<JsonNode> readForeign(byte[] bytes) {
    try {
      return Optional.of(OWN.readTree(bytes));
    } catch (IOException noJson) {
      return Optional.empty();
    }
  }

  /** Writes compact JSON as UTF-8. */
  public static byte[] write(JsonNode json) {
    try {
      return OWN.writeValueAsBytes(json);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A streaming reader of the text. */
  public static JsonParser parser(String text) throws IOException {
    return MAPPER.createParser(text);
  }
}
