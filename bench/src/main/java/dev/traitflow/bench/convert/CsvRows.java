package dev.traitflow.bench.convert;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of comma-separated values one by one, as forgiving as spreadsheets are: a quote has a
 * meaning only at the start of a field, where it may hold commas, line breaks and doubled quotes;
 * what follows a closing quote belongs to the field. Empty lines are passed over.
 */
final class CsvRows {
  private static final int END = -1;

  /**
   * One row.
   *
   * @param place where it starts
   * @param fields at least one
   */
  record Row(SourcePlace place, List<String> fields) {}

  private final Path file;
  private final BufferedReader in;
  private long line = 1;
  private int ahead;

  /** Reads {@code in}, the text of {@code file}, from its start. */
  CsvRows(Path file, BufferedReader in) throws IOException {
    this.file = file;
    this.in = in;
    this.ahead = in.read();
  }

  /** The next row, or null after the last. */
  @Nullable Row next() throws IOException {
    while (ahead == '\n' || ahead == '\r') {
      endLine();
    }
    if (ahead == END) {
      return null;
    }
    SourcePlace place = new SourcePlace(file, line);
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (ahead == ',') {
      take();
      fields.add(field());
    }
    endLine();
    return new Row(place, fields);
  }

  /** Reads up to the comma, the line's end or the end that closes the field. */
  private String field() throws IOException {
    StringBuilder text = new StringBuilder();
    if (ahead == '"') {
      take();
      quoted(text);
    }
    while (ahead != ',' && ahead != '\n' && ahead != '\r' && ahead != END) {
      text.append((char) take());
    }
    return text.toString();
  }

  /** Reads what stands between quotes, and the closing one; the end closes too. */
  private void quoted(StringBuilder text) throws IOException {
    while (ahead != END) {
      if (ahead == '"') {
        take();
        if (ahead != '"') {
          return;
        }
        text.append((char) take());
      } else if (ahead == '\r') {
        text.append((char) take());
        if (ahead == '\n') {
          text.append((char) take());
        }
        line++;
      } else {
        if (ahead == '\n') {
          line++;
        }
        text.append((char) take());
      }
    }
  }

  private void endLine() throws IOException {
    int first = take();
    if (first == '\r' && ahead == '\n') {
      take();
    }
    line++;
  }

  private int take() throws IOException {
    int taken = ahead;
    ahead = taken == END ? END : in.read();
    return taken;
  }
}
