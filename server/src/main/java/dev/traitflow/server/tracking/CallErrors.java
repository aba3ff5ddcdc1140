package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.server.http.Answers;
import java.nio.charset.StandardCharsets;

/** What a strict caller is told of the events of one request. Of very many, the first are shown. */
public final class CallErrors {
  private static final int SHOWN_MAX = 5_000;

  private final boolean strict;
  private final ArrayNode shown = JsonNodeFactory.instance.arrayNode();
  private int count;

  /** Collects nothing if the caller is not {@code strict}. */
  CallErrors(boolean strict) {
    this.strict = strict;
  }

  boolean isStrict() {
    return strict;
  }

  /** True if nothing is to be told. */
  boolean isEmpty() {
    return count == 0;
  }

  void add(int index, DiscardReason reason, String message) {
    if (!strict) {
      return;
    }
    if (++count <= SHOWN_MAX) {
      shown.addObject().put("index", index).put("code", reason.code()).put("message", message);
    }
  }

  /** The answer to a single call. */
  byte[] ofSingle() {
    return isEmpty() ? LogAnswers.success() : refusal(Answers.object().put("success", false), 1);
  }

  /** The answer to a batch of so many events. */
  byte[] ofBatch(int size) {
    return isEmpty()
        ? LogAnswers.success()
        : refusal(
            Answers.object().put("success", false).put("accepted", Math.max(0, size - count)),
            size);
  }

  private byte[] refusal(ObjectNode answer, int size) {
    answer.set("errors", shown);
    // Some clients take a refusal without these for a passing fault, and send the same again.
    String code = size > 1 ? "multi_user_error" : shown.path(0).path("code").asText();
    String message =
        size > 1
            ? count + " of " + size + " events were refused; see errors."
            : shown.path(0).path("message").asText();
    return answer
        .put("code", code)
        .put("message", message)
        .put("error", message)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
