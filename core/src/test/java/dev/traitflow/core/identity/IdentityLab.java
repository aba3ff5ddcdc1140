package dev.traitflow.core.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.identity.IdentifierExtractor.Extraction;
import java.util.ArrayList;
import java.util.List;

/** A space on the bench: calls go in as JSON in single quotes, resolutions come out. */
final class IdentityLab {
  static final long DAY = 86_400_000L;
  static final long START = 1_740_000_000_000L;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  final HeapIdentityStore store = new HeapIdentityStore();
  private final EventParser parser = new EventParser();
  private final IdentifierExtractor extractor;
  private final IdentityGraph graph;
  private int sent;

  private IdentityLab(IdentityRules rules) {
    extractor = new IdentifierExtractor(rules);
    graph = new IdentityGraph(rules, store);
  }

  /** A space without rules of its own. */
  static IdentityLab withDefaults() {
    return new IdentityLab(IdentityRules.DEFAULT);
  }

  /** A space with these rules, in single quotes. */
  static IdentityLab withRules(String json) {
    return new IdentityLab(rules(json));
  }

  static IdentityRules rules(String json) {
    List<Problem> problems = new ArrayList<>();
    IdentityRules rules = rules(json, problems);
    assertThat(problems).isEmpty();
    return rules;
  }

  static IdentityRules rules(String json, List<Problem> problems) {
    return IdentityRules.parse(new Fields(tree(json), "/identity", problems));
  }

  static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  /** Resolves a call that happens a second after the one before. */
  Resolution send(String json) {
    return sendAt(START + sent * 1000L, json);
  }

  Resolution sendAt(long timestamp, String json) {
    Event event = event(timestamp, json);
    return graph.resolve(event, extractor.extract(event).identifiers(), sent, () -> "P" + sent);
  }

  Extraction extract(String json) {
    return extractor.extract(event(START, json));
  }

  Event event(long timestamp, String json) {
    String messageId = "m-" + ++sent;
    byte[] body = json.replace('\'', '"').getBytes(UTF_8);
    return ((Accepted) parser.parse(body, "", messageId, "web", timestamp, false)).event();
  }

  /** The identifiers of the profile that now owns {@code type:value}, as texts. */
  List<String> profileOf(String type, String value) {
    String owner = store.owner(Identifier.ofUser(type, value));
    assertThat(owner).as(type + ":" + value).isNotNull();
    ProfileNode profile = store.profile(store.canonical(owner == null ? "" : owner));
    assertThat(profile).isNotNull();
    List<String> texts = new ArrayList<>();
    for (Mapping mapping : profile == null ? List.<Mapping>of() : profile.identifiers()) {
      texts.add(mapping.identifier().type() + ":" + mapping.identifier().value());
    }
    return texts;
  }
}
