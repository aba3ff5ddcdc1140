package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.server.log.ClockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests that are nearly right: none is answered 500, none hangs, and every event
 * that was sent is accepted, rejected by the rules of events, or refused with its request.
 *
 * <p>{@code -Dtraitflow.fuzz.requests=100000} runs the long form, {@code -Dtraitflow.fuzz.seed=N}
 * other requests.
 */
class FuzzTest {
  private static final long REQUESTS =
      Long.getLong(
          "traitflow.fuzz.requests", Boolean.getBoolean("traitflow.test.all") ? 100_000 : 2_000);
  private static final long SEED = Long.getLong("traitflow.fuzz.seed", 20_250_301);
  private static final int CONNECTIONS = 8;
  private static final int ROUND = 2_000;

  private final RunningServer server;
  private final EventParser parser = new EventParser();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong eventsOfAccepted = new AtomicLong();
  private final Map<String, Long> answers = new TreeMap<>();
  private long accepted;
  private long rejected;

  FuzzTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
  }

  @Test
  void nothingHangsFailsOrGetsLost() throws Exception {
    long before = 0;
    ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      for (long end = Math.min(ROUND, REQUESTS); ; end = Math.min(end + ROUND, REQUESTS)) {
        round(clients, end);
        count(server.log.take());
        if (before == 0) {
          before = heapMegabytes();
        }
        if (end == REQUESTS) {
          break;
        }
      }
    } finally {
      clients.shutdownNow();
      server.close();
    }
    long after = heapMegabytes();
    System.out.printf(
        "fuzz: seed %d, %d requests; events of requests answered 200: %d = accepted %d + rejected"
            + " %d; answers %s; heap after the first %d requests %d MB, at the end %d MB%n",
        SEED, REQUESTS, eventsOfAccepted.get(), accepted, rejected, answers, ROUND, before, after);

    assertThat(accepted + rejected).isEqualTo(eventsOfAccepted.get());
    assertThat(answers.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(REQUESTS);
    assertThat(accepted).as("most requests are nothing").isGreaterThan(REQUESTS / 10);
    assertThat(after).as("memory grows").isLessThan(before + 64);
  }

  private void round(ExecutorService clients, long end) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      running.add(
          clients.submit(
              () -> {
                try (RawConnection connection = new RawConnection(server.port())) {
                  for (long n = claim(end); n >= 0; n = claim(end)) {
                    send(connection, n);
                  }
                  return null;
                }
              }));
    }
    for (Future<?> one : running) {
      one.get();
    }
  }

  private long claim(long end) {
    long claimed = next.getAndUpdate(n -> n < end ? n + 1 : n);
    return claimed < end ? claimed : -1;
  }

  private void send(RawConnection connection, long number) throws IOException {
    FuzzRequests.Request request = FuzzRequests.of(SEED, number);
    RawConnection.Answer answer;
    try {
      answer = connection.send(request.bytes());
    } catch (IOException hang) {
      throw new AssertionError(where(number, request) + ": no answer", hang);
    }
    if (answer.status() >= 500 || (answer.status() == 0 && request.isHttp())) {
      throw new AssertionError(
          where(number, request) + ": got " + answer.status() + " " + answer.text());
    }
    String kind = String.valueOf(answer.status());
    if (answer.status() >= 400) {
      kind += " " + code(answer);
    }
    synchronized (answers) {
      answers.merge(kind, 1L, Long::sum);
    }
    if (isTaken(answer, kind, request)) {
      eventsOfAccepted.addAndGet(request.events());
    }
  }

  /**
   * True if the events of the request were taken, to be accepted or rejected each: said by a token,
   * which strict answers have, too, or by a 200; but a picture is answered to everybody.
   */
  private static boolean isTaken(
      RawConnection.Answer answer, String kind, FuzzRequests.Request request) {
    return answer.headers().containsKey("x-traitflow-token")
        || kind.equals("400 source_disabled")
        || (answer.status() == 200 && request.isPost());
  }

  private void count(List<LogRecord> records) {
    for (LogRecord record : records) {
      if (record.kind() != LogRecord.Kind.CALL) {
        continue;
      }
      Parsed parsed = parser.parse(record);
      if (parsed instanceof Parsed.Accepted) {
        accepted++;
      } else if (parsed instanceof Parsed.Rejected refusal
          && (refusal.reason() != DiscardReason.BAD_REQUEST || isOfEvent(record))) {
        rejected += record.calls();
      }
    }
  }

  /** False for a request that was refused as a whole, which stands for one call at least. */
  private static boolean isOfEvent(LogRecord record) {
    return record.refusal() == null || record.number() == 0;
  }

  private static String code(RawConnection.Answer answer) throws IOException {
    if (answer.body().length == 0) {
      return "without a body";
    }
    JsonNode json = new ObjectMapper().readTree(answer.body());
    return json.has("code") ? json.path("code").asText() : json.at("/error/code").asText();
  }

  private static String where(long number, FuzzRequests.Request request) {
    return "seed " + SEED + ", request " + number + " (" + request.shown() + ")";
  }

  private static long heapMegabytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
