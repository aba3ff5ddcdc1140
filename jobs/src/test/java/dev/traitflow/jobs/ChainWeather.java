package dev.traitflow.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws what a {@link JobChain} does next. For some steps each edge is still, slow or fast, then
 * that changes: were all edges alike at all times, none would ever be far behind another.
 */
final class ChainWeather {
  private static final int[] PACES = {0, 1, 1, 4, 16};
  private static final int STEPS_MAX = 300;
  private static final int WAITING_MAX = 400;
  private static final int BURST_MAX = 6;

  private final Random random;
  private final List<Edge> edges = new ArrayList<>();
  private int steps;
  private int waitingMax = WAITING_MAX;

  /** What an edge does when it is its turn. */
  interface Action {
    void run() throws Exception;
  }

  private static final class Edge {
    private final BooleanSupplier ready;
    private final Action action;
    private int pace = 1;

    Edge(BooleanSupplier ready, Action action) {
      this.ready = ready;
      this.action = action;
    }
  }

  ChainWeather(Random random) {
    this.random = random;
  }

  /** Adds an edge that may move whenever it is ready. */
  void add(BooleanSupplier ready, Action action) {
    edges.add(new Edge(ready, action));
  }

  /** So many messages may be under way before the log is read on. */
  int waitingMax() {
    return waitingMax;
  }

  /** Moves some edge. False if none is ready. */
  boolean step() throws Exception {
    if (--steps <= 0) {
      change();
    }
    Edge next = choose();
    while (next == null) {
      if (edges.stream().noneMatch(edge -> edge.ready.getAsBoolean())) {
        return false;
      }
      change();
      next = choose();
    }
    int burst = 1 + random.nextInt(BURST_MAX);
    for (int i = 0; i < burst && next.ready.getAsBoolean(); i++) {
      next.action.run();
    }
    return true;
  }

  private @Nullable Edge choose() {
    int total = 0;
    for (Edge edge : edges) {
      total += edge.pace > 0 && edge.ready.getAsBoolean() ? edge.pace : 0;
    }
    int at = total == 0 ? 0 : random.nextInt(total);
    for (Edge edge : edges) {
      if (edge.pace > 0 && edge.ready.getAsBoolean()) {
        at -= edge.pace;
        if (at < 0) {
          return edge;
        }
      }
    }
    return null;
  }

  private void change() {
    steps = 1 + random.nextInt(STEPS_MAX);
    waitingMax = 1 + random.nextInt(WAITING_MAX);
    for (Edge edge : edges) {
      edge.pace = PACES[random.nextInt(PACES.length)];
    }
  }
}
