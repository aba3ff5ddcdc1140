package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.ObjectChange;
import dev.traitflow.server.config.SpaceChanges;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.SpacePlan;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.StreamedAnswer;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.questions.TraitCsv;
import dev.traitflow.server.questions.TraitPlan;
import dev.traitflow.server.questions.TraitPreview;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
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
public final class HistoryReadsHandler {

  /** What a trait that is previewed is called until it has a name. */
  private static final String UNNAMED = "preview";

  /** Objects that profiles have values of. */
  private static final Set<Kind<?>> VALUED =
      Set.of(Kinds.TRAITS, Kinds.AUDIENCES, Kinds.PREDICTIONS);

  private final SpaceRegistry spaces;
  private final SpaceEditor editor;
  private final SpaceClock clock;
  private final ProfileRepository repository;

  public HistoryReadsHandler(SpaceRegistry spaces, SpaceClock clock, ProfileRepository repository) {
    this.spaces = spaces;
    this.editor = new SpaceEditor(spaces);
    this.clock = clock;
    this.repository = repository;
  }

  /** Answers {@code POST /config/spaces/{space}/traits/preview}. */
  public void preview(Request request) {
    SpaceDefinition space = editor.space(request);
    ObjectNode body = body(request);
    TraitDefinition trait = definition(body);
    long now = now(space.id());
    TraitPreview preview;
    // Closed before the answer leaves: who has it may stop the server.
    try (ProfileView view = repository.view()) {
      preview =
          TraitPreview.of(view, space.id(), SpaceChanges.asCreated(body, clock.controlNow()), now);
    }
    request.answer(200, PlanAnswers.preview(preview, trait, now));
  }

  /** Answers {@code POST /config/spaces/{space}/traits/plan}. */
  public void plan(Request request) {
    SpaceDefinition space = editor.space(request);
    ObjectNode body = body(request);
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
    request.answer(200, PlanAnswers.plan(change.action(), plan, result, now));
  }

  /** Answers {@code POST /admin/spaces/plan}. */
  public void planSpace(Request request) {
    Query query = request.query();
    ObjectNode body = request.json();
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
    request.answer(200, NameWarnings.with(answer, warnings));
  }

  /**
   * Counts the profiles that would lose something, and those whose values would change.
   *
   * @param counts whether values are compared too, which reads every event of the space
   */
  private TraitPlan.@Nullable Result count(
      String space, SpaceChanges changes, boolean counts, long now) {
    List<TraitDefinition> computed =
        changes.of(Kinds.TRAITS).stream()
            .map(ObjectChange::computed)
            .filter(Objects::nonNull)
            .toList();
    Set<String> losing =
        changes.objects().stream()
            .filter(ObjectChange::isDestructive)
            .filter(change -> VALUED.contains(change.kind()))
            .map(ObjectChange::key)
            .collect(Collectors.toSet());
    if (!counts && losing.isEmpty()) {
      return null;
    }
    try (ProfileView view = repository.view()) {
      return TraitPlan.of(view, space, counts ? computed : List.of(), losing, now);
    }
  }

  /** Answers {@code GET /config/spaces/{space}/traits/{key}/csv}. */
  public void csv(Request request) throws IOException {
    HttpServerExchange exchange = request.exchange();
    Query query = request.query();
    SpaceDefinition space = editor.space(request);
    String key = request.path("key");
    Set<String> keys = new LinkedHashSet<>(List.of(key));
    keys.addAll(query.texts("keys"));
    Set<String> defined = new LinkedHashSet<>();
    space.traits().forEach(trait -> defined.add(trait.key()));
    space.predictions().forEach(prediction -> defined.add(prediction.key()));
    for (String wanted : keys) {
      if (!defined.contains(wanted)) {
        throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no trait '" + wanted + "'.");
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
  private static ObjectNode body(Request request) {
    ObjectNode body = request.json();
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
}
