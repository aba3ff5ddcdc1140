package dev.traitflow.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.store.barrier.Barrier;
import dev.traitflow.server.store.barrier.FlushTimeoutException;
import dev.traitflow.server.store.barrier.PipelineFailedException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Waits at the barrier for a caller, on a thread that serves no others. A flush costs every stage a
 * round, so outside of test mode only this machine may ask for one.
 */
public final class FlushHandler {
  private static final int SECONDS_DEFAULT = 120;
  private static final int SECONDS_MAX = 86_400;

  private final Barrier barrier;
  private final SpaceClock clock;
  private final Deliveries deliveries;
  private final PredictionControl predictions;

  public FlushHandler(
      Barrier barrier, SpaceClock clock, Deliveries deliveries, PredictionControl predictions) {
    this.barrier = barrier;
    this.clock = clock;
    this.deliveries = deliveries;
    this.predictions = predictions;
  }

  /** Answers when everything is reflected; {@code timeout} says how many seconds to wait. */
  public void handle(Request request) {
    InetSocketAddress from = request.exchange().getSourceAddress();
    boolean local = from.getAddress() != null && from.getAddress().isLoopbackAddress();
    if (clock.kind() != ClockKind.TEST && !local) {
      throw new HttpProblem(
          ErrorCode.FORBIDDEN, "Outside of test mode a flush is only taken from this machine.");
    }
    await(request, request.query().integer("timeout", SECONDS_DEFAULT, 1, SECONDS_MAX));
  }

  private void await(Request request, int seconds) {
    try {
      long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      barrier.requireWorking();
      // Scores that are due are part of what is reflected: they are ordered before the barrier.
      predictions.settle(Duration.ofSeconds(seconds));
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      JsonNode answer = barrier.flush(left);
      deliveries.handOver();
      request.answer(200, answer);
    } catch (FlushTimeoutException late) {
      throw new HttpProblem(ErrorCode.FLUSH_TIMEOUT, String.valueOf(late.getMessage()));
    } catch (PipelineFailedException failed) {
      throw new HttpProblem(ErrorCode.PIPELINE_FAILING, String.valueOf(failed.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new HttpProblem(ErrorCode.UNAVAILABLE, "The server is stopping.");
    }
  }
}
