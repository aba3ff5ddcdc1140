package dev.traitflow.server.profileapi;

import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.log.LogToken;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of a read that waits for a write: {@code after}, one or more tokens of the
 * tracking API, and {@code wait}, how many seconds at most.
 *
 * @param partition the partition of the space's order
 * @param offset the last record to wait for
 * @param patience how long at most
 */
public record AfterParameter(int partition, long offset, Duration patience) {
  static final String SECONDS_DEFAULT = "5";
  private static final int SECONDS_MAX = 60;
  private static final int SECONDS_CHARS_MAX = 12;

  /**
   * Reads them.
   *
   * @param partition the partition of the space that is read
   * @return empty if the read waits for nothing
   * @throws HttpProblem 400 if one is not what it should be
   */
  static Optional<AfterParameter> of(Query query, int partition) {
    if (!query.parameters().containsKey("after")) {
      return Optional.empty();
    }
    List<String> tokens = query.texts("after");
    if (tokens.isEmpty()) {
      throw Query.invalid("after", "is empty (expected the header X-Traitflow-Token of a call)");
    }
    long offset = -1;
    for (String text : tokens) {
      LogToken token =
          LogToken.parse(text)
              .orElseThrow(
                  () ->
                      Query.invalid(
                          "after",
                          "is no token (expected the header X-Traitflow-Token of a call)"));
      offset = Math.max(offset, token.offset(partition).orElse(-1));
    }
    if (offset < 0) {
      throw Query.invalid("after", "names calls to other spaces only");
    }
    return Optional.of(new AfterParameter(partition, offset, patience(query)));
  }

  private static Duration patience(Query query) {
    String text = query.text("wait").orElse(SECONDS_DEFAULT);
    try {
      BigDecimal seconds = new BigDecimal(text.length() > SECONDS_CHARS_MAX ? "" : text);
      if (seconds.signum() >= 0 && seconds.compareTo(BigDecimal.valueOf(SECONDS_MAX)) <= 0) {
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
      }
    } catch (NumberFormatException notANumber) {
      // Refused below like a number that is out of range.
    }
    throw Query.invalid("wait", "must be a number of seconds from 0 to " + SECONDS_MAX);
  }
}
