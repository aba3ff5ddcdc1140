package dev.traitflow.server.http;

import dev.traitflow.core.definition.Problem;
import dev.traitflow.server.log.RecordTooLargeException;
import java.util.List;

/** A request that is refused: status, code and a sentence for the caller. */
public final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Longer sentences are cut. */
  private static final int SENTENCE_CHARS_MAX = 400;

  private final ErrorCode code;
  private final transient List<String> details;
  private final transient List<Problem> problems;
  private final String field;
  private final long retryAfterSeconds;

  public HttpProblem(ErrorCode code, String message) {
    this(code, message, List.of());
  }

  public HttpProblem(ErrorCode code, String message, List<String> details) {
    this(code, message, details, List.of(), "", 0);
  }

  private HttpProblem(
      ErrorCode code,
      String message,
      List<String> details,
      List<Problem> problems,
      String field,
      long retryAfterSeconds) {
    // Clients hammer after an error: a refusal carries no stack.
    super(cleaned(message), null, false, false);
    this.code = code;
    this.details = List.copyOf(details);
    this.problems = List.copyOf(problems);
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** A definition with problems; the sentence and the field are those of the first. */
  public static HttpProblem invalid(List<Problem> problems) {
    Problem first = problems.get(0);
    String field = first.pointer().replaceFirst("^/", "").replace('/', '.');
    return definition(
        (field.isEmpty() ? "The definition" : "`" + field + "`") + " " + first.message() + ".",
        problems.size() == 1 ? List.of() : problems,
        field);
  }

  /** A whole definition that is refused: every problem is listed with its place. */
  public static HttpProblem refused(List<Problem> problems) {
    return definition("The definition was refused.", problems, "");
  }

  private static HttpProblem definition(String message, List<Problem> problems, String field) {
    List<String> details = problems.stream().map(Problem::toString).toList();
    return new HttpProblem(ErrorCode.VALIDATION, message, details, problems, field, 0);
  }

  /** Something passing stands in the way: 503, and when to try again. */
  public static HttpProblem tryLater(String message) {
    return new HttpProblem(ErrorCode.UNAVAILABLE, message, List.of(), List.of(), "", 1);
  }

  /** A server that only reads cannot take a call: 503, so that its sender keeps it. */
  public static HttpProblem replica(String message) {
    return new HttpProblem(ErrorCode.CALL_TO_REPLICA, message, List.of(), List.of(), "", 1);
  }

  /** What was asked for is larger than can be kept: 413. */
  public static HttpProblem tooLarge(RecordTooLargeException record) {
    return new HttpProblem(ErrorCode.RECORD_TOO_LARGE, String.valueOf(record.getMessage()) + ".");
  }

  /** Too many requests: 429, and after how many whole seconds to try again. */
  public static HttpProblem tooMany(String message, long seconds) {
    return new HttpProblem(ErrorCode.RATE_LIMIT, message, List.of(), List.of(), "", seconds);
  }

  /** After how many whole seconds to try again; 0 if trying again is of no use. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** The member of the body that is wrong, empty if none is named. */
  String field() {
    return field;
  }

  public int status() {
    return code.status();
  }

  public ErrorCode code() {
    return code;
  }

  /** Everything that is wrong, where one sentence is not enough; else empty. */
  List<String> details() {
    return details;
  }

  /** The problems of a definition, where one sentence is not enough; else empty. */
  List<Problem> problems() {
    return problems;
  }

  /**
   * What callers wrote comes back in sentences: cut where it is long, and with nothing that a
   * terminal, a log or a spreadsheet would obey.
   */
  private static String cleaned(String message) {
    String cut =
        message.length() <= SENTENCE_CHARS_MAX
            ? message
            : message.substring(0, SENTENCE_CHARS_MAX) + "...";
    return cut.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  public String sentence() {
    String message = getMessage();
    return message == null ? code.wireName() : message;
  }
}
