package dev.traitflow.ml.bundle;

import java.io.IOException;
import java.io.Serializable;
import java.util.Set;

/**
 * Keeps bundles, and the populations beside them. Neither ever changes: what is announced in the
 * topic {@code models} is written whole before that. Thread-safe; every method is an access to a
 * file system, which may be far away.
 *
 * <p>Serializable, since scorers read by it wherever the cluster puts them.
 */
public interface BundleStore extends Serializable {
  /**
   * Keeps a bundle; one that is there already is left as it is, for the same version holds the same
   * model. It is whole when this returns: {@link BundleFiles#CARD} is written last.
   *
   * @param bundle a relative reference
   */
  void put(BundleReference bundle, BundleFiles files) throws IOException;

  /**
   * Reads a bundle.
   *
   * @throws IOException if it is not there, or is a draft, or cannot be read
   */
  BundleFiles get(BundleReference bundle) throws IOException;

  /**
   * Keeps the scores of everybody at an instant after the training.
   *
   * @param at the instant, epoch milliseconds
   * @param scores raw scores in any order; sorted in place
   * @return where they lie
   */
  BundleReference putPopulation(BundleReference bundle, long at, double[] scores)
      throws IOException;

  /** Raw scores of a population, ascending. */
  double[] population(BundleReference population) throws IOException;

  /**
   * Deletes the populations of a bundle.
   *
   * @param kept names of those that stay
   */
  void deletePopulations(BundleReference bundle, Set<String> kept) throws IOException;

  /** Deletes every bundle and population of a prediction; there may be none. */
  void delete(String space, String prediction) throws IOException;

  /** Where that lies now, for people: a path if it is a file of this machine, else a URI. */
  String locate(BundleReference reference);
}
