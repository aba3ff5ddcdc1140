package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLockTest {

  @Test
  void refusesASecondHolderAndSaysWhoTheFirstIs(@TempDir Path data) {
    DataLock first = DataLock.acquire(data, "up");
    try (first) {
      assertThat(DataLock.isHeld(data)).isTrue();
      assertThatThrownBy(() -> DataLock.acquire(data, "replay"))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " (up)");
    }
  }

  @Test
  void isFreeAgainOnceGivenBack(@TempDir Path data) {
    DataLock.acquire(data, "up").close();

    assertThat(DataLock.isHeld(data)).isFalse();
    DataLock.acquire(data, "replay").close();
  }

  @Test
  void believesAnInstanceFileOnlyWhileTheDirectoryIsHeld(@TempDir Path data) {
    InstanceFile written =
        new InstanceFile(7, "http://127.0.0.1:8080", "127.0.0.1:9092", "2025-01-01T00:00:00Z");
    DataLock lock = DataLock.acquire(data, "up");
    try (lock) {
      written.write(data);
      assertThat(InstanceFile.running(data)).contains(written);
    }
    assertThat(InstanceFile.running(data)).isEmpty();
  }

  @Test
  void onlyItsOwnerMayEnterADataDirectory(@TempDir Path folder) throws Exception {
    Path made = folder.resolve("made");
    DataLock.acquire(made, "up").close();
    assertThat(permissions(made)).isEqualTo("rwx------");

    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataLock.acquire(made, "up").close();
    assertThat(permissions(made)).as("made by an earlier version").isEqualTo("rwx------");

    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(shared.resolve("something-else"));
    DataLock.acquire(shared, "up").close();
    assertThat(permissions(shared)).as("in use for something else").isEqualTo("rwxr-xr-x");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
