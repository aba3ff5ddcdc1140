package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.EventLog;

/**
 * Deletes a user's profile with all it has: history, traits, identifiers, timers. It is an order in
 * the log, behind what came before it and before what comes after: the next event with one of the
 * identifiers makes a new profile.
 */
public final class ProfileDeletionHandler {
  private final SpaceRegistry spaces;
  private final EventLog log;

  public ProfileDeletionHandler(SpaceRegistry spaces, EventLog log) {
    this.spaces = spaces;
    this.log = log;
  }

  /** Answers {@code DELETE /config/spaces/{space}/profiles/TYPE:VALUE} with 202. */
  public void handle(Request request) {
    String lookup = request.path("identifier");
    String id =
        spaces
            .find(request.path("space"))
            .orElseThrow(() -> new HttpProblem(ErrorCode.NOT_FOUND, "Space was not found."))
            .id();
    int colon = lookup.indexOf(':');
    String type = lookup.substring(0, Math.max(0, colon));
    String value = IdentifierExtractor.normalise(type, lookup.substring(colon + 1));
    if (type.isEmpty() || value.isEmpty() || type.equals(Identifier.GROUP_ID)) {
      throw new HttpProblem(
          ErrorCode.VALIDATION,
          "The identifier must be TYPE:VALUE of a user, such as user_id:u1 (got '"
              + lookup
              + "').");
    }
    long offset = log.append(LogRecord.delete(id, 0, type, value)).join();
    ObjectNode answer = Answers.object();
    answer.put("status", "RUNNING").put("log_offset", offset);
    request.answer(202, answer);
  }
}
