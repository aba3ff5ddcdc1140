package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerPortTest {
  private static final String LOOPBACK = "127.0.0.1";

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesThePortAndWhoHoldsIt() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = holder.getLocalPort();
      assertThatThrownBy(() -> ServerPort.requireFree(LOOPBACK, port))
          .isInstanceOf(Failure.class)
          .hasMessage(
              "port "
                  + port
                  + ": is used by process "
                  + ProcessHandle.current().pid()
                  + " (java) (expected a free one; choose another with --port N, or let one be"
                  + " picked with --port 0)");
    }
  }

  @Test
  void takesAnyFreePort() {
    ServerPort.requireFree(LOOPBACK, 0);
  }

  @Test
  void saysThatAnAddressIsNotOfThisMachine() {
    assertThatThrownBy(() -> ServerPort.requireFree("192.0.2.1", 0))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void anInstanceThatCannotHaveItsPortLeavesNothingBehind(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Instance.Settings settings =
          new Instance.Settings(
              "up", data, holder.getLocalPort(), List.of(), Optional.empty(), false);
      assertThatThrownBy(() -> Instance.start(settings, new NoParts()))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("--port");
    }
    assertThat(Files.exists(data)).isFalse();
  }

  /** Fails the test if the start comes so far. */
  private static final class NoParts implements Parts {
    @Override
    public List<JobID> startJobs(Instance.Context context) {
      throw new AssertionError("jobs were started");
    }

    @Override
    public Server startServer(Instance.Context context) {
      throw new AssertionError("a server was started");
    }
  }
}
