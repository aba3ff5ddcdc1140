package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The OpenAPI document of the routes, {@code openapi.yaml} beside this class, as JSON. A test holds
 * it against the running server.
 */
final class ApiDocument {
  /** Where it is served. */
  static final String PATH = "openapi.json";

  private static final String RESOURCE = "openapi.yaml";

  /** The parser's own limit is meant for documents of strangers. */
  private static final int ALIASES_MAX = 1_000;

  private final byte[] json = read();

  /** Answers with the document; anybody may read it. */
  void handle(HttpServerExchange exchange) {
    Answers.send(exchange, 200, json);
  }

  private static byte[] read() {
    try (InputStream yaml =
        Objects.requireNonNull(ApiDocument.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(RESOURCE)
              .setMaxAliasesForCollections(ALIASES_MAX)
              .build();
      Object document = new Load(settings).loadFromInputStream(yaml);
      return new ObjectMapper().writeValueAsBytes(document);
    } catch (IOException failure) {
      throw new UncheckedIOException(RESOURCE + ": cannot be read", failure);
    }
  }
}
