package dev.traitflow.launcher.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks a Flink cluster's REST interface as a stranger would, without a certificate. Everyone who is
 * answered there can run code in the cluster.
 */
final class JobManagerProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private JobManagerProbe() {}

  /**
   * What became of it.
   *
   * @param refused whether the stranger was turned away, as it should be
   * @param text in a sentence
   */
  record Outcome(boolean refused, String text) {}

  static Outcome ask(URI address) {
    HttpClient http =
        HttpClient.newBuilder().sslContext(trustingAll()).connectTimeout(TIMEOUT).build();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/config")).timeout(TIMEOUT).build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return new Outcome(
          false,
          address
              + " answers a client without a certificate (status "
              + status
              + "): set security.ssl.rest.enabled and security.ssl.rest.authentication-enabled");
    } catch (ConnectException | HttpTimeoutException e) {
      return new Outcome(false, address + " does not answer: " + e);
    } catch (IOException refused) {
      // By TLS 1.3 a server asks for the certificate when the client takes the connection for made:
      // the refusal may look like a connection that ends without an answer.
      return "https".equals(address.getScheme())
          ? new Outcome(true, address + " turns clients without a certificate away")
          : new Outcome(false, address + " does not answer: " + refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(false, address + ": interrupted");
    }
  }

  /** Only what the server wants of its clients is looked at, not who the server says it is. */
  private static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS: is not there", e);
    }
  }

  /** Nothing is sent that a false server could use. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
