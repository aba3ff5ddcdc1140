package dev.traitflow.launcher.replay;

/**
 * Some lines of a file that follow each other, as the bytes they are.
 *
 * @param firstLine number of the first line, counted from 1 over all lines, blank ones included
 * @param lines how many lines
 * @param nonBlank how many of them are not blank
 * @param bytes the lines with their line ends
 */
record Chunk(long firstLine, int lines, int nonBlank, byte[] bytes) {

  long lastLine() {
    return firstLine + lines - 1;
  }

  /** What is left of it after a line, as a chunk of its own; this one if nothing is cut off. */
  Chunk after(long line) {
    if (line < firstLine) {
      return this;
    }
    int start = 0;
    int skippedNonBlank = 0;
    for (long skipped = firstLine; skipped <= line && start < bytes.length; skipped++) {
      boolean blank = true;
      while (start < bytes.length && bytes[start] != '\n') {
        blank &= isBlank(bytes[start]);
        start++;
      }
      start++;
      skippedNonBlank += blank ? 0 : 1;
    }
    int rest = Math.max(0, bytes.length - start);
    byte[] kept = new byte[rest];
    System.arraycopy(bytes, bytes.length - rest, kept, 0, rest);
    int skippedLines = (int) Math.min(lines, line - firstLine + 1);
    return new Chunk(
        firstLine + skippedLines, lines - skippedLines, nonBlank - skippedNonBlank, kept);
  }

  /** Whether a byte is one of JSON's white space characters. */
  static boolean isBlank(byte value) {
    return value == ' ' || value == '\t' || value == '\r' || value == '\n';
  }
}
