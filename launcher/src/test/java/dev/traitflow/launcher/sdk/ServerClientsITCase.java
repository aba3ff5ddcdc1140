package dev.traitflow.launcher.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.TrackMessage;
import dev.traitflow.launcher.sdk.FaultyDoor.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Clients that run on servers tell their story, straight and through a door behind which things go
 * wrong: nothing is lost and nothing is there twice.
 */
class ServerClientsITCase {
  private static final String SEGMENT_NODE = "@segment/analytics-node";
  private static final List<Fault> ALL_FAULTS =
      List.of(Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.LOST_ANSWER);

  @Test
  void segmentNodeTellsItsStory() {
    ClientStory story = new ClientStory();
    JsonNode outcome = NodeClients.tell("segment-node.mjs", story.told(story.base()));
    assertThat(outcome.path("errors")).isEmpty();
    story.wasTold(story.anonymous(), SEGMENT_NODE);
  }

  @Test
  void segmentNodeLosesNothingToFaults() throws IOException {
    ClientStory story = new ClientStory();
    try (FaultyDoor door = new FaultyDoor(story.base(), ALL_FAULTS)) {
      JsonNode outcome = NodeClients.tell("segment-node.mjs", story.told(door.url()));
      assertThat(outcome.path("errors")).isEmpty();
      assertThat(outcome.path("tries")).hasToString("[\"0\",\"1\",\"2\",\"3\"]");
      assertThat(door.seen())
          .containsExactly(
              "/v1/batch UNAVAILABLE",
              "/v1/batch TOO_MANY",
              "/v1/batch LOST_ANSWER",
              "/v1/batch passed");
    }
    story.wasTold(story.anonymous(), SEGMENT_NODE);
  }

  @Test
  void legacySegmentNodeTellsItsStoryThroughFaults() throws IOException {
    throughFaults("segment-node-legacy.mjs", "analytics-node");
  }

  @Test
  void rudderNodeTellsItsStory() {
    ClientStory story = new ClientStory();
    JsonNode outcome = NodeClients.tell("rudder-node.mjs", story.told(story.base()));
    assertThat(outcome.path("errors")).isEmpty();
    story.wasTold(story.anonymous(), "analytics-node");
  }

  @Test
  void rudderNodeLosesNothingToFaults() throws IOException {
    throughFaults("rudder-node.mjs", "analytics-node");
  }

  private static void throughFaults(String script, String library) throws IOException {
    ClientStory story = new ClientStory();
    try (FaultyDoor door = new FaultyDoor(story.base(), ALL_FAULTS)) {
      JsonNode outcome = NodeClients.tell(script, story.told(door.url()));
      assertThat(outcome.path("errors")).isEmpty();
      assertThat(door.seen()).hasSizeGreaterThan(ALL_FAULTS.size());
    }
    story.wasTold(story.anonymous(), library);
  }

  @Test
  void segmentJavaTellsItsStory() throws Exception {
    ClientStory story = new ClientStory();
    try (FaultyDoor door = new FaultyDoor(story.base(), List.of())) {
      tellInJava(story, Analytics.builder(story.writeKey()).endpoint(door.url()));
      assertThat(door.seen()).containsOnly("/v1/import/ passed");
    }
    story.wasTold(story.anonymous(), "analytics-java");
  }

  @Test
  void segmentJavaSendsBatchesWhereTheWholePathIsGiven() throws Exception {
    ClientStory story = new ClientStory();
    tellInJava(story, Analytics.builder(story.writeKey()).setUploadURL(story.base() + "/v1/batch"));
    story.wasTold(story.anonymous(), "analytics-java");
  }

  @Test
  void segmentJavaLosesNothingToFaults() throws Exception {
    ClientStory story = new ClientStory();
    // One wait: this client's first is 15 seconds long whatever it is told.
    List<Fault> faults = List.of(Fault.LOST_ANSWER, Fault.UNAVAILABLE);
    try (FaultyDoor door = new FaultyDoor(story.base(), faults)) {
      tellInJava(story, Analytics.builder(story.writeKey()).endpoint(door.url()));
      assertThat(door.seen()).hasSizeGreaterThan(faults.size());
    }
    story.wasTold(story.anonymous(), "analytics-java");
  }

  /** The story in the client's words; returns when the client has heard of every call. */
  private static void tellInJava(ClientStory story, Analytics.Builder builder) throws Exception {
    List<MessageBuilder<?, ?>> calls = calls(story);
    CountDownLatch taken = new CountDownLatch(calls.size());
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Callback callback =
        new Callback() {
          @Override
          public void success(Message message) {
            taken.countDown();
          }

          @Override
          public void failure(Message message, Throwable reason) {
            failures.add(message.type() + ": " + reason);
            taken.countDown();
          }
        };
    Analytics analytics = builder.callback(callback).build();
    try {
      calls.forEach(analytics::enqueue);
      analytics.flush();
      assertThat(taken.await(2, TimeUnit.MINUTES)).as("all calls answered").isTrue();
    } finally {
      analytics.shutdown();
    }
    assertThat(failures).isEmpty();
  }

  private static List<MessageBuilder<?, ?>> calls(ClientStory story) {
    String user = story.user();
    Map<String, Object> order =
        Map.of("revenue", 22.5, "products", List.of(Map.of("sku", "A1", "price", 22.5)));
    Map<String, Object> traits =
        Map.of("email", story.email(), "plan", "pro", "address", Map.of("city", "Zürich"));
    return List.of(
        PageMessage.builder("Pricing")
            .anonymousId(story.anonymous())
            .properties(Map.of("path", "/pricing")),
        TrackMessage.builder("Product Viewed")
            .anonymousId(story.anonymous())
            .properties(Map.of("sku", "A1")),
        IdentifyMessage.builder().userId(user).anonymousId(story.anonymous()).traits(traits),
        TrackMessage.builder("Product Viewed").userId(user).properties(Map.of("sku", "B2")),
        TrackMessage.builder("Order Completed").userId(user).properties(order),
        GroupMessage.builder(story.group()).userId(user).traits(Map.of("industry", "Software")),
        AliasMessage.builder("old-" + user).userId(user));
  }
}
