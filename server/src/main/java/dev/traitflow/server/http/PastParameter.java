package dev.traitflow.server.http;

import dev.traitflow.core.event.IsoTime;
import dev.traitflow.server.store.PastInstant;
import java.util.Optional;

/** The parameters that make a read one of the past: {@code as_of}, {@code known}, {@code slow}. */
final class PastParameter {
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
    // The plus of a zone arrives as a blank unless the caller encoded it.
    String written = text.get().indexOf('T') == 10 ? text.get().replace(' ', '+') : text.get();
    long at = IsoTime.parse(written);
    if (at == IsoTime.ABSENT) {
      throw Query.invalid("as_of", "must be an ISO-8601 instant or date");
    }
    return Optional.of(new PastInstant(at, query.isSet("known"), query.isSet("slow")));
  }
}
