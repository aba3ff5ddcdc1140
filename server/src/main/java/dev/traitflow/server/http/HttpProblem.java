package dev.traitflow.server.http;

import dev.traitflow.core.codec.Problem;
import java.util.List;

/** A request that is refused: status, code and a sentence for the caller. */
final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient List<String> details;
  private final String field;

  HttpProblem(int status, String code, String message) {
    this(status, code, message, List.of());
  }

  HttpProblem(int status, String code, String message, List<String> details) {
    this(status, code, message, details, "");
  }

  private HttpProblem(int status, String code, String message, List<String> details, String field) {
    // Clients hammer after an error: a refusal carries no stack.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.details = List.copyOf(details);
    this.field = field;
  }

  /** A definition with problems; the sentence and the field are those of the first. */
  static HttpProblem invalid(List<Problem> problems) {
    Problem first = problems.get(0);
    String field = first.pointer().replaceFirst("^/", "").replace('/', '.');
    return new HttpProblem(
        400,
        "validation_error",
        (field.isEmpty() ? "The definition" : "`" + field + "`") + " " + first.message() + ".",
        problems.size() == 1 ? List.of() : problems.stream().map(Problem::toString).toList(),
        field);
  }

  /** The member of the body that is wrong, empty if none is named. */
  String field() {
    return field;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
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
