package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Predictions that wait for their training. A space's predictions are trained together, since their
 * rows are made by one job, and the space that has waited longest comes first: one that asks again
 * and again goes to the end each time. Thread-safe.
 */
final class TrainingQueue {
  private final Map<String, Waiting> spaces = new LinkedHashMap<>();

  /** Predictions of a space, and who waits for some of them. */
  private static final class Waiting {
    private final Set<String> keys = new LinkedHashSet<>();
    private final List<Request> requests = new ArrayList<>();
  }

  /** Somebody waits for the answers of these predictions. */
  private record Request(List<String> keys, CompletableFuture<List<ObjectNode>> answers) {}

  /** What is trained together. */
  static final class Batch {
    private final String space;
    private final List<String> keys;
    private final List<Request> requests;

    private Batch(String space, Waiting waiting) {
      this.space = space;
      this.keys = List.copyOf(waiting.keys);
      this.requests = List.copyOf(waiting.requests);
    }

    String space() {
      return space;
    }

    List<String> keys() {
      return keys;
    }

    /** True if somebody waits for it. */
    boolean isRequested() {
      return !requests.isEmpty();
    }

    /** Gives the answers to who waits; a prediction without one has gone meanwhile. */
    void complete(Map<String, ObjectNode> answers) {
      for (Request request : requests) {
        List<ObjectNode> own = new ArrayList<>();
        for (String key : request.keys) {
          ObjectNode answer = answers.get(key);
          if (answer != null) {
            own.add(answer);
          }
        }
        request.answers.complete(own);
      }
    }

    /** Tells who waits that nothing comes of it. */
    void fail(RuntimeException failure) {
      requests.forEach(request -> request.answers.completeExceptionally(failure));
    }
  }

  /** Puts a prediction in line; one that waits already stays where it is. */
  synchronized void add(String space, String key) {
    spaces.computeIfAbsent(space, unseen -> new Waiting()).keys.add(key);
    notifyAll();
  }

  /** The same for predictions somebody waits for. */
  synchronized CompletableFuture<List<ObjectNode>> request(String space, List<String> keys) {
    Waiting waiting = spaces.computeIfAbsent(space, unseen -> new Waiting());
    waiting.keys.addAll(keys);
    Request request = new Request(List.copyOf(keys), new CompletableFuture<>());
    waiting.requests.add(request);
    notifyAll();
    return request.answers;
  }

  /** Takes a prediction out of the line. */
  synchronized void remove(String space, String key) {
    Waiting waiting = spaces.get(space);
    if (waiting != null) {
      waiting.keys.remove(key);
      if (waiting.keys.isEmpty() && waiting.requests.isEmpty()) {
        spaces.remove(space);
      }
    }
  }

  /** True if the prediction waits. */
  synchronized boolean contains(String space, String key) {
    Waiting waiting = spaces.get(space);
    return waiting != null && waiting.keys.contains(key);
  }

  /** Everything that waits, by space. */
  synchronized Map<String, List<String>> all() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    spaces.forEach((space, waiting) -> all.put(space, List.copyOf(waiting.keys)));
    return all;
  }

  /** Takes what has waited longest; waits until there is something. */
  synchronized Batch take() throws InterruptedException {
    Optional<Batch> next = poll();
    while (next.isEmpty()) {
      wait();
      next = poll();
    }
    return next.get();
  }

  /** Takes what has waited longest, if anything waits. */
  synchronized Optional<Batch> poll() {
    @Nullable String first = spaces.isEmpty() ? null : spaces.keySet().iterator().next();
    Waiting waiting = first == null ? null : spaces.remove(first);
    return first == null || waiting == null
        ? Optional.empty()
        : Optional.of(new Batch(first, waiting));
  }

  /** Sends everybody who waits away. */
  synchronized void close() {
    CancellationException stopping = new CancellationException("training: the server is stopping");
    spaces.forEach((space, waiting) -> new Batch(space, waiting).fail(stopping));
    spaces.clear();
  }
}
