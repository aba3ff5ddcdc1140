package dev.traitflow.predict.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TrainingQueueTest {
  private final TrainingQueue queue = new TrainingQueue();

  @Test
  void aSpaceThatAsksAgainGoesToTheEnd() {
    queue.add("a", "one");
    queue.add("a", "two");
    queue.add("b", "three");
    TrainingQueue.Batch first = queue.poll().orElseThrow();
    assertThat(first.space()).isEqualTo("a");
    assertThat(first.keys()).containsExactly("one", "two");
    queue.add("a", "one");
    assertThat(queue.poll().orElseThrow().space()).isEqualTo("b");
    assertThat(queue.poll().orElseThrow().space()).isEqualTo("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void whoWaitsGetsTheAnswersOfItsOwnPredictions() {
    queue.add("a", "one");
    CompletableFuture<List<ObjectNode>> waiting = queue.request("a", List.of("two", "gone"));
    TrainingQueue.Batch batch = queue.poll().orElseThrow();
    assertThat(batch.isRequested()).isTrue();
    assertThat(batch.keys()).containsExactly("one", "two", "gone");
    ObjectNode two = JsonNodeFactory.instance.objectNode().put("prediction", "two");
    batch.complete(Map.of("one", JsonNodeFactory.instance.objectNode(), "two", two));
    assertThat(waiting.join()).containsExactly(two);
  }

  @Test
  void whatIsDroppedIsNotTrained() {
    queue.add("a", "one");
    assertThat(queue.contains("a", "one")).isTrue();
    queue.remove("a", "one");
    assertThat(queue.contains("a", "one")).isFalse();
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void whoWaitsIsSentAwayAtTheEnd() {
    CompletableFuture<List<ObjectNode>> waiting = queue.request("a", List.of("one"));
    queue.close();
    assertThat(waiting).isCompletedExceptionally();
  }
}
