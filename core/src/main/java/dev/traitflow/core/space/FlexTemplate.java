package dev.traitflow.core.space;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One of the six traits that a contact center starts with, ready to be added to a space. The demo
 * space of the contact center holds the same definitions; a test keeps them equal.
 *
 * @param id as the catalogue numbers it: R for recommended, O for optional
 * @param json the trait's definition
 */
public record FlexTemplate(String id, String json) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** All six, the recommended ones first. */
  public static final List<FlexTemplate> ALL =
      List.of(
          new FlexTemplate(
              "R1",
              """
              {"key": "total_inbounds", "name": "Total inbounds",
               "type": "event_counter", "event": "Flex - Engagement Initiated",
               "conditions": {"all": [
                 {"property": "direction", "op": "equals", "value": "Inbound"}]},
               "description": "How often the customer got in touch.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T10:00:00Z",
                  "properties": {"direction": "Inbound"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T11:00:00Z",
                  "properties": {"direction": "Inbound"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T09:00:00Z",
                  "properties": {"direction": "Outbound"}}],
                 "at": "2025-03-02T00:00:00Z", "value": 2}]}
              """),
          new FlexTemplate(
              "R2",
              """
              {"key": "frequent_inbound_channel", "name": "Frequent inbound channel",
               "type": "most_frequent", "event": "Flex - Engagement Initiated",
               "conditions": {"all": [
                 {"property": "direction", "op": "equals", "value": "Inbound"}]},
               "property": "channelType", "value_type": "text", "minimum_frequency": 2,
               "description":
                 "The channel the customer uses most, if at least twice; ties go to the alphabet.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T10:00:00Z",
                  "properties": {"direction": "Inbound", "channelType": "SMS"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T11:00:00Z",
                  "properties": {"direction": "Inbound", "channelType": "SMS"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T12:00:00Z",
                  "properties": {"direction": "Inbound", "channelType": "Email"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T13:00:00Z",
                  "properties": {"direction": "Inbound", "channelType": "Email"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T14:00:00Z",
                  "properties": {"direction": "Outbound", "channelType": "SMS"}}],
                 "at": "2025-03-02T00:00:00Z", "value": "Email"}]}
              """),
          new FlexTemplate(
              "O1",
              """
              {"key": "total_outbounds", "name": "Total outbounds",
               "type": "event_counter", "event": "Flex - Engagement Initiated",
               "conditions": {"all": [
                 {"property": "direction", "op": "equals", "value": "Outbound"}]},
               "description": "How often an agent got in touch with the customer.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T10:00:00Z",
                  "properties": {"direction": "Inbound"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T09:00:00Z",
                  "properties": {"direction": "Outbound"}}],
                 "at": "2025-03-02T00:00:00Z", "value": 1}]}
              """),
          new FlexTemplate(
              "O2",
              """
              {"key": "last_known_service_agent", "name": "Last known service agent",
               "type": "last", "event": "Flex - Engagement Initiated",
               "property": "lastKnownAgentWorkerSid", "value_type": "text",
               "description":
                 "Whom to route to; a conversation that tells no agent leaves the one before.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T11:00:00Z",
                  "properties": {"lastKnownAgentWorkerSid": "WK2"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T12:00:00Z",
                  "properties": {"direction": "Inbound"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T09:00:00Z",
                  "properties": {"lastKnownAgentWorkerSid": "WK3"}}],
                 "at": "2025-03-02T00:00:00Z", "value": "WK2"}]}
              """),
          new FlexTemplate(
              "O3",
              """
              {"key": "last_interaction_duration", "name": "Last interaction duration",
               "type": "last", "event": "Flex - Engagement Initiated",
               "property": "duration", "value_type": "number",
               "description": "Seconds the last conversation took.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T10:00:00Z",
                  "properties": {"duration": "312"}},
                 {"event": "Flex - Engagement Initiated", "timestamp": "2025-03-01T11:00:00Z",
                  "properties": {"duration": "n/a"}}],
                 "at": "2025-03-02T00:00:00Z", "value": 312}]}
              """),
          new FlexTemplate(
              "O4",
              """
              {"key": "sentiment_in_last_interaction", "name": "Sentiment in last interaction",
               "type": "last", "event": "Flex - Engagement Completed",
               "property": "sentiment", "value_type": "text",
               "description": "How the last conversation that tells it went.",
               "examples": [{"events": [
                 {"event": "Flex - Engagement Completed", "timestamp": "2025-03-01T10:00:00Z",
                  "properties": {"sentiment": "positive"}},
                 {"event": "Flex - Engagement Completed", "timestamp": "2025-03-01T11:00:00Z",
                  "properties": {"codes": {"topic": "billing"}}}],
                 "at": "2025-03-02T00:00:00Z", "value": "positive"}]}
              """));

  /** True if the trait is among those recommended to everybody. */
  public boolean recommended() {
    return id.startsWith("R");
  }

  /** The key of the trait. */
  public String key() {
    return definition().path("key").textValue();
  }

  /** The trait's definition, the caller's own: without destinations, slot and version. */
  public ObjectNode definition() {
    try {
      JsonNode read = MAPPER.readTree(json);
      if (read instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("template " + id + ": is not JSON", malformed);
    }
    throw new IllegalStateException("template " + id + ": is no JSON object");
  }
}
