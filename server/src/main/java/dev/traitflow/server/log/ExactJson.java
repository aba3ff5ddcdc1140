package dev.traitflow.server.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
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
import dev.traitflow.core.json.CallJson;
import dev.traitflow.core.text.Decimals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON without touching its numbers: what came as {@code 22.50} leaves as {@code
 * 22.50}, and two readings of the same text are equal.
 */
public final class ExactJson {
  /** How deep what is kept and answered may nest: calls, and what is around them. */
  public static final int NESTING_MAX_OWN = 2_000;

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
  private static final ObjectReader READER =
      mapper(CallJson.FACTORY.copy()).readerFor(JsonNode.class);

  /**
   * Hands over a number with a fraction or an exponent that is beyond the limits of {@link
   * Decimals} as the literal it is: it is written as it came, and nothing calculates with it.
   */
  private static final class Literals extends JsonParserDelegate {
    private @Nullable RawValue literal;

    Literals(JsonParser parser) {
      super(parser);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      JsonToken token = delegate.nextToken();
      literal = token == JsonToken.VALUE_NUMBER_FLOAT ? literalBeyondLimits() : null;
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

    private @Nullable RawValue literalBeyondLimits() throws IOException {
      String text = delegate.getText();
      return Decimals.parse(text) == null ? new RawValue(text) : null;
    }
  }

  /** Refuses a number beyond the limits of {@link Decimals}: a definition must not have it. */
  private static final class WithinLimits extends JsonParserDelegate {
    WithinLimits(JsonParser parser) {
      super(parser);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      JsonToken token = delegate.nextToken();
      if (token != null && token.isNumeric() && Decimals.parse(delegate.getText()) == null) {
        throw new JsonParseException(delegate, Decimals.beyondLimits(delegate.getText()));
      }
      return token;
    }

    @Override
    public @Nullable String nextFieldName() throws IOException {
      return nextToken() == JsonToken.FIELD_NAME ? delegate.currentName() : null;
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
   * Reads one JSON value that somebody defines; an empty text is a missing node.
   *
   * @throws JsonProcessingException if the text is not JSON, goes on behind it, or has a number
   *     that is beyond the limits of {@link Decimals}
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      JsonNode value = READER.readTree(new WithinLimits(READER.createParser(text)));
      return value == null ? MissingNode.getInstance() : value;
    } catch (JsonProcessingException refused) {
      throw refused;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
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
    JsonNode value = OWN_READER.readTree(new Literals(OWN.createParser(json)));
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
}
