package dev.traitflow.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.traitflow.launcher.cli.JobManagerProbe.Outcome;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobManagerProbeTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static Outcome ask(HttpServer server, String scheme) {
    server.createContext(
        "/config",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      return JobManagerProbe.ask(URI.create(scheme + "://127.0.0.1:" + port));
    } finally {
      server.stop(0);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Outcome askTls(Path folder, boolean wantsCertificates) throws Exception {
    SSLContext context = selfSigned(folder);
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(wantsCertificates);
            parameters.setSSLParameters(ssl);
          }
        });
    return ask(server, "https");
  }

  /** A server's certificate of its own making, for another name than it is reached by. */
  private static SSLContext selfSigned(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String line =
        keytool
            + " -genkeypair -alias rest -keyalg EC -dname CN=flink -storetype PKCS12 -storepass"
            + " changeit -keystore "
            + file;
    assertThat(new ProcessBuilder(line.split(" ")).start().waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      keys.load(input, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  @Test
  void warnsOfAnInterfaceThatAnswersStrangers() throws Exception {
    Outcome outcome = ask(HttpServer.create(anyPort(), 0), "http");

    assertThat(outcome.refused()).isFalse();
    assertThat(outcome.text()).contains("without a certificate", "authentication-enabled");
  }

  @Test
  void encryptionAloneIsNotEnough(@TempDir Path folder) throws Exception {
    assertThat(askTls(folder, false).refused()).isFalse();
  }

  @Test
  void isContentWithAnInterfaceThatWantsCertificates(@TempDir Path folder) throws Exception {
    assertThat(askTls(folder, true)).extracting(Outcome::refused).isEqualTo(true);
  }
}
