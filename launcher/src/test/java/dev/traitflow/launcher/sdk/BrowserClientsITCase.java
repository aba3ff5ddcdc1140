package dev.traitflow.launcher.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.sdk.FaultyDoor.Fault;
import dev.traitflow.launcher.story.Story;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Clients that run in pages tell their story in a real browser, and every request of the page is
 * written down: it goes to us or the test fails.
 */
class BrowserClientsITCase {
  /** Whom Chromium itself calls when it starts; no library here has business with them. */
  private static final Pattern BROWSERS_OWN =
      Pattern.compile("([a-z0-9-]+\\.)*(google|googleapis|gstatic)\\.com(:\\d+)?");

  @Test
  void segmentTellsItsStoryToNobodyElse() {
    ClientStory story = new ClientStory();
    JsonNode seen = tell(story, story.base(), "{}", 3);
    assertThat(texts(seen.path("requests")))
        .contains("GET " + story.base() + "/v1/projects/" + story.writeKey() + "/settings 200")
        .anyMatch(request -> request.endsWith("/v1/p 200"))
        .anyMatch(request -> request.endsWith("/v1/a 200"));
    spokeOnlyTo(story.base(), seen);
    story.wasTold(seen.at("/outcome/anonymous").asText(), "analytics.js");
  }

  @Test
  void segmentInBatchesTellsItsStoryToNobodyElse() {
    ClientStory story = new ClientStory();
    String batching =
        "{'integrations':{'Segment.io':{'deliveryStrategy':{'strategy':'batching',"
            + "'config':{'size':3,'timeout':1000}}}}}";
    JsonNode seen = tell(story, story.base(), batching, 3);
    assertThat(texts(seen.path("requests")))
        .anyMatch(request -> request.endsWith("/v1/b 200"))
        .noneMatch(request -> request.contains("/v1/t "));
    spokeOnlyTo(story.base(), seen);
    story.wasTold(seen.at("/outcome/anonymous").asText(), "analytics.js");
  }

  @Test
  void segmentLosesNothingToFaults() throws IOException {
    ClientStory story = new ClientStory();
    List<Fault> faults = List.of(Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.LOST_ANSWER);
    try (FaultyDoor door = new FaultyDoor(story.base(), faults)) {
      // Only the calls go through the door: the settings name the server itself.
      String host = door.url().substring("http://".length());
      String options = "{'integrations':{'Segment.io':{'apiHost':'" + host + "/v1'}}}";
      JsonNode seen = tell(story, story.base(), options, 10);
      assertThat(door.seen().stream().filter(one -> !one.endsWith("passed")))
          .hasSize(faults.size());
      assertThat(door.seen().stream().filter(one -> one.endsWith("passed"))).hasSize(7);
      story.wasTold(seen.at("/outcome/anonymous").asText(), "analytics.js");
    }
  }

  @Test
  void whatSpeaksToAnotherHostIsSeen() {
    // The library with settings that are not ours: it measures itself and tells its vendor. This is
    // what the other tests would see, had our settings not turned it off.
    ClientStory story = new ClientStory();
    ObjectNode told = told(story, story.base(), "{}", 3);
    String host = story.base().substring("http://".length());
    ObjectNode settings = told.putObject("settings").put("writeKey", story.writeKey());
    settings.set(
        "cdnSettings",
        Story.json(
            "{'integrations':{'Segment.io':{'apiKey':'%s','apiHost':'%s/v1','protocol':'http'}}}"
                .formatted(story.writeKey(), host)));
    JsonNode seen = NodeClients.tell("browser-segment.mjs", told);
    assertThat(texts(seen.path("hosts"))).hasSize(2).contains(host);
    assertThat(strangers(seen)).isNotEmpty();
  }

  @Test
  void rudderTellsItsStoryToNobodyElse() {
    ClientStory story = new ClientStory();
    ObjectNode told = told(story, story.base(), "{}", 3);
    JsonNode seen = NodeClients.tell("browser-rudder.mjs", told);
    assertThat(texts(seen.path("requests")))
        .anyMatch(request -> request.endsWith("/v1/identify 200"));
    spokeOnlyTo(story.base(), seen);
    story.wasTold(seen.at("/outcome/anonymous").asText(), "RudderLabs JavaScript SDK");
  }

  private static JsonNode tell(ClientStory story, String base, String options, int minutes) {
    return NodeClients.tell("browser-segment.mjs", told(story, base, options, minutes));
  }

  /** Only the address of the settings is changed: they name where everything else goes. */
  private static ObjectNode told(ClientStory story, String base, String options, int minutes) {
    ObjectNode told = story.told(base).put("chromium", NodeClients.chromium());
    told.putObject("settings").put("writeKey", story.writeKey()).put("cdnURL", base);
    told.set("options", Story.json(options));
    return told.put("minutes", minutes);
  }

  private static void spokeOnlyTo(String base, JsonNode seen) {
    assertThat(texts(seen.path("hosts"))).containsExactly(base.substring("http://".length()));
    assertThat(strangers(seen)).as("hosts the proxy was asked for").isEmpty();
  }

  private static List<String> strangers(JsonNode seen) {
    return texts(seen.path("refused")).stream()
        .filter(host -> !BROWSERS_OWN.matcher(host).matches())
        .toList();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
