package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.identity.DependentMerges;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.JoinOrder;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.identity.UnmergeOrder;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.RequestBody;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.questions.JoinTrial;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.InsightLog;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The merges of a space: those a profile is made of, taking one back, and making profiles one. Both
 * orders go into the log; what cannot be carried out is refused before.
 */
public final class MergesHandler {
  private static final String LIST = "identifiers";

  private final SpaceEditor editor;
  private final EventLog log;
  private final ProfileRepository repository;

  public MergesHandler(SpaceRegistry spaces, EventLog log, ProfileRepository repository) {
    this.editor = new SpaceEditor(spaces);
    this.log = log;
    this.repository = repository;
  }

  /** The merges of the profile that has {@code identifier=TYPE:VALUE}. */
  public void list(Request request) {
    String space = editor.space(request).id();
    Identifier identifier = InsightsHandler.identifier(request.query().required("identifier"));
    ObjectNode answer;
    try (ProfileView view = repository.view()) {
      answer = merges(view, space, owner(view, space, identifier));
    }
    request.answer(200, answer);
  }

  /** Takes a merge back, wholly or for some of its identifiers. */
  public void undo(Request request) {
    String id = editor.space(request).id();
    byte[] bytes = request.body();
    ObjectNode body = bytes.length == 0 ? Answers.object() : RequestBody.object(bytes);
    UnmergeOrder order =
        new UnmergeOrder(
            request.path("merge"),
            identifiers(body.path(LIST)),
            body.path("cascade").asBoolean(false));
    try (ProfileView view = repository.view()) {
      check(view, id, order);
    }
    accepted(request, log.append(order.inLog(id, 0)).join());
  }

  private void check(ProfileView view, String space, UnmergeOrder order) {
    InsightLog insights = view.insights(space);
    Merge merge =
        insights
            .merge(order.merge())
            .orElseThrow(
                () ->
                    new HttpProblem(
                        ErrorCode.NOT_FOUND, "There is no merge '" + order.merge() + "'."));
    if (insights.isUndone(merge.id())) {
      throw new HttpProblem(ErrorCode.CONFLICT, "The merge was taken back before.");
    }
    String profile = view.canonical(space, merge.loser().id()).orElse(merge.survivor());
    Set<Identifier> all = new LinkedHashSet<>();
    for (StoredIdentifier stored : view.identifiers(space, profile)) {
      all.add(stored.identifier());
    }
    Set<Identifier> splitOff = new LinkedHashSet<>(order.identifiers());
    for (Identifier identifier : splitOff) {
      if (!all.contains(identifier)) {
        throw new HttpProblem(
            ErrorCode.VALIDATION,
            "The merged profile has no identifier "
                + identifier.type()
                + ":"
                + identifier.value()
                + ".");
      }
    }
    if (splitOff.isEmpty()) {
      merge.loser().identifiers().stream().map(Mapping::identifier).forEach(splitOff::add);
      splitOff.retainAll(all);
    }
    if (splitOff.isEmpty() || splitOff.size() == all.size()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT, "The merge cannot be taken back: one side would have no identifier.");
    }
    List<Merge> dependents = DependentMerges.of(merge, splitOff, insights.merges(profile));
    if (!dependents.isEmpty() && !order.cascade()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "Later merges depended on this one; take them back first, or with `cascade`.",
          dependents.stream().map(Merge::id).toList());
    }
  }

  /** Makes the profiles of some identifiers one. */
  public void join(Request request) {
    SpaceDefinition space = editor.space(request);
    List<Identifier> identifiers = identifiers(request.json().path(LIST));
    Set<String> profiles = new LinkedHashSet<>();
    Optional<Insight.Refused> refusal;
    try (ProfileView view = repository.view()) {
      for (Identifier identifier : identifiers) {
        profiles.add(owner(view, space.id(), identifier));
      }
      if (profiles.size() < 2) {
        throw new HttpProblem(
            ErrorCode.VALIDATION, "`" + LIST + "` must name identifiers of two profiles or more.");
      }
      long now = repository.asOf(space.id()).orElse(0);
      refusal = JoinTrial.refusal(view, space.id(), space.identity(), identifiers, now);
    }
    if (refusal.isPresent()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The profiles cannot be made one: "
              + refusal.get().text()
              + " (the rule: "
              + refusal.get().rule()
              + ").");
    }
    accepted(request, log.append(new JoinOrder(identifiers).inLog(space.id(), 0)).join());
  }

  private static void accepted(Request request, long offset) {
    ObjectNode answer = Answers.object();
    answer.put("status", "RUNNING").put("log_offset", offset);
    request.answer(202, answer);
  }

  private static ObjectNode merges(ProfileView view, String space, String profile) {
    ObjectNode answer = Answers.object();
    answer.put("segment_id", ProfileIds.shown(profile));
    ArrayNode data = answer.putArray("data");
    for (Merge merge : view.insights(space).merges(profile)) {
      ObjectNode node =
          data.addObject()
              .put("id", merge.id())
              .put("survivor", ProfileIds.shown(merge.survivor()))
              .put("loser", ProfileIds.shown(merge.loser().id()))
              .put("message_id", merge.messageId())
              .put("log_offset", merge.sequence());
      list(merge.survivorEvidence(), node.putArray("survivor_evidence"));
      list(merge.loserEvidence(), node.putArray("loser_evidence"));
      list(
          merge.loser().identifiers().stream().map(Mapping::identifier).toList(),
          node.putArray("loser_identifiers"));
    }
    return answer;
  }

  private static void list(List<Identifier> identifiers, ArrayNode into) {
    identifiers.forEach(each -> into.addObject().put("type", each.type()).put("id", each.value()));
  }

  private static String owner(ProfileView view, String space, Identifier identifier) {
    return view.resolve(space, identifier)
        .orElseThrow(
            () ->
                new HttpProblem(
                    ErrorCode.NOT_FOUND,
                    "Nobody has the identifier "
                        + identifier.type()
                        + ":"
                        + identifier.value()
                        + "."));
  }

  /** Identifiers as {@code TYPE:VALUE} or as objects with {@code type} and {@code id}. */
  private static List<Identifier> identifiers(JsonNode list) {
    if (!list.isMissingNode() && !list.isArray()) {
      throw new HttpProblem(ErrorCode.VALIDATION, "`" + LIST + "` must be a list.");
    }
    List<Identifier> identifiers = new ArrayList<>();
    for (JsonNode entry : list) {
      boolean isObject = entry.path("type").isTextual() && entry.path("id").isTextual();
      if (!entry.isTextual() && !isObject) {
        throw new HttpProblem(
            ErrorCode.VALIDATION, "`" + LIST + "` must hold TYPE:VALUE or {type, id}.");
      }
      identifiers.add(
          InsightsHandler.identifier(
              isObject
                  ? entry.path("type").textValue() + ":" + entry.path("id").textValue()
                  : entry.textValue()));
    }
    return identifiers;
  }
}
