package dev.traitflow.launcher.runtime;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints one job left on disk, over all the times it was started.
 *
 * <p>An embedded cluster gives a job a new id at every start, and each id has its own folder {@code
 * JOBID/chk-N/_metadata}. This class finds the checkpoint to resume from, and after a crash throws
 * away what no readable checkpoint needs: a killed cluster cannot clean up after itself.
 */
final class CheckpointDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
  private static final Pattern NAME = Pattern.compile("chk-(\\d+)");
  private static final String METADATA = "_metadata";

  /** Flink names state files by random UUIDs, so a name in the metadata is a reference. */
  private static final Pattern STATE_FILE =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private static final int READABLE_KEPT = 2;

  private final Path directory;

  CheckpointDirectory(Path directory) {
    this.directory = directory;
  }

  /** One checkpoint on disk. */
  record Retained(Path path, long number, FileTime modified) {
    /** Newest first; numbers go on counting after a restore, so they break ties. */
    static final Comparator<Retained> NEWEST_FIRST =
        Comparator.comparing(Retained::modified).thenComparingLong(Retained::number).reversed();

    Path metadata() {
      return path.resolve(METADATA);
    }
  }

  /**
   * The newest checkpoint whose metadata can be read, or empty if there is none. A torn one is
   * passed over with a warning.
   */
  Optional<Path> newestComplete() throws IOException {
    return readable().stream().findFirst().map(Retained::path);
  }

  /**
   * Deletes every file that neither belongs to one of the two newest readable checkpoints nor is
   * named in their metadata. With no readable checkpoint it deletes nothing. To be called only
   * while no job writes here.
   */
  void deleteOrphans() throws IOException {
    List<Retained> kept = readable().stream().limit(READABLE_KEPT).toList();
    if (kept.isEmpty()) {
      return;
    }
    Set<String> referenced = new HashSet<>();
    Set<Path> folders = new HashSet<>();
    for (Retained retained : kept) {
      folders.add(retained.path());
      String text = Files.readString(retained.metadata(), StandardCharsets.ISO_8859_1);
      Matcher matcher = STATE_FILE.matcher(text);
      while (matcher.find()) {
        referenced.add(matcher.group());
      }
    }
    Files.walkFileTree(directory, new OrphanDeletion(directory, folders, referenced));
  }

  private List<Retained> readable() throws IOException {
    List<Retained> readable = new ArrayList<>();
    for (Retained retained : all()) {
      if (isReadable(retained)) {
        readable.add(retained);
      }
    }
    return readable;
  }

  private List<Retained> all() throws IOException {
    List<Retained> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      for (Path job : children(directory)) {
        for (Path checkpoint : children(job)) {
          Matcher matcher = NAME.matcher(checkpoint.getFileName().toString());
          Path metadata = checkpoint.resolve(METADATA);
          if (matcher.matches() && Files.isRegularFile(metadata)) {
            found.add(
                new Retained(
                    checkpoint,
                    Long.parseLong(matcher.group(1)),
                    Files.getLastModifiedTime(metadata)));
          }
        }
      }
    }
    found.sort(Retained.NEWEST_FIRST);
    return found;
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  /** Whether the metadata parses. Any exception of the parser means the file is torn. */
  private static boolean isReadable(Retained retained) {
    try (DataInputStream input = new DataInputStream(Files.newInputStream(retained.metadata()))) {
      Checkpoints.loadCheckpointMetadata(
          input, CheckpointDirectory.class.getClassLoader(), retained.path().toUri().toString());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "checkpoint {} cannot be read and is passed over: {}", retained.path(), e.toString());
      return false;
    }
  }

  private static final class OrphanDeletion extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Set<Path> keptFolders;
    private final Set<String> referenced;

    OrphanDeletion(Path root, Set<Path> keptFolders, Set<String> referenced) {
      this.root = root;
      this.keptFolders = keptFolders;
      this.referenced = referenced;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return keptFolders.contains(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!referenced.contains(file.getFileName().toString())) {
        Files.delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      if (!folder.equals(root) && children(folder).isEmpty()) {
        Files.delete(folder);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
