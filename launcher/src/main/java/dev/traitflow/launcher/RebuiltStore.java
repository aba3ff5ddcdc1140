package dev.traitflow.launcher;

import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.log.TopicSetup;
import dev.traitflow.server.store.apply.StoreRebuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds the store of a data directory anew: with its broker alone, neither jobs nor server. */
final class RebuiltStore {
  private RebuiltStore() {}

  /** Does it; answers how many records were applied. */
  static long rebuild(Path data, StoreRebuild.Progress progress) {
    Path kafka = data.resolve("kafka");
    if (!Files.isDirectory(kafka)) {
      throw new Failure(
          "data directory " + data + ": got no topics (expected what an instance left)");
    }
    DataLock lock = DataLock.acquire(data, "store rebuild");
    try (EmbeddedBroker broker = EmbeddedBroker.start(kafka)) {
      TopicLayout layout =
          TopicSetup.create(
              broker.connection(), ServerConfig.LOG_PARTITIONS, ServerConfig.PROFILE_PARTITIONS);
      return StoreRebuild.run(broker.connection(), layout, data, progress);
    } catch (IOException | IllegalStateException e) {
      throw new Failure("store of " + data + ": cannot be rebuilt: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("store of " + data + ": interrupted; the old one is kept", e);
    } finally {
      lock.close();
    }
  }
}
