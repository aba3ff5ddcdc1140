package dev.traitflow.server.http;

import java.util.List;

/** A request that is refused: status, code and a sentence for the caller. */
final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String field;
  private final transient List<String> details;

  HttpProblem(int status, String code, String message) {
    this(status, code, message, List.of());
  }

  HttpProblem(int status, String code, String message, List<String> details) {
    this(status, code, message, "", details);
  }

  HttpProblem(int status, String code, String message, String field, List<String> details) {
    // Clients hammer after an error: a refusal carries no stack.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.field = field;
    this.details = List.copyOf(details);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** The member of the body that is wrong, its names joined by slashes; empty if none is. */
  String field() {
    return field;
  }

  /** Everything that is wrong, where one sentence is not enough; else empty. */
  List<String> details() {
    return details;
  }

  String sentence() {
    String message = getMessage();
    return message == null ? code : message;
  }
}
