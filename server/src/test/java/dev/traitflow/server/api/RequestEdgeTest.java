package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.RequestEdge;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestEdgeTest {
  private final CompletableFuture<Optional<RuntimeException>> thrown = new CompletableFuture<>();

  /** As in a server that stops while a request waits for something long. */
  @Test
  void aRefusalAfterTheAnswerHasBegunClosesTheConnectionAndThrowsNothing() throws Exception {
    Undertow server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(this::answerHalfAndRefuse)
            .build();
    server.start();
    try {
      InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + "/")).build();
      assertThatThrownBy(
              () -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
      assertThat(thrown.get(1, TimeUnit.MINUTES)).isEmpty();
    } finally {
      server.stop();
    }
  }

  private void answerHalfAndRefuse(HttpServerExchange exchange) throws IOException {
    if (exchange.isInIoThread()) {
      exchange.dispatch(this::answerHalfAndRefuse);
      return;
    }
    exchange.startBlocking();
    exchange.setResponseContentLength(1000);
    exchange.getOutputStream().write(new byte[10]);
    exchange.getOutputStream().flush();
    try {
      RequestEdge.run(
          exchange,
          () -> {
            throw HttpProblem.tryLater("The server is stopping.");
          });
      thrown.complete(Optional.empty());
    } catch (RuntimeException failure) {
      thrown.complete(Optional.of(failure));
    }
  }
}
