package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.server.log.ExactJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a server answers, and writes answers for programs: one document, numbers as the exact
 * decimals they are, and those beyond all limits as the literals they came as.
 */
final class Answer {
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder()
                          .maxNestingDepth(ExactJson.NESTING_MAX_OWN)
                          .build())
                  .build())
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private Answer() {}

  /**
   * Reads a document; a missing node if the text is empty.
   *
   * @throws IOException if it is not JSON
   */
  static JsonNode read(String text) throws IOException {
    return ExactJson.readCall(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Prints the document on one line. */
  static void print(JsonNode document, PrintWriter out) {
    try {
      out.println(JSON.writeValueAsString(document));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that cannot be written: " + document, e);
    }
  }
}
