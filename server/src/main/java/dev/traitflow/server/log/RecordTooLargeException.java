package dev.traitflow.server.log;

/** A record is larger than its topic takes, so that it will never be appended. */
public final class RecordTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordTooLargeException(String topic, int bytes, int bytesMax) {
    super(topic + ": got a record of " + bytes + " bytes (expected at most " + bytesMax + ")");
  }
}
