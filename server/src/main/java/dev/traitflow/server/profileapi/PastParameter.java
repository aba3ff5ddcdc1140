package dev.traitflow.server.profileapi;

import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.read.PastInstant;
import java.util.Optional;

/** The parameters that make a read one of the past: {@code as_of}, {@code known}, {@code slow}. */
public final class PastParameter {
  private PastParameter() {}

  /**
   * Reads them.
   *
   * @return empty if the read is of now
   * @throws HttpProblem 400 if {@code as_of} is no instant, or missing beside {@code known}
   */
  static Optional<PastInstant> of(Query query) {
    Optional<String> text = query.text("as_of");
    if (text.isEmpty()) {
      if (query.parameters().containsKey("as_of")) {
        throw Query.invalid("as_of", "is empty (expected an ISO-8601 instant or date)");
      }
      if (query.isSet("known")) {
        throw Query.invalid("known", "needs as_of beside it");
      }
      return Optional.empty();
    }
    long at = instant("as_of", text.get());
    return Optional.of(new PastInstant(at, query.isSet("known"), query.isSet("slow")));
  }

  /**
   * Reads an instant or a date, which means its midnight in UTC.
   *
   * @return epoch milliseconds
   * @throws HttpProblem 400 if it is neither
   */
  static long instant(String name, String text) {
    // The plus of a zone arrives as a blank unless the caller encoded it.
    long at = IsoTime.parse(text.indexOf('T') == 10 ? text.replace(' ', '+') : text);
    if (at == IsoTime.ABSENT) {
      throw Query.invalid(name, "must be an ISO-8601 instant or date");
    }
    return at;
  }
}
