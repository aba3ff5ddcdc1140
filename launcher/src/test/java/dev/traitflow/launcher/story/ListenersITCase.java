package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.launcher.runtime.TcpListeners;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a whole instance listens on, and who is answered there. */
@EnabledOnOs(OS.LINUX)
class ListenersITCase {
  private static final TestInstance INSTANCE = TestInstance.shared();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Test
  void everyListenerOfAnInstanceIsOnLoopback() {
    List<InetSocketAddress> listeners = TcpListeners.of(INSTANCE.pid());
    assertThat(listeners).isNotEmpty();
    assertThat(listeners)
        .allSatisfy(
            listener ->
                assertThat(listener.getAddress().isLoopbackAddress()).as("" + listener).isTrue());
  }

  @Test
  void onlyTheServerItselfSpeaksHttp() {
    int own = URI.create(INSTANCE.url()).getPort();
    List<Integer> speaking = new ArrayList<>();
    for (InetSocketAddress listener : TcpListeners.of(INSTANCE.pid())) {
      if (listener.getPort() != own && speaksHttp(listener.getPort())) {
        speaking.add(listener.getPort());
      }
    }
    assertThat(speaking).isEmpty();
  }

  @Test
  void everyListenerOfAServerAloneIsOnLoopback(@TempDir Path folder) throws IOException {
    try (ProcessRunner process =
        ProcessRunner.start(
            folder,
            "serve",
            "--replica",
            "--kafka-properties",
            INSTANCE.kafkaProperties().toString(),
            "--port",
            "0",
            "--data",
            folder.resolve("replica").toString())) {
      String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      assertThat(ready).startsWith("ready http://127.0.0.1:");
      List<InetSocketAddress> listeners = TcpListeners.of(process.pid());
      assertThat(listeners).hasSize(1);
      assertThat(listeners.get(0).getAddress().isLoopbackAddress()).as("%s", listeners).isTrue();
    }
  }

  @Test
  void aQueryShowsTheBrokerItsCredentials(@TempDir Path folder) throws IOException {
    Path rows =
        ProcessRunner.run(
            folder,
            START_TIMEOUT,
            "sql",
            "-e",
            "SELECT COUNT(*) AS n FROM rejected",
            "--json",
            "--data",
            INSTANCE.data().toString());
    assertThat(Files.readString(rows)).contains("\"n\"");
  }

  @Test
  void onlyTheOwnerMayReadWhatAnInstanceKeeps() throws IOException {
    Path data = INSTANCE.data();
    for (String folder : List.of("", "kafka", "flink", "store")) {
      assertThat(permissions(data.resolve(folder))).as(folder).isEqualTo("rwx------");
    }
    for (String file : List.of("admin-token", "kafka/client.properties")) {
      assertThat(permissions(data.resolve(file))).as(file).isEqualTo("rw-------");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Whether Flink's REST interface, or any other server of HTTP, answers there. */
  private static boolean speaksHttp(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jobs/overview"))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<Void> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
      return answer.statusCode() > 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
