package dev.traitflow.jobs;

import dev.traitflow.jobs.ChainTask.Item;
import dev.traitflow.jobs.runtime.JobSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** The subtasks of one operator of a {@link JobChain}, and the keyed edges that lead to them. */
final class ChainStage<K, I, O> implements AutoCloseable {
  private final ChainTask.Stage<K, I, O> stage;
  private final int maxParallelism;
  private final List<ChainTask<K, I, O>> tasks = new ArrayList<>();

  /** A stage of {@code parallelism} subtasks, each with {@code senders} before it. */
  ChainStage(
      ChainTask.Stage<K, I, O> stage,
      int parallelism,
      int senders,
      IntFunction<ChainTask.Outlet<O>> outlets,
      JobSettings settings)
      throws Exception {
    this.stage = stage;
    this.maxParallelism = settings.maxParallelism();
    for (int i = 0; i < parallelism; i++) {
      tasks.add(new ChainTask<>(stage, i, parallelism, senders, outlets.apply(i), settings));
    }
  }

  /** The subtasks. */
  List<ChainTask<K, I, O>> tasks() {
    return tasks;
  }

  /** Sends a message to the subtask of its key. */
  void message(int sender, I message) throws Exception {
    int index =
        KeyGroupRangeAssignment.assignKeyToParallelOperator(
            stage.key().getKey(message), maxParallelism, tasks.size());
    tasks.get(index).enqueue(sender, new ChainTask.Message<>(message));
  }

  /** Tells every subtask how far a sender's time is. */
  void time(int sender, long at) {
    toAll(sender, new ChainTask.Time<>(at));
  }

  /** Sends a barrier to every subtask. */
  void barrier(int sender, long checkpoint) {
    toAll(sender, new ChainTask.Barrier<>(checkpoint));
  }

  private void toAll(int sender, Item<I> item) {
    for (ChainTask<K, I, O> task : tasks) {
      task.enqueue(sender, item);
    }
  }

  @Override
  public void close() {
    tasks.forEach(ChainTask::close);
  }
}
