package dev.traitflow.core.definition;

/**
 * One thing that is wrong with a definition.
 *
 * @param pointer JSON pointer to the place, such as {@code /traits/3/window}
 * @param message what was found, what was expected, and how to mend it
 */
public record Problem(String pointer, String message) {
  @Override
  public String toString() {
    return (pointer.isEmpty() ? "/" : pointer) + ": " + message;
  }
}
