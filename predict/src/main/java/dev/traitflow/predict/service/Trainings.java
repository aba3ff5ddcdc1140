package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.server.predictions.PredictionControl.Progress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains what is asked for, one run after the other, on a thread of its own. A run that began by
 * itself makes room for one that somebody waits for in the same space, and is part of it then. What
 * waits or runs is remembered on disk: after a stop it is begun again.
 */
final class Trainings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
  private static final Progress WAITING = new Progress("waiting for another training", 0, -1);

  private final TrainingContext context;
  private final TrainingQueue queue = new TrainingQueue();
  private final UnfinishedTrainings unfinished;
  private final Thread thread = new Thread(this::work, "traitflow-training");
  private volatile @Nullable TrainingRun current;
  private volatile boolean closed;

  Trainings(TrainingContext context) {
    this.context = context;
    this.unfinished = new UnfinishedTrainings(context.rows().directory());
    thread.setDaemon(true);
  }

  /** Begins with what an earlier instance left unfinished. */
  void open() {
    context.rows().deleteAll();
    unfinished
        .load()
        .forEach(
            (space, keys) ->
                keys.stream()
                    .filter(key -> context.definition(space, key).isPresent())
                    .forEach(key -> start(space, key)));
    thread.start();
  }

  /** Puts a prediction in line and returns; its state says at once that it is being trained. */
  void start(String space, String key) {
    ModelState unusedBecauseItIsShown =
        context.states().change(space, key, ModelState::beingTrained);
    queue.add(space, key);
    remember();
  }

  /**
   * Trains predictions and waits for it.
   *
   * @return an answer for each that is still defined
   */
  ArrayNode train(String space, List<String> keys) {
    for (String key : keys) {
      ModelState unusedBecauseItIsShown =
          context.states().change(space, key, ModelState::beingTrained);
    }
    CompletableFuture<List<ObjectNode>> waiting = queue.request(space, keys);
    TrainingRun running = current;
    if (running != null && running.space().equals(space) && !running.isRequested()) {
      running.cancel();
    }
    remember();
    try {
      ArrayNode answers = JsonNodeFactory.instance.arrayNode();
      waiting.get().forEach(answers::add);
      return answers;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("training: interrupted", interrupted);
    } catch (ExecutionException failure) {
      throw new IllegalStateException("training: " + failure.getMessage(), failure);
    }
  }

  /** The same, unless the prediction waits or is trained already. */
  void startUnlessUnderWay(String space, String key) {
    if (progress(space, key).isEmpty()) {
      start(space, key);
    }
  }

  /** How far a prediction's training is; empty if none goes on. */
  Optional<Progress> progress(String space, String key) {
    TrainingRun running = current;
    if (running != null && running.space().equals(space)) {
      Optional<Progress> progress = running.progress(key);
      if (progress.isPresent()) {
        return progress;
      }
    }
    return queue.contains(space, key) ? Optional.of(WAITING) : Optional.empty();
  }

  /** Trains a prediction no further. */
  void drop(String space, String key) {
    queue.remove(space, key);
    TrainingRun running = current;
    if (running != null && running.space().equals(space)) {
      running.drop(key);
    }
    remember();
  }

  @Override
  public void close() {
    closed = true;
    queue.close();
    TrainingRun running = current;
    if (running != null) {
      running.cancel();
    }
    thread.interrupt();
    try {
      // A step inside a library cannot be interrupted; the thread ends with the process then.
      thread.join(2_000);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      while (!closed) {
        TrainingQueue.Batch batch = queue.take();
        TrainingRun run =
            new TrainingRun(context, batch.space(), batch.keys(), batch.isRequested());
        current = run;
        run(batch, run);
        current = null;
        remember();
      }
    } catch (InterruptedException stopping) {
      LOG.debug("trainings end");
    }
  }

  private void run(TrainingQueue.Batch batch, TrainingRun run) throws InterruptedException {
    try {
      batch.complete(run.execute());
    } catch (CancellationException notWanted) {
      if (closed) {
        batch.fail(notWanted);
      } else {
        run.unfinished().forEach(key -> queue.add(batch.space(), key));
        batch.complete(run.answers());
      }
    } catch (InterruptedException stopping) {
      batch.fail(new CancellationException("training: the server is stopping"));
      throw stopping;
    } catch (RuntimeException edge) {
      // An edge: the thread goes on with the next space.
      LOG.error("predictions of {} could not be trained", batch.space(), edge);
      batch.fail(edge);
    }
  }

  private synchronized void remember() {
    if (closed) {
      return;
    }
    Map<String, Set<String>> all = new LinkedHashMap<>();
    TrainingRun running = current;
    if (running != null) {
      all.computeIfAbsent(running.space(), unseen -> new LinkedHashSet<>()).addAll(running.keys());
    }
    queue
        .all()
        .forEach(
            (space, keys) ->
                all.computeIfAbsent(space, unseen -> new LinkedHashSet<>()).addAll(keys));
    unfinished.store(all);
  }
}
