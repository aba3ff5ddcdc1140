package dev.traitflow.server.control;

import dev.traitflow.server.debugger.LiveReader;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.schedule.PlannedLook;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Those who watch a source live, over server-sent events.
 *
 * <p>While there are any, one thread looks ten times a second for what is new and hands it to the
 * connections, one lot at a time each: a reader who has not taken his lot within ten seconds is
 * sent away. No other reader waits for him, and no thread that takes calls is held.
 */
public final class LiveReaders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveReaders.class);
  private static final int READERS_MAX = 100;
  private static final long LOOK_MILLIS = 100;
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  /** Counted when a reader is let in: its watch begins later, on another thread. */
  private final AtomicInteger open = new AtomicInteger();

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "traitflow-debugger-live");
            thread.setDaemon(true);
            return thread;
          });

  private final PlannedLook looks = new PlannedLook(executor, LOOK_MILLIS, this::look);

  /** One connection and what it has not taken yet. */
  private static final class Watch implements ServerSentEventConnection.EventCallback {
    private final ServerSentEventConnection connection;
    private final LiveReader reader;
    private volatile boolean sending;
    private volatile long sendingSince;

    Watch(ServerSentEventConnection connection, LiveReader reader) {
      this.connection = connection;
      this.reader = reader;
    }

    @Override
    public void done(ServerSentEventConnection to, String data, String event, String id) {
      sending = false;
    }

    @Override
    public void failed(
        ServerSentEventConnection to, String data, String event, String id, IOException gone) {
      IoUtils.safeClose(connection);
    }

    void look(long now) {
      if (sending) {
        if (now - sendingSince > PATIENCE_NANOS) {
          LOG.info("A reader of the debugger was too slow and is sent away");
          IoUtils.safeClose(connection);
        }
        return;
      }
      List<LiveReader.Message> messages = reader.next();
      if (messages.isEmpty()) {
        return;
      }
      sendingSince = now;
      sending = true;
      int last = messages.size() - 1;
      for (int i = 0; i <= last; i++) {
        LiveReader.Message message = messages.get(i);
        connection.send(message.data(), message.event(), message.id(), i == last ? this : null);
      }
    }
  }

  /**
   * Begins to serve a reader on the exchange.
   *
   * @throws HttpProblem 503 if there are too many
   */
  void open(HttpServerExchange exchange, LiveReader reader) throws IOException {
    if (open.incrementAndGet() > READERS_MAX) {
      open.decrementAndGet();
      throw new HttpProblem(
          ErrorCode.UNAVAILABLE, "At most " + READERS_MAX + " readers can watch at a time.");
    }
    exchange.getConnection().addCloseListener(closed -> open.decrementAndGet());
    ServerSentEventHandler upgrade =
        new ServerSentEventHandler(
            (connection, lastEventId) -> {
              connection.setKeepAliveTime(HEARTBEAT_MILLIS);
              connection.sendRetry(2_000);
              Watch watch = new Watch(connection, reader);
              connection.addCloseTask(closed -> watches.remove(watch));
              watches.add(watch);
              looks.plan();
            });
    try {
      upgrade.handleRequest(exchange);
    } catch (IOException | RuntimeException failure) {
      throw failure;
    } catch (Exception undeclared) {
      throw new IllegalStateException("live: the connection could not be kept open", undeclared);
    }
  }

  private void look() {
    if (!watches.isEmpty()) {
      looks.plan();
    }
    long now = System.nanoTime();
    for (Watch watch : watches) {
      try {
        watch.look(now);
      } catch (RuntimeException failure) {
        // An edge: this reader is sent away, the others go on.
        LOG.warn("A reader of the debugger could not be served", failure);
        IoUtils.safeClose(watch.connection);
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    watches.forEach(watch -> IoUtils.safeClose(watch.connection));
  }
}
