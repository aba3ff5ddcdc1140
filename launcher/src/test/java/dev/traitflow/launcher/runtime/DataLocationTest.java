package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLocationTest {
  private final Path folder;

  DataLocationTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path used(String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve(name));
    DataLocation.keep(data);
    return data;
  }

  private static void checkpoint(Path data) throws IOException {
    Path path = Files.createDirectories(data.resolve("flink/checkpoints/a-job/id/chk-1"));
    try (DataOutputStream metadata =
        new DataOutputStream(Files.newOutputStream(path.resolve("_metadata")))) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(1, List.of(), List.of()), metadata);
    }
  }

  @Test
  void refusesADirectoryThatWasMovedAndSaysWhatToDo() throws IOException {
    Path before = used("before");
    checkpoint(before);
    Path after = Files.move(before, folder.resolve("after"));

    assertThatThrownBy(() -> DataLocation.keep(after))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("data directory " + after + ": was moved here from " + before)
        .hasMessageContaining("--data " + before);
    assertThatThrownBy(() -> DataLocation.keep(after)).isInstanceOf(Failure.class);
  }

  @Test
  void takesTheLinkThatItAdvises() throws IOException {
    Path before = used("before");
    checkpoint(before);
    Path after = Files.move(before, folder.resolve("after"));
    Files.createSymbolicLink(before, after);

    DataLocation.keep(before);
    assertThat(Files.readString(after.resolve("location")).strip()).isEqualTo(before.toString());
  }

  @Test
  void takesADirectoryWithoutCheckpointsAnywhere() throws IOException {
    Path after = Files.move(used("before"), folder.resolve("after"));

    DataLocation.keep(after);
    assertThat(Files.readString(after.resolve("location")).strip()).isEqualTo(after.toString());
  }
}
