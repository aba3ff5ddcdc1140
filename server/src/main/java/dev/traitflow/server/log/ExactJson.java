package dev.traitflow.server.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private static final ObjectReader OWN_READER = OWN.readerFor(JsonNode.class);

  /**
   * Hands over a number whose exponent is too large for exact arithmetic as the literal it is: it
   * is written as it came, and nothing calculates with it.
   */
  private static final class LargeExponents extends JsonParserDelegate {
    private static final int EXPONENT_CHARS_MAX = 5;
    private @Nullable RawValue literal;

    LargeExponents(JsonParser parser) {
      super(parser);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      JsonToken token = delegate.nextToken();
      literal = token == JsonToken.VALUE_NUMBER_FLOAT && isLarge() ? literal() : null;
      return currentToken();
    }

    @Override
    public @Nullable String nextFieldName() throws IOException {
      return nextToken() == JsonToken.FIELD_NAME ? delegate.currentName() : null;
    }

    @Override
    public @Nullable JsonToken currentToken() {
      return literal == null ? delegate.currentToken() : JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    @Override
    public int currentTokenId() {
      return literal == null ? delegate.currentTokenId() : JsonTokenId.ID_EMBEDDED_OBJECT;
    }

    @Override
    public @Nullable Object getEmbeddedObject() throws IOException {
      return literal == null ? delegate.getEmbeddedObject() : literal;
    }

    private RawValue literal() throws IOException {
      return new RawValue(delegate.getText());
    }

    private boolean isLarge() throws IOException {
      String text = delegate.getText();
      int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
      return exponent >= 0 && text.length() - exponent - 1 > EXPONENT_CHARS_MAX;
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
      return readCall(json);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("kept bytes are not JSON", unreadable);
    }
  }

  /** Reads bytes from anywhere; empty if they are no JSON. */
  public static Optional<JsonNode> readForeign(byte[] bytes) {
    try {
      return Optional.of(readCall(bytes));
    } catch (IOException noJson) {
      return Optional.empty();
    }
  }

  /**
   * Reads a call, or a part of one: its numbers may have any length and any exponent.
   *
   * @throws IOException if the bytes are not one JSON value, or nest too deep for a tree
   */
  public static JsonNode readCall(byte[] json) throws IOException {
    JsonNode value = OWN_READER.readTree(new LargeExponents(OWN.createParser(json)));
    return value == null ? MissingNode.getInstance() : value;
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
