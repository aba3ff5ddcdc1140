package dev.traitflow.server.http;

/** Who may call a route. The check is made before a body is received and before a handler runs. */
public enum Access {
  /** Anybody. */
  PUBLIC,

  /** Senders; the source is found by the write key, which may stand in the call itself. */
  WRITE_KEY,

  /** The operator, or a source whose write key is not public. */
  REPLAY,

  /** A token of the space in the address, or the operator. */
  SPACE_TOKEN,

  /** The operator. */
  OPERATOR
}
