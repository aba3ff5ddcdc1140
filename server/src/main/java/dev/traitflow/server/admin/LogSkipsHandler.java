package dev.traitflow.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.text.WhiteSpace;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.store.ProfileRepository;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's way past a record of the log that the job cannot get over. Orders are kept for
 * good, with their time and reason: they are part of what makes the log read the same once more.
 */
public final class LogSkipsHandler {
  private static final Logger LOG = LoggerFactory.getLogger(LogSkipsHandler.class);

  private final LogTail tail;
  private final ProfileRepository repository;
  private final Clock machine;

  /**
   * Skips records of a log.
   *
   * @param machine the machine's clock: an order is an event of the operation, not of a space
   */
  LogSkipsHandler(LogTail tail, ProfileRepository repository, Clock machine) {
    this.tail = tail;
    this.repository = repository;
    this.machine = machine;
  }

  public void list(Request request) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    tail.skipped().forEach(skipped -> describe(skipped, data.addObject()));
    request.answer(200, answer);
  }

  /** Answers {@code POST /admin/log/skips} of {@code offset} and {@code reason}. */
  void skip(Request request, SpaceDefinition space) {
    ObjectNode body = request.json();
    int lane = tail.lane(space.id());
    if (!body.path("offset").canConvertToExactIntegral() || !body.path("offset").isNumber()) {
      throw invalid("`offset` must be the record's offset in the log.");
    }
    String reason = WhiteSpace.strip(body.path("reason").asText());
    if (reason.isEmpty() || reason.length() > SkippedRecord.REASON_CHARS_MAX) {
      throw invalid(
          "`reason` must say why, in 1 to " + SkippedRecord.REASON_CHARS_MAX + " characters.");
    }
    long offset = body.path("offset").longValue();
    LogTail.Range range = tail.range(lane);
    if (!range.contains(offset)) {
      throw new HttpProblem(
          ErrorCode.NOT_FOUND,
          "Lane "
              + lane
              + " of the log has no record at offset "
              + offset
              + " (it has "
              + range.begin()
              + " to "
              + (range.end() - 1)
              + ").");
    }
    long passed = repository.progress().passed(lane);
    if (offset <= passed) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The job is past offset "
              + offset
              + " (it has come to "
              + passed
              + "): there is nothing to skip.");
    }
    SkippedRecord skipped = new SkippedRecord(lane, offset, space.id(), machine.millis(), reason);
    tail.skip(skipped);
    LOG.warn("Lane {}, offset {}: an operator lets the job pass over it", lane, offset);
    request.answer(201, describe(skipped, Answers.object()));
  }

  private static ObjectNode describe(SkippedRecord skipped, ObjectNode node) {
    return node.put("space", skipped.space())
        .put("lane", skipped.lane())
        .put("offset", skipped.offset())
        .put("at", IsoTime.format(skipped.at()))
        .put("reason", skipped.reason());
  }

  private static HttpProblem invalid(String sentence) {
    return new HttpProblem(ErrorCode.VALIDATION, sentence);
  }
}
