package dev.traitflow.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.access.AdminToken;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.config.Computations;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.MemorySpaces;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.debugger.SourceDebugger;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.MemoryEventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.predictions.ModelStates;
import dev.traitflow.server.predictions.NoPredictions;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.TopicRecords;
import dev.traitflow.server.store.barrier.AwaitedWrites;
import dev.traitflow.server.store.barrier.Barrier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The HTTP side on a free port, with a log on the heap in place of Kafka. */
final class RunningServer implements AutoCloseable {
  static final String SPACE =
      """
      id: spa
      name: Shop
      sources:
        - {name: Website, slug: web, write_key: web-key}
        - {name: Old, slug: old, write_key: old-key, enabled: false}
      tokens:
        - {name: tests, token: dev-token}
      """;
  static final long WALL = 1_700_000_000_000L;

  final MemoryEventLog log = new MemoryEventLog();
  final SpaceClock clock;
  final TopicRecords topics;
  private final ProfileRepository repository;
  final ModelStates models = new ModelStates();
  volatile List<JobHealth> jobs = List.of();
  private final Computations computations;
  private final HttpServer server;
  final Deliveries deliveries;
  final SourceDebugger debugger = new SourceDebugger(new EventParser());
  private final HttpClient client = HttpClient.newHttpClient();
  private final AdminToken token;
  private volatile @Nullable ApiContract contract;

  RunningServer(Path directory, ClockKind kind) throws IOException, InvalidDefinitionException {
    this(directory, kind, SPACE);
  }

  /** Serves a space with the vendor's limits and a source for each way of treating calls. */
  static RunningServer withSources(Path directory) throws IOException, InvalidDefinitionException {
    return new RunningServer(
        directory,
        ClockKind.WALL,
        """
        id: spa
        name: Shop
        limits: vendor
        sources:
          - {name: Website, slug: web, write_key: web-key}
          - {name: Old, slug: old, write_key: old-key, enabled: false}
          - {name: Strict, slug: strict, write_key: strict-key, settings: {strict: true}}
          - {name: Raw, slug: raw, write_key: raw-key, settings: {flex_normalise: false}}
        """);
  }

  /** What a record of a call holds, as text. */
  static String text(LogRecord record) {
    return new String(record.body(), StandardCharsets.UTF_8);
  }

  /** The JSON of an answer. */
  static JsonNode json(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }

  /** Serves a space of this definition, with id {@code spa}, beside another one. */
  RunningServer(Path directory, ClockKind kind, String definition)
      throws IOException, InvalidDefinitionException {
    this(directory, kind, definition, ServerNames.NONE);
  }

  /** Serves under more names than the address. */
  RunningServer(Path directory, ClockKind kind, String definition, ServerNames names)
      throws IOException, InvalidDefinitionException {
    this(directory, kind, definition, names, false);
  }

  /** Serves as a replica, which refuses every change. */
  static RunningServer replica(Path directory) throws IOException, InvalidDefinitionException {
    return new RunningServer(directory, ClockKind.WALL, SPACE, ServerNames.NONE, true);
  }

  private RunningServer(
      Path directory, ClockKind kind, String definition, ServerNames names, boolean replica)
      throws IOException, InvalidDefinitionException {
    clock = SpaceClock.open(directory, kind, 0, () -> WALL);
    SpaceRegistry spaces = new SpaceRegistry(new MemorySpaces(), log, () -> 0);
    spaces.apply(SpaceFiles.parse("shop.yaml", definition, name -> null));
    spaces.apply(
        SpaceFiles.parse(
            "b.yaml", "{id: spb, name: B, tokens: [{name: t, token: b-token}]}", name -> null));
    repository = ProfileRepository.open(directory);
    topics = new TopicRecords(repository, 1);
    token = AdminToken.open(directory, "adm");
    spaces.onChange(repository::show);
    spaces.onChange(repository::mark);
    computations = Computations.start(spaces, repository);
    deliveries = Deliveries.start(spaces, repository, clock);
    PipelineHealth health =
        new PipelineHealth(() -> jobs, repository.progress()::isComplete, () -> null);
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            new HttpServer.Parts(
                spaces,
                log,
                clock,
                repository,
                new Barrier(
                    log, clock, repository.progress(), health, new TopicLayout(1, 1), () -> 0),
                health,
                new AwaitedWrites(repository.progress(), new TopicLayout(1, 1), log::beat),
                computations,
                deliveries,
                debugger,
                new HeapTail(log, new ArrayList<>()),
                new EventParser()::parse,
                new NoPredictions("training: is not run here") {
                  @Override
                  public JsonNode train(String space, List<String> predictions) {
                    return JsonNodeFactory.instance
                        .objectNode()
                        .put("trained", space + predictions);
                  }
                },
                models,
                token,
                names,
                replica));
  }

  /** The calls in the log, without what was appended at the start and what was refused. */
  List<LogRecord> calls() {
    return log.records().stream()
        .filter(record -> record.kind() == Kind.CALL && record.refusal() == null)
        .toList();
  }

  /** What was refused at the door, as the log has it. */
  List<LogRecord> refused() {
    return log.records().stream().filter(record -> record.refusal() != null).toList();
  }

  /** Why, in the same order. */
  List<DiscardReason> reasons() {
    return refused().stream()
        .map(record -> Objects.requireNonNull(record.refusal()).reason())
        .toList();
  }

  /** Lets every stage of the jobs be heard from. */
  void markAll() {
    topics.marker(Topics.IDENTIFIERS, 0, new Marker("resolve", 0, 1, 1, 0, 0, Map.of()));
    topics.marker(Topics.PROFILE_EVENTS, 0, new Marker("history", 0, 1, 1, 0, 0, Map.of()));
    topics.marker(Topics.PROFILE_CHANGES, 0, new Marker("fold", 0, 1, 1, 0, 0, Map.of()));
    topics.marker(Topics.PROFILE_CHANGES, 0, new Marker("accounts", 0, 1, 1, 0, 0, Map.of()));
    topics.applied();
  }

  /** Every route it serves. */
  List<Route> routes() {
    return server.routes();
  }

  /** The port it listens on. */
  int port() {
    return server.port();
  }

  /** The body of a call in the log. */
  JsonNode call(int index) throws IOException {
    return new ObjectMapper().readTree(calls().get(index).body());
  }

  /** A request with Basic credentials; an empty user sends none. */
  HttpRequest.Builder request(String path, String user) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (!user.isEmpty()) {
      String pair =
          Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
      request.header("Authorization", "Basic " + pair);
    }
    return request;
  }

  /** Posts as a source. */
  HttpResponse<String> post(String path, String writeKey, String body) throws Exception {
    return send(request(path, writeKey).POST(BodyPublishers.ofString(body)), body);
  }

  /** Gets as a reader. */
  HttpResponse<String> get(String path, String user) throws Exception {
    return send(request(path, user).GET());
  }

  /** Posts as the operator. */
  HttpResponse<String> admin(String method, String path, String body) throws Exception {
    return send(
        request(path, "")
            .header("Authorization", "Bearer adm")
            .method(method, BodyPublishers.ofString(body)),
        body);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return send(request, "");
  }

  /** Sends, and holds the request and its answer against the server's own document. */
  private HttpResponse<String> send(HttpRequest.Builder builder, String body) throws Exception {
    HttpRequest request = builder.build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    contract().observe(request.method(), pathOf(request.uri()), body, answer);
    return answer;
  }

  private static String pathOf(URI uri) {
    return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private ApiContract contract() throws Exception {
    ApiContract known = contract;
    if (known == null) {
      HttpResponse<String> document =
          client.send(request("/openapi.json", "").build(), BodyHandlers.ofString());
      known = new ApiContract(json(document));
      contract = known;
    }
    return known;
  }

  /** Sends without waiting. */
  CompletableFuture<HttpResponse<String>> later(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    server.close();
    computations.close();
    deliveries.close();
    repository.close();
  }

  /** Looks back into the heap. */
  private record HeapTail(MemoryEventLog log, List<SkippedRecord> skipped) implements LogTail {
    @Override
    public long lastLine(String space, String origin) {
      return log.records().stream()
          .filter(record -> record.space().equals(space) && record.origin().equals(origin))
          .mapToLong(LogRecord::number)
          .max()
          .orElse(0);
    }

    @Override
    public int lane(String space) {
      return 0;
    }

    @Override
    public Range range(int lane) {
      return new Range(0, log.records().size());
    }

    @Override
    public void skip(SkippedRecord record) {
      skipped.add(record);
    }

    @Override
    public List<RejectedCall> newestRejected(String space, int limit) {
      return List.of();
    }
  }
}
