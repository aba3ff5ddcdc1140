package dev.traitflow.jobs.training;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.TrainingRow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Training rows in an order that does not depend on who made them: by cutoff, then by a hash of the
 * profile, then by profile. They stay on disk and are read again on each pass, so that memory holds
 * one row at a time whatever their number.
 *
 * <p>Sorting distributes the rows of each cutoff over {@value #BUCKETS} files by hash and sorts one
 * file at a time in memory.
 */
public final class SortedRows {
  private static final int BUCKETS = 16;
  private static final int BUFFER_BYTES = 1 << 16;

  /** How many rows there are at each cutoff, and the statistics; the first byte is its version. */
  private static final String INDEX = "index";

  private static final int INDEX_VERSION = 1;

  private final SortedMap<Long, List<Path>> files;
  private final EventStatistics statistics;
  private final SortedMap<Long, Long> counts;

  private SortedRows(
      SortedMap<Long, List<Path>> files, EventStatistics statistics, SortedMap<Long, Long> counts) {
    this.files = files;
    this.statistics = statistics;
    this.counts = counts;
  }

  /** A row as it lies in a file, and what it is sorted by. */
  private record Stored(String profile, byte[] value) {}

  /**
   * Sorts what a training job wrote.
   *
   * @param made the job's directory
   * @param sorted where the sorted rows go; an empty or missing directory
   */
  public static SortedRows sort(Path made, Path sorted) throws IOException {
    Files.createDirectories(sorted);
    SortedMap<Long, List<Path>> files = new TreeMap<>();
    SortedMap<Long, DataOutputStream[]> open = new TreeMap<>();
    SortedMap<Long, Long> counts = new TreeMap<>();
    EventStatistics statistics;
    try {
      statistics =
          RowFiles.read(
              made,
              (row, value) -> {
                DataOutputStream[] buckets = open.get(row.cutoff());
                if (buckets == null) {
                  buckets = new DataOutputStream[BUCKETS];
                  open.put(row.cutoff(), buckets);
                  files.put(row.cutoff(), paths(sorted, row.cutoff()));
                }
                String profile = row.features().profile();
                int bucket = Math.floorMod(profile.hashCode(), BUCKETS);
                DataOutputStream out = buckets[bucket];
                if (out == null) {
                  out = stream(paths(sorted, row.cutoff()).get(bucket));
                  buckets[bucket] = out;
                }
                write(out, new Stored(profile, value));
                counts.merge(row.cutoff(), 1L, Long::sum);
              });
    } finally {
      for (DataOutputStream[] buckets : open.values()) {
        for (DataOutputStream out : buckets) {
          if (out != null) {
            out.close();
          }
        }
      }
    }
    for (List<Path> ofCutoff : files.values()) {
      for (Path file : ofCutoff) {
        sortFile(file);
      }
    }
    writeIndex(sorted.resolve(INDEX), statistics, counts);
    return new SortedRows(files, statistics, counts);
  }

  /** Opens what {@link #sort} left in a directory, in this process or in another. */
  public static SortedRows open(Path sorted) throws IOException {
    SortedMap<Long, List<Path>> files = new TreeMap<>();
    SortedMap<Long, Long> counts = new TreeMap<>();
    ByteReader index = new ByteReader(Files.readAllBytes(sorted.resolve(INDEX)));
    index.requireVersion(INDEX_VERSION, "index of training rows");
    EventStatistics statistics = EventStatistics.CODEC.decode(index.readBytes());
    while (index.hasMore()) {
      long cutoff = index.readLong();
      files.put(cutoff, paths(sorted, cutoff));
      counts.put(cutoff, index.readLong());
    }
    return new SortedRows(files, statistics, counts);
  }

  private static void writeIndex(
      Path file, EventStatistics statistics, SortedMap<Long, Long> counts) throws IOException {
    ByteWriter index = new ByteWriter();
    index.writeByte(INDEX_VERSION).writeBytes(EventStatistics.CODEC.encode(statistics));
    counts.forEach((cutoff, count) -> index.writeLong(cutoff).writeLong(count));
    Files.write(file, index.toBytes());
  }

  /** Event names of the space. */
  public EventStatistics statistics() {
    return statistics;
  }

  /** How many rows there are. */
  public long size() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many rows there are at a cutoff. */
  public long count(long cutoff) {
    return counts.getOrDefault(cutoff, 0L);
  }

  /**
   * The rows at some cutoffs, read anew by each iteration. An iterator throws an {@link
   * UncheckedIOException} if a file cannot be read.
   */
  public Iterable<TrainingRow> at(Collection<Long> cutoffs) {
    List<Path> wanted = new ArrayList<>();
    files.forEach(
        (cutoff, ofCutoff) -> {
          if (cutoffs.contains(cutoff)) {
            wanted.addAll(ofCutoff);
          }
        });
    return () -> new Rows(wanted.iterator());
  }

  private static List<Path> paths(Path directory, long cutoff) {
    List<Path> paths = new ArrayList<>();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      paths.add(directory.resolve(cutoff + "-" + bucket));
    }
    return paths;
  }

  private static void sortFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    List<Stored> rows = new ArrayList<>();
    try (DataInputStream in = read(file)) {
      for (Stored row = next(in); row != null; row = next(in)) {
        rows.add(row);
      }
    }
    rows.sort(Comparator.comparing(Stored::profile));
    try (DataOutputStream out = stream(file)) {
      for (Stored row : rows) {
        write(out, row);
      }
    }
  }

  private static DataOutputStream stream(Path file) throws IOException {
    return new DataOutputStream(
        new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
  }

  private static DataInputStream read(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }

  private static void write(DataOutputStream out, Stored row) throws IOException {
    out.writeUTF(row.profile);
    out.writeInt(row.value.length);
    out.write(row.value);
  }

  private static @Nullable Stored next(DataInputStream in) throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return null;
    }
    in.reset();
    String profile = in.readUTF();
    return new Stored(profile, in.readNBytes(in.readInt()));
  }

  /** Reads files one behind the other; each is closed at its end. */
  private static final class Rows implements Iterator<TrainingRow> {
    private final Iterator<Path> files;
    private @Nullable DataInputStream in;
    private @Nullable Stored next;

    Rows(Iterator<Path> files) {
      this.files = files;
      advance();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public TrainingRow next() {
      Stored row = next;
      if (row == null) {
        throw new NoSuchElementException("training rows: there are no more");
      }
      advance();
      return TrainingRow.CODEC.decode(row.value);
    }

    private void advance() {
      try {
        next = in == null ? null : SortedRows.next(in);
        while (next == null) {
          if (in != null) {
            in.close();
            in = null;
          }
          if (!files.hasNext()) {
            return;
          }
          Path file = files.next();
          if (Files.exists(file)) {
            in = read(file);
            next = SortedRows.next(in);
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException("training rows: cannot be read", failure);
      }
    }
  }
}
