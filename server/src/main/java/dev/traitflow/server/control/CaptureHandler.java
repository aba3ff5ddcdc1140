package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;

/** What capture destinations received, and how they answer: {@code /admin/capture/{id}}. */
public final class CaptureHandler {
  private static final int TIMES_MAX = 1_000_000;

  private final SpaceRegistry spaces;
  private final Deliveries deliveries;

  public CaptureHandler(SpaceRegistry spaces, Deliveries deliveries) {
    this.spaces = spaces;
    this.deliveries = deliveries;
  }

  /** Answers {@code GET /admin/capture/{destination}}. */
  public void received(Request request) {
    String destination = require(request);
    ObjectNode answer = SpaceEditor.listed(deliveries.captured(destination));
    ObjectNode filtered = answer.putObject("filtered");
    deliveries.filtered(destination).forEach(filtered::put);
    request.answer(200, answer);
  }

  /** Answers {@code DELETE /admin/capture/{destination}}. */
  public void empty(Request request) {
    deliveries.emptyCapture(require(request));
    request.answer(200, Answers.object().put("emptied", true));
  }

  /** Sets what the destination answers to its next calls. */
  public void plan(Request request) {
    String destination = require(request);
    ObjectNode body = request.json();
    int status = body.path("answer").asInt(0);
    int times = body.path("times").asInt(1);
    if (status < 200 || status > 599 || times < 0 || times > TIMES_MAX) {
      throw new HttpProblem(
          ErrorCode.VALIDATION,
          "The body must have `answer`, a status from 200 to 599, and `times`, from 0 to "
              + TIMES_MAX
              + ".");
    }
    deliveries.planAnswer(destination, status, times);
    request.answer(200, Answers.object().put("answer", status).put("times", times));
  }

  private String require(Request request) {
    String destination = request.path("destination");
    boolean known =
        spaces.all().stream()
            .flatMap(space -> space.destinations().stream())
            .anyMatch(
                each ->
                    each.id().equals(destination)
                        && each.kind().equals(DestinationDefinition.CAPTURE));
    if (!known) {
      throw new HttpProblem(
          ErrorCode.NOT_FOUND, "There is no capture destination '" + destination + "'.");
    }
    return destination;
  }
}
