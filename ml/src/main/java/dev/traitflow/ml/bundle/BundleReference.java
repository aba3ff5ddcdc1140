package dev.traitflow.ml.bundle;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a bundle lies: a URI as it stands in the topic {@code models}, relative to the root of the
 * store that reads it, so that it survives a move of the whole store.
 *
 * <p>Records of before hold the absolute path of a directory instead, which is read as it is.
 *
 * @param uri relative, such as {@code spa_shop/buys/20250101T000000Z-0a1b2c3d}, or absolute
 */
public record BundleReference(URI uri) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

  /**
   * That of a version, where a store keeps it.
   *
   * @throws IllegalArgumentException if one of them is no name
   */
  public static BundleReference of(String space, String prediction, String version) {
    for (String name : List.of(space, prediction, version)) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "model version: got '" + name + "' (expected the version of a trained model)");
      }
    }
    return new BundleReference(URI.create(space + "/" + prediction + "/" + version));
  }

  /**
   * Reads {@link #toString()}, or the absolute path of a record of before.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static BundleReference parse(String stored) {
    if (stored.startsWith("/")) {
      // A path may hold what a URI may not. Of a directory that exists it ends in a slash.
      String absolute = Path.of(stored).toUri().toString();
      return new BundleReference(URI.create(absolute.replaceAll("/+$", "")));
    }
    return new BundleReference(URI.create(stored));
  }

  /** The last segment: of a bundle its version, of a population its file name. */
  public String name() {
    String text = uri.toString();
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** The scores of everybody at an instant, which lie beside the bundle that scored them. */
  public BundleReference population(long at) {
    return new BundleReference(URI.create(uri + populationPrefix() + at + ".json"));
  }

  /** What names of populations have between that of their bundle and their instant. */
  public static String populationPrefix() {
    return "-population-";
  }

  /** What stands in the topic. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
