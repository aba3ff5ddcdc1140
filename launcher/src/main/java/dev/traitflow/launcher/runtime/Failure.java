package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An expected failure whose message is a sentence for the person at the terminal.
 *
 * <p>Commands print the message alone and exit with 1. Anything else that is thrown is a defect and
 * keeps its stack trace.
 */
public class Failure extends RuntimeException {
  /** A failure without a deeper cause. */
  public Failure(String message) {
    super(message);
  }

  /** A failure that another one led to; only its own message is shown. */
  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A file that cannot be read, with the reason: an exception of a file often has its name only.
   */
  public static Failure reading(Path file, IOException cause) {
    return new Failure(file + ": cannot be read: " + reason(cause), cause);
  }

  /** A file that cannot be written, with the reason. */
  public static Failure writing(Path file, IOException cause) {
    return new Failure(file + ": cannot be written: " + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission is denied";
    }
    if (cause instanceof FileSystemException of && of.getReason() != null) {
      return of.getReason();
    }
    return String.valueOf(cause.getMessage());
  }
}
