package dev.traitflow.server.http;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One route of the server. Everything else about it is derived from this row: how it is found, what
 * is answered to other methods, who may call it, what a replica says, and its place in the OpenAPI
 * document.
 *
 * @param method the method; a route of GET also answers HEAD
 * @param address where it is
 * @param access who may call it
 * @param changes true if it appends to the log, changes a definition or orders work: a replica
 *     refuses it
 * @param bodyBytesMax the largest body, inflated, in bytes; 0 if it takes none
 * @param threads where it runs
 * @param contract what it takes and answers
 * @param handler what answers
 */
public record Route(
    HttpString method,
    Address address,
    Access access,
    boolean changes,
    int bodyBytesMax,
    Threads threads,
    Contract contract,
    Handler handler) {
  /** The largest definition of one object, in bytes. */
  static final int OBJECT_BYTES_MAX = 1 << 20;

  /**
   * An address with parameters.
   *
   * @param template parameters in braces; {@code *} at the end stands for anything, which is not
   *     decoded
   * @param segments its parts between the slashes
   */
  public record Address(String template, List<String> segments) {
    /** True if it ends with anything; its handler decodes it, parameters too. */
    boolean isOpen() {
      return template.endsWith("/*");
    }

    public static Address of(String template) {
      return new Address(
          template,
          template.equals("/") ? List.of() : List.of(template.substring(1).split("/", -1)));
    }
  }

  /**
   * Where a route runs.
   *
   * @param onConnection true for the connection's own thread, which must never be held; the handler
   *     receives the body itself then
   * @param lane threads for what takes long; null for a worker
   */
  public record Threads(boolean onConnection, @Nullable LongRequests lane) {
    static final Threads WORKER = new Threads(false, null);
    static final Threads CONNECTION = new Threads(true, null);
  }

  /**
   * Answers the requests of one route, now or later. Who calls was checked, the body is there; a
   * refusal is thrown as an {@link HttpProblem}.
   */
  @FunctionalInterface
  public interface Handler {
    void handle(Request request) throws IOException;
  }

  /**
   * What a route takes and answers, in the words of the OpenAPI document.
   *
   * @param summary one sentence
   * @param body the name of the body's schema; empty for none
   * @param status the status of the usual answer
   * @param answer the name of its schema, or its media type; empty where the document says more
   *     about the route than fits here
   * @param parameters names of the document's parameters that it reads from the address
   */
  public record Contract(
      String summary, String body, int status, String answer, List<String> parameters) {
    public Contract {
      parameters = List.copyOf(parameters);
    }

    public static Contract of(String summary) {
      return new Contract(summary, "", 200, "", List.of());
    }

    public Contract takes(String schema) {
      return new Contract(summary, schema, status, answer, parameters);
    }

    public Contract answers(int otherStatus, String schema) {
      return new Contract(summary, body, otherStatus, schema, parameters);
    }

    public Contract query(String... names) {
      return new Contract(summary, body, status, answer, List.of(names));
    }
  }

  /** A route that reads. */
  public static Route get(String template, String summary, Access access, Handler handler) {
    return of(Methods.GET, template, summary, access, handler);
  }

  /** A route that changes something and takes a body of up to 1 MB. */
  public static Route post(String template, String summary, Access access, Handler handler) {
    return of(Methods.POST, template, summary, access, handler);
  }

  /** A route that deletes and takes no body. */
  public static Route delete(String template, String summary, Access access, Handler handler) {
    return of(Methods.DELETE, template, summary, access, handler);
  }

  /**
   * A route with the defaults of its method: GET reads, the others change; GET and DELETE take no
   * body.
   *
   * @param summary one sentence for the OpenAPI document
   */
  public static Route of(
      HttpString method, String template, String summary, Access access, Handler handler) {
    boolean reads = method.equals(Methods.GET);
    return new Route(
        method,
        Address.of(template),
        access,
        !reads,
        reads || method.equals(Methods.DELETE) ? 0 : OBJECT_BYTES_MAX,
        Threads.WORKER,
        Contract.of(summary),
        handler);
  }

  /** The same, changing nothing though it is posted to: a replica serves it. */
  public Route reading() {
    return new Route(method, address, access, false, bodyBytesMax, threads, contract, handler);
  }

  /** The same, changing something though it is a GET. */
  public Route changing() {
    return new Route(method, address, access, true, bodyBytesMax, threads, contract, handler);
  }

  /** The same with a body of up to so many bytes, inflated. */
  public Route withBody(int bytesMax) {
    return new Route(method, address, access, changes, bytesMax, threads, contract, handler);
  }

  /** The same on threads for what takes long. */
  public Route on(LongRequests lane) {
    Threads own = new Threads(false, lane);
    return new Route(method, address, access, changes, bodyBytesMax, own, contract, handler);
  }

  /** The same on the connection's own thread. */
  public Route onConnection() {
    return new Route(method, address, access, changes, 0, Threads.CONNECTION, contract, handler);
  }

  /** The same with a body of that schema. */
  public Route takes(String schema) {
    return with(contract.takes(schema));
  }

  /** The same with an answer of 200 of that schema. */
  public Route answers(String schema) {
    return answers(200, schema);
  }

  /**
   * The same with another answer.
   *
   * @param schema the name of a schema of the OpenAPI document, or a media type
   */
  public Route answers(int status, String schema) {
    return with(contract.answers(status, schema));
  }

  /** The same with parameters, each the name of one in the OpenAPI document. */
  public Route query(String... parameters) {
    return with(contract.query(parameters));
  }

  private Route with(Contract other) {
    return new Route(method, address, access, changes, bodyBytesMax, threads, other, handler);
  }

  /** The place of a parameter among the segments of the address. */
  int position(String parameter) {
    int position = address.segments().indexOf("{" + parameter + "}");
    if (position < 0) {
      throw new IllegalArgumentException(
          address.template() + ": has no parameter " + parameter + " (expected one of it)");
    }
    return position;
  }

  /** Method and address, which tell a route from all others. */
  @Override
  public String toString() {
    return method + " " + address.template();
  }
}
