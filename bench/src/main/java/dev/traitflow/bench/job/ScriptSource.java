package dev.traitflow.bench.job;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A source that plays a {@link Script} and then stays silent until its job is cancelled, so that
 * the time of a last checkpoint can be taken. It keeps nothing: a benchmark that fails is run
 * again.
 *
 * @param <T> what the script sends
 */
public final class ScriptSource<T> implements Source<T, ScriptSource.NoSplit, Integer> {
  private final Script<T> script;

  /** A source of a script. */
  public ScriptSource(Script<T> script) {
    this.script = script;
  }

  /** The one split there could be, were there any. */
  public record NoSplit() implements SourceSplit {
    @Override
    public String splitId() {
      return "none";
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<T, NoSplit> createReader(SourceReaderContext context) throws Exception {
    return new Reader<>(script.open(context.getIndexOfSubtask(), context.currentParallelism()));
  }

  @Override
  public SplitEnumerator<NoSplit, Integer> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new NoSplits();
  }

  @Override
  public SplitEnumerator<NoSplit, Integer> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, Integer checkpoint) {
    return new NoSplits();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new Nothing<>(new NoSplit());
  }

  @Override
  public SimpleVersionedSerializer<Integer> getEnumeratorCheckpointSerializer() {
    return new Nothing<>(0);
  }

  private static final class Reader<T> implements SourceReader<T, NoSplit> {
    private final Script.Player<T> player;
    private CompletableFuture<Void> available = soon();

    Reader(Script.Player<T> player) {
      this.player = player;
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
      if (player.play(output)) {
        return InputStatus.MORE_AVAILABLE;
      }
      // One future for one wait: asked for again it is the same, or each asking would make a timer.
      available = soon();
      return InputStatus.NOTHING_AVAILABLE;
    }

    private static CompletableFuture<Void> soon() {
      CompletableFuture<@Nullable Void> soon = new CompletableFuture<>();
      soon.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS);
      @SuppressWarnings("unchecked")
      CompletableFuture<Void> answer = (CompletableFuture<Void>) (CompletableFuture<?>) soon;
      return answer;
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return available;
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() throws IOException {
      player.close();
    }
  }

  private static final class NoSplits implements SplitEnumerator<NoSplit, Integer> {
    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public void addReader(int subtask) {}

    @Override
    public Integer snapshotState(long checkpointId) {
      return 0;
    }

    @Override
    public void close() {}
  }

  private record Nothing<T>(T value) implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(T any) {
      return new byte[0];
    }

    @Override
    public T deserialize(int version, byte[] bytes) {
      return value;
    }
  }
}
