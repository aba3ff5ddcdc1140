package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.identity.BlockedValue;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierRule;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.questions.RulesDryRun;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.List;

/**
 * The identity rules of a space: as they hold, with the types that were seen; saving others, trying
 * others on the profiles there are, taking those of another space. Rules hold for events after the
 * save; profiles stay as they are.
 */
public final class IdentityRulesHandler {
  private static final String MEMBER = "identity";

  private final SpaceEditor editor;
  private final ProfileRepository repository;

  public IdentityRulesHandler(SpaceRegistry spaces, ProfileRepository repository) {
    this.editor = new SpaceEditor(spaces);
    this.repository = repository;
  }

  /** Answers {@code GET /config/spaces/{space}/identity}. */
  public void show(Request request) {
    request.answer(200, shown(editor.space(request)));
  }

  /** Answers {@code PUT /config/spaces/{space}/identity}. */
  public void replace(Request request) {
    request.answer(200, shown(editor.replace(request.path("space"), MEMBER, request.json())));
  }

  /** Says what other rules would have made of the profiles there are. */
  public void dryRun(Request request) {
    request.answer(200, tried(editor.space(request), parse(request.json())));
  }

  /** Takes the rules of another space. */
  public void importRules(Request request) {
    ObjectNode body = request.json();
    if (!body.path("from").isTextual()) {
      throw new HttpProblem(
          ErrorCode.VALIDATION, "The body must name a space in `from` to take rules from.");
    }
    JsonNode theirs = editor.space(body.path("from").textValue()).json().path(MEMBER);
    JsonNode rules = theirs.isObject() ? theirs : JsonNodeFactory.instance.objectNode();
    request.answer(200, shown(editor.replace(request.path("space"), MEMBER, rules)));
  }

  private static IdentityRules parse(JsonNode body) {
    List<Problem> problems = new ArrayList<>();
    IdentityRules rules = IdentityRules.parse(new Fields(body, "", problems));
    if (!problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
    return rules;
  }

  private ObjectNode shown(SpaceDefinition space) {
    ObjectNode answer = Answers.object();
    ArrayNode identifiers = answer.putArray("identifiers");
    IdentityRules rules = space.identity();
    try (ProfileView view = repository.view()) {
      for (IdentifierRule rule : rules.ranked(view.identifierTypes(space.id(), Identifier.USERS))) {
        ObjectNode node = identifiers.addObject();
        describe(rule, node);
        node.put(
            "configured",
            rules.identifiers().stream().anyMatch(each -> each.type().equals(rule.type())));
      }
    }
    return answer
        .put("email_from_properties", rules.emailFromProperties())
        .put("blocked_defaults", rules.blockedDefaults().word());
  }

  private static void describe(IdentifierRule rule, ObjectNode node) {
    node.put("type", rule.type())
        .put("limit", rule.limit())
        .put("window", rule.window().word())
        .put("priority", rule.priority())
        .put("collection", rule.collection());
    ArrayNode blocked = node.putArray("blocked");
    for (BlockedValue value : rule.blocked()) {
      ObjectNode shown = blocked.addObject().put(value.isRegex() ? "regex" : "exact", value.text());
      if (!value.problem().isEmpty()) {
        shown.put("problem", value.problem());
      }
    }
    ArrayNode keys = node.putArray("custom_keys");
    rule.customKeys().forEach(keys::add);
  }

  private ObjectNode tried(SpaceDefinition space, IdentityRules rules) {
    RulesDryRun run;
    try (ProfileView view = repository.view()) {
      run = RulesDryRun.of(view, space.id(), rules);
    }
    ObjectNode answer = Answers.object();
    answer.put("profiles", run.users()).put("violating", run.offending());
    ArrayNode violations = answer.putArray("violations");
    for (RulesDryRun.Offence offence : run.offences()) {
      ObjectNode node =
          violations
              .addObject()
              .put("type", offence.rule().type())
              .put("limit", offence.rule().limit())
              .put("window", offence.rule().window().word())
              .put("over_limit", offence.overLimit())
              .put("blocked", offence.blocked());
      ArrayNode sample = node.putArray("sample");
      offence.sample().forEach(sample::add);
    }
    return answer;
  }
}
