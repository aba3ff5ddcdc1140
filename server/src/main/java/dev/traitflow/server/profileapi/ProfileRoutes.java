package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.Area;
import dev.traitflow.server.http.Caller;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.RequestEdge;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.barrier.AwaitedWrites;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything below {@code /v1/spaces/SPACE} and its alias {@code /v1/namespaces/SPACE}. Each
 * answer, also a refusal, carries a request id and the instant that values are right at; none may
 * be kept by a cache or read by a script of another site.
 *
 * <p>The order of checks is the same for all: who asks, how often, whether the address and its
 * parameters are well formed, and last whether there is what they name. Who may not read learns
 * nothing.
 */
public final class ProfileRoutes implements Area {
  static final HttpString AS_OF = new HttpString("X-Traitflow-As-Of");
  private static final HttpString REQUEST_ID = new HttpString("Request-Id");

  /** The first is the one that is documented. */
  private static final List<String> PREFIXES = List.of("/v1/spaces/", "/v1/namespaces/");

  private static final String PROFILES = "{space}/collections/{collection}/profiles";
  private static final String PROFILE = PROFILES + "/{id}";

  /** Values that are right at an instant this long ago show that the instance is at rest. */
  private static final long AGE_MILLIS = 1_000;

  private final ProfileRepository repository;
  private final EventLog log;
  private final SpaceClock clock;
  private final AtomicLong woken = new AtomicLong(Long.MIN_VALUE);
  private final AwaitedWrites writes;
  private final ProfileHandler profiles;
  private final BulkReads bulk;
  private final IdentifierDeletionHandler deletion;

  /**
   * Answers a request whose address was checked and whose writes, if it waits for any, are seen.
   */
  private interface Answer {
    void send(SpaceDefinition space, String collection) throws IOException;
  }

  public ProfileRoutes(
      ProfileRepository repository,
      EventLog log,
      SpaceClock clock,
      AwaitedWrites writes,
      ProfileHandler profiles,
      BulkReads bulk,
      IdentifierDeletionHandler deletion) {
    this.repository = repository;
    this.log = log;
    this.clock = clock;
    this.writes = writes;
    this.profiles = profiles;
    this.bulk = bulk;
    this.deletion = deletion;
  }

  /** The routes, each at both of its addresses. */
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String prefix : PREFIXES) {
      String all = prefix + PROFILES;
      routes.add(many(all + ":batch", "Many profiles in one request"));
      routes.add(many(all + "/bulk", "Many profiles in one request"));
      String one = prefix + PROFILE;
      routes.add(one(one, "The whole profile, as an export writes it", ""));
      routes.add(
          one(one + "/traits", "Traits, computed and custom, audiences and predictions", "traits"));
      routes.add(one(one + "/external_ids", "Identifiers", "external_ids"));
      routes.add(one(one + "/events", "Events, the newest first", "events"));
      routes.add(one(one + "/metadata", "When and by what the profile was made", "metadata"));
      routes.add(one(one + "/links", "Accounts of a user, users of an account", "links"));
      routes.add(one(one + "/traits/{key}/why", "How a value came about", "why"));
      routes.add(
          Route.post(
              one + "/external_ids/delete",
              "Deletes one identifier of a profile",
              Access.SPACE_TOKEN,
              request -> serve(request, (space, unused) -> deletion.handle(request, space))));
    }
    return routes;
  }

  private Route one(String template, String summary, String leaf) {
    return Route.get(
        template,
        summary,
        Access.SPACE_TOKEN,
        request -> {
          // Whatever is wrong with an address is told before anybody waits.
          ProfileAddress address =
              ProfileAddress.of(
                  request.caller().spaceRead(), collection(request), request.path("id"), leaf);
          serve(
              request,
              (space, unused) -> profiles.handle(request.exchange(), address, request.query()));
        });
  }

  private Route many(String template, String summary) {
    return Route.post(
            template,
            summary,
            Access.SPACE_TOKEN,
            request ->
                serve(request, (space, collection) -> bulk.handle(request, space, collection)))
        .reading();
  }

  @Override
  public boolean contains(String rawPath) {
    return PREFIXES.stream().anyMatch(prefix -> rawPath.startsWith(prefix));
  }

  @Override
  public Access access() {
    return Access.SPACE_TOKEN;
  }

  @Override
  public void begin(HttpServerExchange exchange) {
    exchange
        .getResponseHeaders()
        .put(REQUEST_ID, requestId())
        .put(Headers.CACHE_CONTROL, "no-store");
    // Taken before the values are read: they can only be newer.
    repository.asOf().ifPresent(at -> exchange.getResponseHeaders().put(AS_OF, IsoTime.format(at)));
  }

  @Override
  public HttpProblem unknown(HttpServerExchange exchange, Query query, Caller caller) {
    return IdentifierDeletionHandler.lacksParts(exchange, query.path())
        ? deletion.incomplete(caller.spaceRead())
        : Area.super.unknown(exchange, query, caller);
  }

  @Override
  public void refuse(HttpServerExchange exchange, HttpProblem problem) {
    Answers.refuse(
        exchange,
        IdentifierDeletionHandler.isMeant(exchange)
            ? IdentifierDeletionHandler.asDeletion(problem)
            : problem);
  }

  /** Answers at once, or when what the request waits for is reflected. */
  private void serve(Request request, Answer answer) throws IOException {
    SpaceDefinition space = request.caller().spaceRead();
    String collection = collection(request);
    wake();
    Optional<AfterParameter> after = AfterParameter.of(request.query(), log.partition(space.id()));
    if (after.isEmpty()) {
      answer.send(space, collection);
      return;
    }
    await(
        request.exchange(), after.get(), () -> answer.send(space, collection), () -> late(request));
  }

  private static String collection(Request request) {
    return ProfileAddress.collection(request.path("collection"));
  }

  /** A random UUID; it names an answer and guards nothing. */
  private static String requestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | 1L << 63;
    return new UUID(high, low).toString();
  }

  /** Lets go of the thread until the calls are reflected, or until it takes too long. */
  private void await(
      HttpServerExchange exchange,
      AfterParameter after,
      RequestEdge.Work reflected,
      RequestEdge.Work late) {
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          boolean waits =
              writes.await(
                  after.partition(),
                  after.offset(),
                  after.patience(),
                  isReflected ->
                      exchange.dispatch(
                          again -> RequestEdge.run(again, this, isReflected ? reflected : late)));
          if (!waits) {
            refuse(exchange, HttpProblem.tryLater("Too many reads wait; try again."));
          }
        });
  }

  private void late(Request request) {
    OptionalLong asOf = repository.asOf();
    ObjectNode answer = Answers.object();
    answer
        .putObject("error")
        .put("code", "not_reflected_yet")
        .put(
            "message",
            "What `after` names is not reflected after "
                + request.query().text("wait").orElse(AfterParameter.SECONDS_DEFAULT)
                + " s; read again, or give `wait` (seconds).");
    if (asOf.isPresent()) {
      answer.put("as_of", IsoTime.format(asOf.getAsLong()));
    } else {
      answer.putNull("as_of");
    }
    request.answer(504, answer);
  }

  /**
   * While an instance is not in use its time goes on in steps of seconds. A reader who meets an old
   * instant has it go on faster, with a beat; one beat for each instant, however many read.
   */
  private void wake() {
    long asOf = repository.asOf().orElse(Long.MAX_VALUE);
    if (clock.kind() == ClockKind.WALL
        && clock.now() - AGE_MILLIS > asOf
        && woken.getAndSet(asOf) != asOf) {
      writes.ask();
    }
  }
}
