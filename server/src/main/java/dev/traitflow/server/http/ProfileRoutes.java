package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.IsoTime;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.AwaitedWrites;
import dev.traitflow.server.store.ProfileRepository;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
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
final class ProfileRoutes {
  static final HttpString AS_OF = new HttpString("X-Traitflow-As-Of");
  private static final AttachmentKey<Boolean> REFLECTED = AttachmentKey.create(Boolean.class);
  private static final HttpString REQUEST_ID = new HttpString("Request-Id");
  private static final List<String> AREAS = List.of("spaces", "namespaces");
  private static final int SPACE = 2;
  private static final int COLLECTION = 4;
  private static final int LOOKUP = 6;

  /** Values that are right at an instant this long ago show that the instance is at rest. */
  private static final long AGE_MILLIS = 1_000;

  private final ProfileAccess access;
  private final ProfileRepository repository;
  private final EventLog log;
  private final SpaceClock clock;
  private final AtomicLong woken = new AtomicLong(Long.MIN_VALUE);
  private final AwaitedWrites writes;
  private final ProfileHandler profiles;
  private final BulkReads bulk;
  private final IdentifierDeletionHandler deletion;
  private final boolean replica;

  ProfileRoutes(
      ProfileAccess access,
      ProfileRepository repository,
      EventLog log,
      SpaceClock clock,
      AwaitedWrites writes,
      ProfileHandler profiles,
      BulkReads bulk,
      IdentifierDeletionHandler deletion,
      boolean replica) {
    this.replica = replica;
    this.access = access;
    this.repository = repository;
    this.log = log;
    this.clock = clock;
    this.writes = writes;
    this.profiles = profiles;
    this.bulk = bulk;
    this.deletion = deletion;
  }

  /** True if the path is one of this handler's. */
  static boolean isRoute(List<String> path) {
    return path.size() > SPACE && path.get(0).equals("v1") && AREAS.contains(path.get(1));
  }

  /**
   * Checks who asks before the body of a request is received.
   *
   * @throws HttpProblem 401, or 403 from a replica
   */
  void admit(HttpServerExchange exchange, List<String> path) {
    mark(exchange);
    authenticate(exchange, path);
    if (deletes(exchange, path) && replica) {
      throw ReplicaGate.refusal();
    }
  }

  private static boolean deletes(HttpServerExchange exchange, List<String> path) {
    return exchange.getRequestMethod().equals(Methods.POST)
        && IdentifierDeletionHandler.isRoute(path);
  }

  private SpaceDefinition authenticate(HttpServerExchange exchange, List<String> path) {
    try {
      return access.authenticate(exchange, path.get(SPACE));
    } catch (HttpProblem problem) {
      throw deletes(exchange, path) ? IdentifierDeletionHandler.asDeletion(problem) : problem;
    }
  }

  /**
   * Answers one request, or has it handled again when what it waits for is reflected.
   *
   * @param again what handles it again
   */
  void handle(HttpServerExchange exchange, Query query, HttpHandler again) throws IOException {
    mark(exchange);
    List<String> path = query.path();
    boolean deletes = deletes(exchange, path);
    SpaceDefinition space = authenticate(exchange, path);
    Boolean reflected = exchange.getAttachment(REFLECTED);
    if (reflected == null) {
      access.spend(space);
      wake();
    }
    if (deletes && replica) {
      throw ReplicaGate.refusal();
    }
    // Whatever is wrong with an address is told before anybody waits.
    ProfileRoute route = deletes ? null : route(exchange, path);
    String collection = deletes ? "" : ProfileAddress.collection(path.get(COLLECTION));
    boolean many = ProfileRoute.BATCH.equals(route) || ProfileRoute.BULK.equals(route);
    ProfileAddress address =
        route == null || many
            ? null
            : ProfileAddress.of(space, collection, path.get(LOOKUP), route.leaf());
    Optional<AfterParameter> after = AfterParameter.of(query, log.partition(space.id()));
    if (after.isPresent() && reflected == null) {
      await(exchange, after.get(), again);
    } else if (after.isPresent() && !reflected) {
      late(exchange, query);
    } else if (deletes) {
      deletion.handle(exchange, space, query);
    } else if (address == null) {
      bulk.handle(exchange, space, collection, query);
    } else {
      profiles.handle(exchange, address, query);
    }
  }

  /**
   * Refuses an address of this handler's that could not be decoded, once it is known who asks.
   *
   * @param rawPath the path as it came
   */
  void refuse(HttpServerExchange exchange, List<String> rawPath, HttpProblem problem) {
    mark(exchange);
    access.spend(access.authenticate(exchange, rawPath.get(SPACE)));
    throw problem;
  }

  /** A random UUID; it names an answer and guards nothing. */
  private static String requestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | 1L << 63;
    return new UUID(high, low).toString();
  }

  /** Lets go of the thread until the calls are reflected, or until it takes too long. */
  private void await(HttpServerExchange exchange, AfterParameter after, HttpHandler again) {
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          boolean waits =
              writes.await(
                  after.partition(),
                  after.offset(),
                  after.patience(),
                  reflected -> {
                    exchange.putAttachment(REFLECTED, reflected);
                    exchange.dispatch(again);
                  });
          if (!waits) {
            Answers.refuse(exchange, HttpProblem.tryLater("Too many reads wait; try again."));
          }
        });
  }

  private void late(HttpServerExchange exchange, Query query) {
    OptionalLong asOf = repository.asOf();
    ObjectNode answer = Answers.object();
    answer
        .putObject("error")
        .put("code", "not_reflected_yet")
        .put(
            "message",
            "What `after` names is not reflected after "
                + query.text("wait").orElse(AfterParameter.SECONDS_DEFAULT)
                + " s; read again, or give `wait` (seconds).");
    if (asOf.isPresent()) {
      answer.put("as_of", IsoTime.format(asOf.getAsLong()));
    } else {
      answer.putNull("as_of");
    }
    Answers.send(exchange, 504, answer);
  }

  private void mark(HttpServerExchange exchange) {
    exchange
        .getResponseHeaders()
        .put(REQUEST_ID, requestId())
        .put(Headers.CACHE_CONTROL, "no-store");
    // Taken before the values are read: they can only be newer.
    repository.asOf().ifPresent(at -> exchange.getResponseHeaders().put(AS_OF, IsoTime.format(at)));
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

  private static ProfileRoute route(HttpServerExchange exchange, List<String> path) {
    List<ProfileRoute> fitting =
        ProfileRoute.ALL.stream().filter(route -> route.fits(path)).toList();
    if (fitting.isEmpty()) {
      throw Router.unknown();
    }
    for (ProfileRoute route : fitting) {
      if (route.method().equals(exchange.getRequestMethod())) {
        return route;
      }
    }
    throw notTaken(exchange, fitting.stream().map(route -> route.method().toString()).toList());
  }

  private static HttpProblem notTaken(HttpServerExchange exchange, List<String> methods) {
    String taken = String.join(", ", methods);
    exchange.getResponseHeaders().put(Headers.ALLOW, taken);
    return new HttpProblem(
        405,
        "method_not_allowed",
        "This route does not take " + exchange.getRequestMethod() + " (expected " + taken + ").");
  }
}
