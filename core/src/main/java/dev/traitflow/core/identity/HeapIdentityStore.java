package dev.traitflow.core.identity;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A graph on the heap, for previews and tests. Not thread-safe. */
public final class HeapIdentityStore implements IdentityStore {
  private final Map<Identifier, String> owners = new LinkedHashMap<>();
  private final Map<String, String> redirects = new HashMap<>();
  private final Map<String, ProfileNode> profiles = new LinkedHashMap<>();
  private final Map<String, Merge> merges = new HashMap<>();

  /** Creates an empty store. */
  public HeapIdentityStore() {}

  @Override
  public @Nullable String owner(Identifier identifier) {
    return owners.get(identifier);
  }

  @Override
  public void setOwner(Identifier identifier, String profile) {
    owners.put(identifier, profile);
  }

  @Override
  public void removeOwner(Identifier identifier) {
    owners.remove(identifier);
  }

  @Override
  public @Nullable String redirect(String profile) {
    return redirects.get(profile);
  }

  @Override
  public void setRedirect(String profile, String canonical) {
    redirects.put(profile, canonical);
  }

  @Override
  public @Nullable ProfileNode profile(String canonical) {
    return profiles.get(canonical);
  }

  @Override
  public void put(ProfileNode profile) {
    profiles.put(profile.id(), profile);
  }

  @Override
  public void remove(String profile) {
    profiles.remove(profile);
  }

  @Override
  public @Nullable Merge merge(String id) {
    return merges.get(id);
  }

  @Override
  public void putMerge(Merge merge) {
    merges.put(merge.id(), merge);
  }

  @Override
  public void removeMerge(String id) {
    merges.remove(id);
  }

  /** A view of the canonical profiles, in the order they were made. */
  public Collection<ProfileNode> profiles() {
    return Collections.unmodifiableCollection(profiles.values());
  }
}
