package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.store.Barrier;
import dev.traitflow.server.store.FlushTimeoutException;
import dev.traitflow.server.store.PipelineFailedException;
import io.undertow.server.HttpServerExchange;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Waits at the barrier for a caller, on a thread that serves no others. A flush costs every stage a
 * round, so outside of test mode only this machine may ask for one.
 */
final class FlushHandler {
  private static final int SECONDS_DEFAULT = 120;
  private static final int SECONDS_MAX = 86_400;

  private final Barrier barrier;
  private final SpaceClock clock;
  private final Deliveries deliveries;
  private final PredictionControl predictions;
  private final LongRequests waiting;

  FlushHandler(
      Barrier barrier,
      SpaceClock clock,
      Deliveries deliveries,
      PredictionControl predictions,
      LongRequests waiting) {
    this.waiting = waiting;
    this.barrier = barrier;
    this.clock = clock;
    this.deliveries = deliveries;
    this.predictions = predictions;
  }

  /** Answers when everything is reflected; {@code timeout} says how many seconds to wait. */
  void handle(HttpServerExchange exchange, Query query) {
    InetSocketAddress from = exchange.getSourceAddress();
    boolean local = from.getAddress() != null && from.getAddress().isLoopbackAddress();
    if (clock.kind() != ClockKind.TEST && !local) {
      throw new HttpProblem(
          403, "forbidden", "Outside of test mode a flush is only taken from this machine.");
    }
    int seconds = query.integer("timeout", SECONDS_DEFAULT, 1, SECONDS_MAX);
    waiting.run(exchange, () -> await(exchange, seconds));
  }

  private void await(HttpServerExchange exchange, int seconds) {
    try {
      long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      barrier.requireWorking();
      // Scores that are due are part of what is reflected: they are ordered before the barrier.
      predictions.settle(Duration.ofSeconds(seconds));
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      JsonNode answer = barrier.flush(left);
      deliveries.handOver();
      Answers.send(exchange, 200, answer);
    } catch (FlushTimeoutException late) {
      throw new HttpProblem(504, "flush_timeout", String.valueOf(late.getMessage()));
    } catch (PipelineFailedException failed) {
      throw new HttpProblem(503, "pipeline_failing", String.valueOf(failed.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new HttpProblem(503, "unavailable", "The server is stopping.");
    }
  }
}
