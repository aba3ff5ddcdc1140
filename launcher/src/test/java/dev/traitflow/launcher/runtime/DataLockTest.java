package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
        new InstanceFile(
            7,
            "http://127.0.0.1:8080",
            "127.0.0.1:9092",
            "http://127.0.0.1:8081",
            "2025-01-01T00:00:00Z");
    DataLock lock = DataLock.acquire(data, "up");
    try (lock) {
      written.write(data);
      assertThat(InstanceFile.running(data)).contains(written);
    }
    assertThat(InstanceFile.running(data)).isEmpty();
  }
}
