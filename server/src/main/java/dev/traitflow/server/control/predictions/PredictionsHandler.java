package dev.traitflow.server.control.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.control.NameWarnings;
import dev.traitflow.server.control.SpaceEditor;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.predictions.ModelStates;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.predictions.ScoreRemoval;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.List;
import java.util.Optional;

/**
 * The predictions of a space: listed, created, shown, trained, rolled back, deleted. None is ever
 * edited: its scores would mean another thing from one day to the next.
 */
public final class PredictionsHandler {
  private static final String LIST = "predictions";

  private final EventLog log;
  private final ProfileRepository repository;
  private final PredictionControl control;
  private final ModelStates models;
  private final SpaceEditor editor;

  public PredictionsHandler(
      SpaceRegistry spaces,
      EventLog log,
      ProfileRepository repository,
      PredictionControl control,
      ModelStates models) {
    this.log = log;
    this.repository = repository;
    this.control = control;
    this.models = models;
    this.editor = new SpaceEditor(spaces);
  }

  /** Answers {@code GET /config/spaces/{space}/predictions}. */
  public void list(Request request) {
    SpaceDefinition space = editor.space(request);
    List<JsonNode> all =
        space.predictions().stream().map(each -> (JsonNode) show(space, each)).toList();
    request.answer(200, SpaceEditor.listed(all));
  }

  /** Answers {@code POST /config/spaces/{space}/predictions}. */
  public void create(Request request) {
    ObjectNode body = request.json();
    boolean restore = editor.restores(request.query(), body);
    request.answer(201, create(request.path("space"), body, restore));
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}}. */
  public void show(Request request) {
    SpaceDefinition space = editor.space(request);
    request.answer(200, show(space, require(space, request)));
  }

  /** Refuses a change: a prediction with another definition is another prediction. */
  public void change(Request request) {
    String key = require(editor.space(request), request).key();
    throw new HttpProblem(
        ErrorCode.VALIDATION,
        "A prediction cannot be edited, only recreated: delete '"
            + key
            + "' and create it again, or create another beside it.");
  }

  /** Answers {@code DELETE /config/spaces/{space}/predictions/{prediction}}. */
  public void delete(Request request) {
    SpaceDefinition space = editor.space(request);
    request.answer(200, delete(space, require(space, request).key()));
  }

  /** Begins a training and does not wait for it. */
  public void train(Request request) {
    SpaceDefinition space = editor.space(request);
    PredictionDefinition definition = require(space, request);
    asked("", () -> control.start(space.id(), definition.key()));
    request.answer(202, show(space, definition));
  }

  /** Answers {@code GET /config/spaces/{space}/predictions/{prediction}/versions}. */
  public void versions(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request).key();
    request.answer(200, PredictionAnswers.versions(state(space, key)));
  }

  /** Puts an earlier version into force. */
  public void rollBack(Request request) {
    SpaceDefinition space = editor.space(request);
    PredictionDefinition definition = require(space, request);
    JsonNode version = request.json().path("version");
    if (!version.isTextual()) {
      throw HttpProblem.invalid(
          List.of(new Problem("/version", "is missing (expected one of the versions)")));
    }
    asked("/version", () -> control.rollBack(space.id(), definition.key(), version.textValue()));
    request.answer(200, show(space, definition));
  }

  /** The space that the address of a request names, or 404. */
  SpaceDefinition space(Request request) {
    return editor.space(request);
  }

  /** The prediction that the address of a request names, or 404. */
  static PredictionDefinition require(SpaceDefinition space, Request request) {
    return require(space, request.path("prediction"));
  }

  /** The prediction of that key, or 404. */
  static PredictionDefinition require(SpaceDefinition space, String key) {
    return space.predictions().stream()
        .filter(each -> each.key().equals(key))
        .findFirst()
        .orElseThrow(
            () -> new HttpProblem(ErrorCode.NOT_FOUND, "There is no prediction '" + key + "'."));
  }

  /** How a prediction stands, if its training was ever begun. */
  Optional<ModelState> state(SpaceDefinition space, String key) {
    return models.find(space.id(), key);
  }

  /** How a prediction stands if it has a model; 409 with the reason if it has none. */
  ModelState live(SpaceDefinition space, String key) {
    Optional<ModelState> state = state(space, key);
    return state
        .filter(ModelState::hasModel)
        .orElseThrow(
            () ->
                new HttpProblem(
                    ErrorCode.CONFLICT,
                    "The prediction '"
                        + key
                        + "' has no model yet ("
                        + state.map(each -> each.phase().word()).orElse("In Progress")
                        + state
                            .map(ModelState::message)
                            .filter(m -> !m.isEmpty())
                            .map(m -> ": " + m)
                            .orElse("")
                        + ")."));
  }

  /** Takes the traits of predictions from profiles that {@code after} no longer has. */
  public void forgetGone(SpaceDefinition before, SpaceDefinition after) {
    for (PredictionDefinition each : before.predictions()) {
      if (after.predictions().stream().noneMatch(kept -> kept.key().equals(each.key()))) {
        control.forget(after.id(), each.key());
        try (ProfileView view = repository.view()) {
          ScoreRemoval.run(view, log, after.id(), each.key());
        }
      }
    }
  }

  private ObjectNode create(String space, ObjectNode body, boolean restore) {
    if (!body.hasNonNull("key") && body.path("name").isTextual()) {
      body.put("key", TraitDefinition.keyOf(body.path("name").textValue()));
    }
    SpaceEditor.read(body, PredictionDefinition::parse);
    String key = body.path("key").textValue();
    SpaceDefinition before = editor.space(space);
    editor.refuseUsed(before, key, restore);
    editor.refuseBeyondPlan(before, Kinds.PREDICTIONS);
    SpaceDefinition after = editor.edit(space, LIST, restore, list -> list.add(body));
    // Whoever trains may have seen the definition already.
    if (control.progress(after.id(), key).isEmpty()) {
      control.start(after.id(), key);
    }
    return NameWarnings.with(show(after, require(after, key)), repository, after, key);
  }

  private ObjectNode delete(SpaceDefinition before, String key) {
    List<String> consumers =
        before.audiences().stream()
            .filter(each -> ScoreRemoval.keys(key).stream().anyMatch(each.reads()::contains))
            .map(AudienceDefinition::key)
            .toList();
    if (!consumers.isEmpty()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The prediction '" + key + "' is used by " + String.join(", ", consumers) + ".");
    }
    SpaceDefinition after =
        editor.edit(
            before.id(),
            LIST,
            list -> list.remove(SpaceEditor.place(Kinds.PREDICTIONS, list, key)));
    forgetGone(before, after);
    return Answers.object().put("key", key).put("deleted", true);
  }

  private ObjectNode show(SpaceDefinition space, PredictionDefinition definition) {
    JsonNode list = space.json().path(LIST);
    ObjectNode answer =
        PredictionAnswers.whole(
            definition,
            list.path(SpaceEditor.place(Kinds.PREDICTIONS, list, definition.key())),
            state(space, definition.key()),
            control.progress(space.id(), definition.key()));
    PredictionAnswers.scoring(answer, control.scoring(space.id()));
    return answer;
  }

  /** Asks for something; a refusal is the caller's to mend. */
  private static void asked(String field, Runnable question) {
    try {
      question.run();
    } catch (IllegalArgumentException refused) {
      throw HttpProblem.invalid(List.of(new Problem(field, String.valueOf(refused.getMessage()))));
    }
  }
}
