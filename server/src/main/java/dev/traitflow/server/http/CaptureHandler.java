package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.delivery.Deliveries;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;

/** What capture destinations received, and how they answer: {@code /admin/capture/{id}}. */
final class CaptureHandler {
  private static final int BODY_BYTES_MAX = 1 << 16;
  private static final int TIMES_MAX = 1_000_000;

  private final SpaceRegistry spaces;
  private final Deliveries deliveries;

  CaptureHandler(SpaceRegistry spaces, Deliveries deliveries) {
    this.spaces = spaces;
    this.deliveries = deliveries;
  }

  /** Answers one request. */
  void handle(HttpServerExchange exchange, String destination) throws IOException {
    require(destination);
    switch (exchange.getRequestMethod().toString()) {
      case "GET" -> Answers.send(exchange, 200, received(destination));
      case "DELETE" -> {
        deliveries.emptyCapture(destination);
        Answers.send(exchange, 200, Answers.object().put("emptied", true));
      }
      case "POST" -> plan(exchange, destination);
      default -> throw SpaceRoutes.notTaken(exchange);
    }
  }

  private ObjectNode received(String destination) {
    ObjectNode answer = SpaceEditor.listed(deliveries.captured(destination));
    ObjectNode filtered = answer.putObject("filtered");
    deliveries.filtered(destination).forEach(filtered::put);
    return answer;
  }

  private void plan(HttpServerExchange exchange, String destination) throws IOException {
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    int status = body.path("answer").asInt(0);
    int times = body.path("times").asInt(1);
    if (status < 200 || status > 599 || times < 0 || times > TIMES_MAX) {
      throw new HttpProblem(
          400,
          "validation_error",
          "The body must have `answer`, a status from 200 to 599, and `times`, from 0 to "
              + TIMES_MAX
              + ".");
    }
    deliveries.planAnswer(destination, status, times);
    Answers.send(exchange, 200, Answers.object().put("answer", status).put("times", times));
  }

  private void require(String destination) {
    boolean known =
        spaces.all().stream()
            .flatMap(space -> space.destinations().stream())
            .anyMatch(
                each ->
                    each.id().equals(destination)
                        && each.kind().equals(DestinationDefinition.CAPTURE));
    if (!known) {
      throw new HttpProblem(
          404, "not_found", "There is no capture destination '" + destination + "'.");
    }
  }
}
