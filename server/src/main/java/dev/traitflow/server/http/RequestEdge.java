package dev.traitflow.server.http;

import dev.traitflow.server.config.UnpreparedChangeException;
import dev.traitflow.server.log.RecordTooLargeException;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/** The edge of the process: whatever goes wrong with a request, its caller gets an answer. */
public final class RequestEdge {
  private static final Logger LOG = LoggerFactory.getLogger(RequestEdge.class);

  private RequestEdge() {}

  /** The work on a request. */
  public interface Work {
    void run() throws IOException;
  }

  /** Sends a refusal. */
  private interface Refusal {
    void send(HttpServerExchange exchange, HttpProblem problem);
  }

  /** Does the work; a refusal is sent as one, any other failure is logged and answered 500. */
  public static void run(HttpServerExchange exchange, Work work) {
    run(exchange, Answers::refuse, work);
  }

  /** The same with refusals in the form of an API. */
  public static void run(HttpServerExchange exchange, Area area, Work work) {
    run(exchange, area::refuse, work);
  }

  private static void run(HttpServerExchange exchange, Refusal refusal, Work work) {
    try {
      work.run();
    } catch (HttpProblem problem) {
      refuse(exchange, refusal, problem);
    } catch (UnpreparedChangeException unprepared) {
      refuse(exchange, refusal, HttpProblem.tryLater(String.valueOf(unprepared.getMessage())));
    } catch (IOException | RuntimeException failure) {
      if (failure.getCause() instanceof RecordTooLargeException tooLarge) {
        refuse(exchange, refusal, HttpProblem.tooLarge(tooLarge));
        return;
      }
      if (!exchange.getConnection().isOpen()) {
        LOG.info(
            "The connection of a request to {} ended early: {}",
            area(exchange),
            failure.toString());
        return;
      }
      LOG.error("A request to {} failed", area(exchange), failure);
      refuse(
          exchange,
          refusal,
          new HttpProblem(ErrorCode.SERVER_ERROR, "The server failed; see its log."));
    }
  }

  /**
   * Refuses, unless an answer has begun: half of one must not look like a whole one. A server that
   * stops has ended the answers of those who still wait.
   */
  private static void refuse(HttpServerExchange exchange, Refusal refusal, HttpProblem problem) {
    if (exchange.isResponseStarted()) {
      IoUtils.safeClose(exchange.getConnection());
    } else {
      refusal.send(exchange, problem);
    }
  }

  /** The first part of the address: the rest may name a person. */
  private static String area(HttpServerExchange exchange) {
    String[] parts = exchange.getRequestURI().split("/", 4);
    return parts.length > 2 ? parts[1] + "/" + parts[2] : exchange.getRequestURI();
  }
}
