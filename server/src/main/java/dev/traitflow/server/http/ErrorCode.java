package dev.traitflow.server.http;

/** Why a request is refused: the word that clients decide by, and the status it comes with. */
public enum ErrorCode {
  /** The body cannot be read, or is too large. */
  BAD_REQUEST(400, "bad_request"),
  /** A parameter of the address is wrong. */
  INVALID_REQUEST(400, "invalid_request_error"),
  /** A definition or another body is readable and wrong. */
  VALIDATION(400, "validation_error"),
  /** The vendor's code for identifiers that are never deleted. */
  UNSUPPORTED_IDENTIFIER(400, "unsupported_eid_type"),
  AUTHENTICATION(401, "authentication_error"),
  /** The vendor's code where identifiers are deleted. */
  UNAUTHORIZED(401, "unauthorized"),
  UNKNOWN_SOURCE(401, "unknown_source"),
  FORBIDDEN(403, "forbidden"),
  /** A server that only reads was asked for a change. */
  REPLICA(403, "replica"),
  NOT_FOUND(404, "not_found"),
  /** Settings of a source that is not there. */
  NO_SETTINGS(404, "unknown_source"),
  IDENTIFIER_NOT_FOUND(404, "eid_not_found"),
  METHOD_NOT_ALLOWED(405, "method_not_allowed"),
  CONFLICT(409, "conflict"),
  RECORD_TOO_LARGE(413, "record_too_large"),
  TOO_MANY_LINES(413, "too_many_lines"),
  MISDIRECTED(421, "misdirected_request"),
  LIMIT_EXCEEDED(422, "limit_exceeded"),
  RATE_LIMIT(429, "rate_limit_error"),
  SERVER_ERROR(500, "server_error"),
  /** Something passing stands in the way. */
  UNAVAILABLE(503, "unavailable"),
  /** A replica was sent a call, which its sender is to keep. */
  CALL_TO_REPLICA(503, "replica"),
  PIPELINE_FAILING(503, "pipeline_failing"),
  NOT_REFLECTED_YET(504, "not_reflected_yet"),
  FLUSH_TIMEOUT(504, "flush_timeout");

  private final int status;
  private final String wireName;

  ErrorCode(int status, String wireName) {
    this.status = status;
    this.wireName = wireName;
  }

  /** The HTTP status. */
  int status() {
    return status;
  }

  /** The word in the answer. */
  public String wireName() {
    return wireName;
  }
}
