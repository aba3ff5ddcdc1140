package dev.traitflow.core.identity;

import org.jspecify.annotations.Nullable;

/**
 * Where the graph of one space is kept: four maps. The job keeps them in keyed state, tests and
 * previews on the heap.
 *
 * <p>Owners are never rewritten by merges; the pointers of merged ids are, all of them at each
 * merge, so that one look-up is enough however many merges lie between.
 */
public interface IdentityStore {

  /** The profile the identifier was given to, possibly merged away since, or null. */
  @Nullable String owner(Identifier identifier);

  /** Gives the identifier to a profile. */
  void setOwner(Identifier identifier, String profile);

  /** Forgets whose the identifier is. */
  void removeOwner(Identifier identifier);

  /** The canonical id a merged profile points to, or null if the profile was never merged away. */
  @Nullable String redirect(String profile);

  /** Lets a merged profile point to its canonical id. */
  void setRedirect(String profile, String canonical);

  /** The canonical profile of this id, or null if there is none. */
  @Nullable ProfileNode profile(String canonical);

  /** Stores a canonical profile under its id. */
  void put(ProfileNode profile);

  /** Forgets a profile that was merged away; its pointer stays. */
  void remove(String profile);

  /** A merge that is in a profile, or null. */
  @Nullable Merge merge(String id);

  /** Keeps a merge under its id. */
  void putMerge(Merge merge);

  /** Forgets a merge: it was taken back, or its profile is deleted. */
  void removeMerge(String id);

  /** The canonical id of a profile: its pointer's target, or itself. */
  default String canonical(String profile) {
    String target = redirect(profile);
    return target == null ? profile : target;
  }
}
