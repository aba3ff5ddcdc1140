package dev.traitflow.ml.backtest;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * The histories in an NDJSON file of tracking calls, by user id.
 *
 * @param histories each user's events in history order, each message once
 * @param anonymous calls without a user id: nobody's history, as far as known users go
 * @param rejected lines that are no valid call
 * @param firstRejection why the first of them is none, empty if all are
 */
public record CallFile(
    SortedMap<String, SortedSet<Event>> histories,
    long anonymous,
    long rejected,
    String firstRejection) {

  private static final int GZIP_MAGIC = 0x1F8B;

  public CallFile {
    histories = Collections.unmodifiableSortedMap(histories);
  }

  /**
   * Reads a file, plain or compressed; it is read whole into memory.
   *
   * @throws IOException if the file cannot be read
   */
  public static CallFile read(Path file) throws IOException {
    SortedMap<String, SortedSet<Event>> histories = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    EventParser parser = new EventParser();
    long lines = 0;
    long anonymous = 0;
    long rejected = 0;
    String firstRejection = "";
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        if (line.isBlank()) {
          continue;
        }
        Parsed parsed =
            parser.parse(
                line.getBytes(StandardCharsets.UTF_8),
                "",
                "line-" + lines,
                "file",
                System.currentTimeMillis(),
                true);
        if (parsed instanceof Parsed.Accepted accepted) {
          Event event = accepted.event();
          if (event.userId() == null) {
            anonymous++;
          } else if (seen.add(event.messageId())) {
            histories
                .computeIfAbsent(event.userId(), user -> new TreeSet<>(Event.HISTORY_ORDER))
                .add(event);
          }
        } else if (parsed instanceof Parsed.Rejected refusal) {
          rejected++;
          firstRejection =
              firstRejection.isEmpty()
                  ? "line " + lines + ": " + refusal.message()
                  : firstRejection;
        }
      }
    }
    return new CallFile(histories, anonymous, rejected, firstRejection);
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
