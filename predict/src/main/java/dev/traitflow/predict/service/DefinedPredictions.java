package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.ml.bundle.ModelBundle;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the predictions that are trained equal to those that are defined, by file or by API: one
 * that appears is begun, one that disappears is forgotten, and one whose question has changed is
 * another one. Deletions may also come from who deletes a definition.
 */
final class DefinedPredictions {
  private static final Logger LOG = LoggerFactory.getLogger(DefinedPredictions.class);

  private final TrainingContext context;
  private final Trainings trainings;
  private final Map<String, JsonNode> known = new HashMap<>();

  DefinedPredictions(TrainingContext context, Trainings trainings) {
    this.context = context;
    this.trainings = trainings;
  }

  /** Takes up what an earlier instance left: models that cannot be used are trained anew. */
  void open() {
    for (ModelState state : context.states().states().all()) {
      if (context.definition(state.space(), state.prediction()).isEmpty()) {
        continue;
      }
      if (state.phase() == ModelState.Phase.IN_PROGRESS) {
        trainings.start(state.space(), state.prediction());
      } else if (state.hasModel()) {
        check(state);
      }
      JsonNode question = state.card().path("definition");
      if (question.isObject()) {
        known.put(name(state.space(), state.prediction()), question);
      }
    }
    follow();
  }

  private void check(ModelState state) {
    try {
      ModelBundle unusedBecauseItLoads = context.bundle(state.path());
    } catch (IOException | RuntimeException unusable) {
      // An edge: whatever a damaged file makes a library throw, the model is trained anew.
      trainAnew(context, trainings, state, unusable);
    }
  }

  /** Takes a model that cannot be used out of force and trains the prediction anew. */
  static void trainAnew(
      TrainingContext context, Trainings trainings, ModelState state, Exception unusable) {
    String why = "bundle " + state.version() + ": " + unusable.getMessage();
    LOG.error(
        "{} of {} is trained anew, since its model cannot be used: {}",
        state.prediction(),
        state.space(),
        why);
    context
        .states()
        .changeKnown(
            state.space(),
            state.prediction(),
            before -> before.version().equals(state.version()) ? before.unusable(why) : before);
    trainings.start(state.space(), state.prediction());
  }

  /** Compares with the definitions as they are now. */
  synchronized void follow() {
    Map<String, JsonNode> defined = new HashMap<>();
    for (SpaceDefinition space : context.server().spaces().all()) {
      for (PredictionDefinition prediction : space.predictions()) {
        defined.put(name(space.id(), prediction.key()), prediction.toJson());
      }
    }
    for (ModelState state : context.states().states().all()) {
      JsonNode question = defined.get(name(state.space(), state.prediction()));
      JsonNode before = known.get(name(state.space(), state.prediction()));
      if (question == null || (before != null && !before.equals(question))) {
        forget(state.space(), state.prediction());
      }
    }
    for (SpaceDefinition space : context.server().spaces().all()) {
      for (PredictionDefinition prediction : space.predictions()) {
        if (context.states().states().find(space.id(), prediction.key()).isEmpty()) {
          // The state of one that was begun a moment ago may still be on its way.
          trainings.startUnlessUnderWay(space.id(), prediction.key());
        }
      }
    }
    known.clear();
    known.putAll(defined);
  }

  /** Drops a prediction's training, its state and its models; scorers hear of it. */
  synchronized void forget(String space, String prediction) {
    trainings.drop(space, prediction);
    boolean wasScored =
        context.states().states().find(space, prediction).filter(ModelState::hasModel).isPresent();
    context.states().withdraw(space, prediction);
    try {
      context.bundles().delete(space, prediction);
    } catch (IOException failure) {
      LOG.warn("bundles of {} in {} stay: {}", prediction, space, failure.getMessage());
    }
    if (wasScored) {
      context.rounds().order(space, 0);
    }
    LOG.info("{} of {} is forgotten", prediction, space);
  }

  private static String name(String space, String prediction) {
    return space + "/" + prediction;
  }
}
