package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.Fields;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.ObjectChange;
import dev.traitflow.server.config.SpaceChanges;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.SpaceList;
import dev.traitflow.server.config.SpacePlan;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.ProfileView;
import dev.traitflow.server.store.TraitCsv;
import dev.traitflow.server.store.TraitPlan;
import dev.traitflow.server.store.TraitPreview;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the control API that read the histories of a whole space: preview and plan of
 * definitions, and traits as CSV. They change nothing.
 */
final class HistoryReadsHandler {
  private static final int BODY_BYTES_MAX = 8 << 20;

  /** What a trait that is previewed is called until it has a name. */
  private static final String UNNAMED = "preview";

  /** Objects that profiles have values of. */
  private static final Set<SpaceList> VALUED =
      Set.of(SpaceList.TRAITS, SpaceList.AUDIENCES, SpaceList.PREDICTIONS);

  private final SpaceRegistry spaces;
  private final SpaceClock clock;
  private final ProfileRepository repository;

  HistoryReadsHandler(SpaceRegistry spaces, SpaceClock clock, ProfileRepository repository) {
    this.spaces = spaces;
    this.clock = clock;
    this.repository = repository;
  }

  /** True if the request is one of this handler's, each of which reads every history of a space. */
  static boolean isRoute(HttpServerExchange exchange, Query query) {
    List<String> path = query.path();
    boolean isPost = exchange.getRequestMethod().equals(Methods.POST);
    if (path.equals(List.of("admin", "spaces", "plan"))) {
      return isPost;
    }
    if (path.size() < 5 || !path.get(1).equals("spaces") || !path.get(3).equals("traits")) {
      return false;
    }
    return isPost
        ? path.size() == 5 && (path.get(4).equals("preview") || path.get(4).equals("plan"))
        : path.size() == 6
            && path.get(5).equals("csv")
            && exchange.getRequestMethod().equals(Methods.GET);
  }

  /**
   * Answers one request; who may was checked before.
   *
   * @return false if there is no such route here
   */
  boolean handle(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    String method = exchange.getRequestMethod().toString();
    boolean ofTraits =
        path.size() > 4
            && path.get(0).equals("config")
            && path.get(1).equals("spaces")
            && path.get(3).equals("traits");
    if (method.equals("POST") && path.equals(List.of("admin", "spaces", "plan"))) {
      planSpace(exchange, query);
    } else if (ofTraits && path.size() == 5 && method.equals("POST")) {
      switch (path.get(4)) {
        case "preview" -> preview(exchange, find(path.get(2)));
        case "plan" -> plan(exchange, find(path.get(2)));
        default -> {
          return false;
        }
      }
    } else if (ofTraits && path.size() == 6 && path.get(5).equals("csv") && method.equals("GET")) {
      csv(exchange, query, find(path.get(2)), path.get(4));
    } else {
      return false;
    }
    return true;
  }

  private void preview(HttpServerExchange exchange, SpaceDefinition space) throws IOException {
    ObjectNode body = body(exchange);
    TraitDefinition trait = definition(body);
    long now = now(space.id());
    TraitPreview preview;
    // Closed before the answer leaves: who has it may stop the server.
    try (ProfileView view = repository.view()) {
      preview =
          TraitPreview.of(view, space.id(), SpaceChanges.asCreated(body, clock.controlNow()), now);
    }
    Answers.send(exchange, 200, PlanAnswers.preview(preview, trait, now));
  }

  private void plan(HttpServerExchange exchange, SpaceDefinition space) throws IOException {
    ObjectNode body = body(exchange);
    TraitDefinition wanted = definition(body);
    ObjectChange change = SpaceChanges.of(space, wanted, body, clock.controlNow());
    TraitDefinition computed = change.computed();
    long now = now(space.id());
    TraitPlan.Result result;
    TraitPlan plan;
    try (ProfileView view = repository.view()) {
      if (computed == null) {
        result = TraitPlan.of(view, space.id(), List.of(), Set.of(wanted.key()), now);
        long kept = result.kept().getOrDefault(wanted.key(), 0L);
        plan = new TraitPlan(wanted.key(), 0, 0, 0, kept, List.of());
      } else {
        result = TraitPlan.of(view, space.id(), List.of(computed), Set.of(), now);
        plan = result.plans().get(0);
      }
    }
    Answers.send(exchange, 200, PlanAnswers.plan(change.action(), plan, result, now));
  }

  private void planSpace(HttpServerExchange exchange, Query query) throws IOException {
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    SpaceDefinition file;
    SpacePlan plan;
    try {
      file = SpaceFiles.parse(body);
      plan = spaces.plan(file, query.isSet("prune"));
    } catch (InvalidDefinitionException invalid) {
      throw HttpProblem.refused(invalid.problems());
    }
    SpaceDefinition current = plan.current();
    boolean counts = query.text("counts").orElse("true").equals("true");
    long now = current == null ? clock.now() : now(current.id());
    TraitPlan.Result result =
        current == null ? null : count(current.id(), plan.changes(), counts, now);
    ObjectNode answer = SpacePlanAnswer.of(file, plan, result, counts, now);
    // A space that is new has seen nothing.
    List<String> warnings =
        current == null ? List.of() : NameWarnings.of(repository, plan.wanted(), key -> true);
    Answers.send(exchange, 200, NameWarnings.with(answer, warnings));
  }

  /**
   * Counts the profiles that would lose something, and those whose values would change.
   *
   * @param counts whether values are compared too, which reads every event of the space
   */
  private TraitPlan.@Nullable Result count(
      String space, SpaceChanges changes, boolean counts, long now) {
    List<TraitDefinition> computed =
        changes.of(SpaceList.TRAITS).stream()
            .map(ObjectChange::computed)
            .filter(Objects::nonNull)
            .toList();
    Set<String> losing =
        changes.objects().stream()
            .filter(ObjectChange::isDestructive)
            .filter(change -> VALUED.contains(change.list()))
            .map(ObjectChange::key)
            .collect(Collectors.toSet());
    if (!counts && losing.isEmpty()) {
      return null;
    }
    try (ProfileView view = repository.view()) {
      return TraitPlan.of(view, space, counts ? computed : List.of(), losing, now);
    }
  }

  private void csv(HttpServerExchange exchange, Query query, SpaceDefinition space, String key)
      throws IOException {
    Set<String> keys = new LinkedHashSet<>(List.of(key));
    keys.addAll(query.texts("keys"));
    Set<String> defined = new LinkedHashSet<>();
    space.traits().forEach(trait -> defined.add(trait.key()));
    space.predictions().forEach(prediction -> defined.add(prediction.key()));
    for (String wanted : keys) {
      if (!defined.contains(wanted)) {
        throw new HttpProblem(404, "not_found", "There is no trait '" + wanted + "'.");
      }
    }
    TraitCsv.Format format =
        switch (query.text("format").orElse("a")) {
          case "a" -> TraitCsv.Format.OBJECT;
          case "b" -> TraitCsv.Format.COLUMNS;
          case "c" -> TraitCsv.Format.ROWS;
          default -> throw Query.invalid("format", "must be a, b or c");
        };
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "text/csv; charset=utf-8")
        .put(Headers.CONTENT_DISPOSITION, "attachment; filename=\"" + key + ".csv\"");
    StreamedAnswer answer = new StreamedAnswer(exchange);
    try (ProfileView view = repository.view()) {
      new TraitCsv(view, space.id(), List.copyOf(keys), format, query.isSet("escape_formulas"))
          .write(answer);
    }
    answer.close();
  }

  /** A definition as it came; one without key and name gets a key to be previewed under. */
  private static ObjectNode body(HttpServerExchange exchange) throws IOException {
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    if (!body.hasNonNull("key") && !body.hasNonNull("name")) {
      body.put("key", UNNAMED);
    }
    body.remove(List.of("slot", "version", "created_at"));
    return body;
  }

  private static TraitDefinition definition(ObjectNode body) {
    List<Problem> problems = new ArrayList<>();
    TraitDefinition trait = TraitDefinition.parse(new Fields(body, "", problems));
    if (!problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
    return trait;
  }

  private long now(String space) {
    OptionalLong asOf = repository.asOf(space);
    return asOf.isPresent() ? asOf.getAsLong() : clock.now();
  }

  private SpaceDefinition find(String idOrSlug) {
    return spaces
        .find(idOrSlug)
        .orElseThrow(
            () -> new HttpProblem(404, "not_found", "There is no space '" + idOrSlug + "'."));
  }
}
