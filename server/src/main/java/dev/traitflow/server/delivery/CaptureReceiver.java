package dev.traitflow.server.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.delivery.rows.DeliveryStore.PlannedAnswer;
import dev.traitflow.server.delivery.rows.PendingCall;
import dev.traitflow.server.log.ExactJson;
import java.util.Optional;

/**
 * A capture destination: it keeps every call it gets, with the status it answered. The call is kept
 * in the batch that takes it from those that wait, so each is there exactly once.
 */
final class CaptureReceiver {
  private static final int TAKEN = 200;

  private final DeliveryStore store;

  CaptureReceiver(DeliveryStore store) {
    this.store = store;
  }

  /**
   * Receives a call.
   *
   * @param work what it changes is added here
   * @param now the clock, epoch milliseconds
   * @return the status it answers
   */
  int receive(PendingCall call, DeliveryStore.Work work, long now) {
    Optional<PlannedAnswer> planned = store.plannedAnswer(call.destination());
    int status = planned.map(PlannedAnswer::status).orElse(TAKEN);
    planned.ifPresent(
        answer ->
            work.plan(call.destination(), new PlannedAnswer(answer.status(), answer.times() - 1)));
    JsonNode payload = ExactJson.readOwn(call.payload());
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.set("payload", payload);
    entry
        .put("status", status)
        .put("attempt", call.attempts() + 1)
        .put("message_id", call.messageId())
        .put("at", IsoTime.format(now));
    work.capture(call.destination(), ExactJson.write(entry));
    return status;
  }
}
