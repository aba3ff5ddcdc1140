package dev.traitflow.core.json;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.traitflow.core.text.Decimals;

/**
 * The one reader of the JSON of calls, so that what the parser accepts can be read everywhere else.
 * It takes numbers of any length and exponent: {@link Decimals} says which of them are numeric.
 */
public final class CallJson {
  /** The default of readers of JSON. */
  private static final int NESTING_MAX = 1000;

  private static final int ECHO_CHARS_MAX = 40;

  /** Makes the readers. Thread-safe; it learns the names of members. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING_MAX)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .errorReportConfiguration(
              ErrorReportConfiguration.builder().maxErrorTokenLength(ECHO_CHARS_MAX).build())
          .build();

  private CallJson() {}
}
