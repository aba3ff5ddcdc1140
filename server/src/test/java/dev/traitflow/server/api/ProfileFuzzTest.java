package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.ClockKind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of addresses that were cut, doubled and strewn with odd bytes: every one is answered,
 * in JSON and never with a 500.
 */
class ProfileFuzzTest {
  private static final int REQUESTS = 6_000;
  private static final Set<Integer> EXPECTED = Set.of(200, 400, 401, 404, 405, 422, 504);
  private static final String SPACE = "/v1/spaces/spa/collections/users/profiles";
  private static final List<String> ADDRESSES =
      List.of(
          SPACE + "/user_id:u1/traits?limit=10&include=a,b&class=audience&verbose=true&next=c",
          SPACE + "/use_1/traits/country/why?limit=10&as_of=2025-01-01T00:00:00Z&known=true",
          SPACE + "/email:a%40x.io/external_ids?limit=5&next=MTAwMTo6ZW1haWwAYUB4LmlvAA",
          SPACE + "/user_id:u1/events?start=2025-01-01&end=2026-01-01&sort=asc&next=MTAwMDo6bTE",
          SPACE + "/phone:%2B4912/metadata?verbose=true",
          SPACE + "/user_id:u1/links?limit=20&next=acc_x",
          SPACE + "/segment_id:use_1?as_of=2025-01-01&slow=true",
          SPACE + "/user_id:u1/traits?after=AQAA&wait=0",
          SPACE + "/user_id:u1/external_ids/delete",
          "/v1/namespaces/shop/collections/accounts/profiles/group_id:g1/traits");
  private static final List<String> ODD =
      List.of(
          "%",
          "%0",
          "%zz",
          "%00",
          "%2F",
          "%2f%2e%2e",
          "%C0%AF",
          "%F0%9F%98%80",
          "%ED%A0%80",
          "+",
          "%2B",
          ":",
          "::",
          "/",
          "//",
          "..",
          ";",
          "&",
          "=",
          "?",
          ",",
          "\u00e9",
          "\u00ff",
          "~",
          "'",
          "%22",
          "<",
          "|",
          "-1",
          "99999999999999999999",
          "1e9",
          "null",
          "\\",
          "%0A",
          "{}",
          "[");

  @Test
  void everyAddressIsAnsweredAndNoneFails(@TempDir Path directory) throws Exception {
    long seed = 20_250_301;
    Random random = new Random(seed);
    TreeMap<Integer, Integer> statuses = new TreeMap<>();
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      server
          .topics
          .mapped("user_id", "u1", "use_1", 1)
          .mapped("email", "a@x.io", "use_1", 2)
          .value("use_1", "country", TraitClass.CUSTOM, "\"DE\"", 1)
          .event("use_1", "A", "m1", 1_000)
          .linked("use_1", "g1", "m7", 1_500)
          .marker(Topics.IDENTIFIERS, 0, mark("resolve"))
          .marker(Topics.INSIGHTS, 0, mark("resolve"))
          .marker(Topics.PROFILE_EVENTS, 0, mark("history"))
          .folded(0, 1, 5_000)
          .applied();
      try (Connection connection =
          new Connection(server.request("/", "").build().uri().getPort())) {
        for (int i = 0; i < REQUESTS; i++) {
          String address = mutate(ADDRESSES.get(random.nextInt(ADDRESSES.size())), random);
          Answer answer = connection.get(address);
          statuses.merge(answer.status, 1, Integer::sum);
          assertThat(EXPECTED).as("seed " + seed + ": " + address).contains(answer.status);
          if (!answer.body.isEmpty()) {
            assertThat(new ObjectMapper().readTree(answer.body).isObject()).as(address).isTrue();
          }
        }
      }
    }
    assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(REQUESTS);
    assertThat(statuses).containsKeys(200, 400, 404);
  }

  /** A flush that lies behind the first records of the log, so that reads wait for none of them. */
  private static Marker mark(String stage) {
    return new Marker(stage, 0, 1, 1, 3, 5_000, Map.of(Marker.FLUSH_OFFSET, 1_000L));
  }

  private static String mutate(String address, Random random) {
    StringBuilder mutated = new StringBuilder(address);
    for (int times = random.nextInt(4); times > 0; times--) {
      // What tells the space stays, or all would be refused for their token.
      int at = 16 + random.nextInt(mutated.length() - 16);
      switch (random.nextInt(4)) {
        case 0 -> mutated.insert(at, ODD.get(random.nextInt(ODD.size())));
        case 1 -> mutated.deleteCharAt(at);
        case 2 -> mutated.insert(at, mutated.substring(at));
        default -> mutated.setCharAt(at, (char) (0x21 + random.nextInt(0xDE)));
      }
    }
    // A fragment ends an address, and DEL is no part of one.
    return mutated.toString().replace('#', '*').replace('\u007f', '*');
  }

  /** An answer; one that the listener gave before any handler has no body. */
  private record Answer(int status, String body) {}

  /** A kept connection that sends addresses as they are, and is opened again when it was closed. */
  private static final class Connection implements AutoCloseable {
    private final int port;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Connection(int port) {
      this.port = port;
    }

    Answer get(String address) throws IOException {
      Socket open = socket;
      if (open == null) {
        open = new Socket(InetAddress.getLoopbackAddress(), port);
        open.setSoTimeout(20_000);
        open.setTcpNoDelay(true);
        in = new BufferedInputStream(open.getInputStream());
        socket = open;
      }
      String token =
          Base64.getEncoder().encodeToString("dev-token:".getBytes(StandardCharsets.UTF_8));
      String head =
          "GET " + address + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + token;
      open.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      int status = Integer.parseInt(line().substring(9, 12));
      int length = 0;
      boolean close = false;
      for (String line = line(); !line.isEmpty(); line = line()) {
        String header = line.toLowerCase(Locale.ROOT);
        if (header.startsWith("content-length:")) {
          length = Integer.parseInt(header.substring("content-length:".length()).strip());
        }
        close |= header.startsWith("connection:") && header.contains("close");
      }
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      if (close) {
        close();
      }
      return new Answer(status, body);
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream(80);
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("the connection was closed after: " + line);
        }
        if (b != '\r') {
          line.write(b);
        }
      }
      return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      Socket open = socket;
      if (open != null) {
        open.close();
        socket = null;
      }
    }
  }
}
