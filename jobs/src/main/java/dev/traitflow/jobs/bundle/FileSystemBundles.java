package dev.traitflow.jobs.bundle;

import dev.traitflow.ml.bundle.BundleFiles;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.ml.bundle.PopulationJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Bundles below a root: {@code <root>/<space>/<prediction>/<version>/}, and the populations of a
 * version beside its directory.
 *
 * <p>The root is not part of what is announced. Each process has its own: a data directory that was
 * moved, or the same bucket under another name, is found by the records of before.
 *
 * <p>A file appears whole. An object store promises that by itself; on a disk it is written beside
 * its place and moved there.
 */
public final class FileSystemBundles implements BundleStore {
  private static final long serialVersionUID = 1L;

  /** Names that begin so are no files of a bundle. */
  private static final String DRAFT = ".draft-";

  private final URI root;

  /**
   * Keeps bundles below a root.
   *
   * @param root an absolute URI that Flink has a file system for, such as {@code
   *     file:///var/lib/traitflow/models} or {@code s3://bucket/models}
   */
  public FileSystemBundles(URI root) {
    if (!root.isAbsolute() || root.isOpaque()) {
      throw new IllegalArgumentException(
          "bundles: got '"
              + root
              + "' (expected a URI such as file:///var/lib/traitflow/models or s3://bucket/models)");
    }
    this.root = URI.create(root.toString().replaceAll("/*$", "/"));
  }

  /** Keeps bundles below a directory of this machine. */
  public static FileSystemBundles in(java.nio.file.Path directory) {
    return new FileSystemBundles(directory.toUri());
  }

  @Override
  public void put(BundleReference bundle, BundleFiles files) throws IOException {
    Path place = path(bundle);
    FileSystem system = place.getFileSystem();
    if (system.exists(new Path(place, BundleFiles.CARD))) {
      return;
    }
    system.mkdirs(place);
    for (Map.Entry<String, byte[]> file : files.files().entrySet()) {
      if (!file.getKey().equals(BundleFiles.CARD)) {
        write(system, new Path(place, file.getKey()), file.getValue());
      }
    }
    write(system, new Path(place, BundleFiles.CARD), files.get(BundleFiles.CARD));
  }

  @Override
  public BundleFiles get(BundleReference bundle) throws IOException {
    Path place = path(bundle);
    FileSystem system = place.getFileSystem();
    Map<String, byte[]> files = new TreeMap<>();
    for (FileStatus file : list(system, place)) {
      String name = file.getPath().getName();
      if (!file.isDir() && !name.startsWith(DRAFT)) {
        files.put(name, read(system, file.getPath()));
      }
    }
    if (!files.containsKey(BundleFiles.CARD)) {
      throw new FileNotFoundException(
          "bundle " + locate(bundle) + ": is not there (expected its files)");
    }
    return new BundleFiles(files);
  }

  @Override
  public BundleReference putPopulation(BundleReference bundle, long at, double[] scores)
      throws IOException {
    BundleReference population = bundle.population(at);
    Path place = path(population);
    write(place.getFileSystem(), place, PopulationJson.write(scores));
    return population;
  }

  @Override
  public double[] population(BundleReference population) throws IOException {
    Path place = path(population);
    return PopulationJson.read(read(place.getFileSystem(), place));
  }

  @Override
  public void deletePopulations(BundleReference bundle, Set<String> kept) throws IOException {
    Path parent = path(bundle).getParent();
    FileSystem system = parent.getFileSystem();
    String prefix = bundle.name() + BundleReference.populationPrefix();
    for (FileStatus file : list(system, parent)) {
      String name = file.getPath().getName();
      if (name.startsWith(prefix) && !kept.contains(name)) {
        delete(system, file.getPath());
      }
    }
  }

  @Override
  public void delete(String space, String prediction) throws IOException {
    // The name of a version is checked with the others, and the place of all is that of its parent.
    Path all = path(BundleReference.of(space, prediction, "any")).getParent();
    FileSystem system = all.getFileSystem();
    if (system.exists(all)) {
      delete(system, all);
    }
  }

  @Override
  public String locate(BundleReference reference) {
    URI place = root.resolve(reference.uri());
    return "file".equals(place.getScheme()) ? place.getPath() : place.toString();
  }

  private Path path(BundleReference reference) {
    return new Path(root.resolve(reference.uri()));
  }

  private static void write(FileSystem system, Path place, byte[] content) throws IOException {
    Path written =
        system.isDistributedFS() ? place : new Path(place.getParent(), DRAFT + UUID.randomUUID());
    try (FSDataOutputStream out = system.create(written, WriteMode.OVERWRITE)) {
      out.write(content);
    }
    if (!written.equals(place) && !system.rename(written, place)) {
      throw new IOException(place + ": cannot be written (its draft could not be moved there)");
    }
  }

  private static byte[] read(FileSystem system, Path place) throws IOException {
    try (FSDataInputStream in = system.open(place)) {
      return in.readAllBytes();
    }
  }

  /** What lies in a directory; nothing if it is missing, which file systems say in two ways. */
  private static List<FileStatus> list(FileSystem system, Path directory) throws IOException {
    try {
      FileStatus[] all = system.listStatus(directory);
      return all == null ? List.of() : List.of(all);
    } catch (FileNotFoundException missing) {
      return List.of();
    }
  }

  private static void delete(FileSystem system, Path place) throws IOException {
    if (!system.delete(place, true) && system.exists(place)) {
      throw new IOException(place + ": cannot be deleted");
    }
  }
}
