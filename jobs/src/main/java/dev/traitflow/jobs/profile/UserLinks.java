package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The accounts a user is linked to, and what they were told of the user. Bound: the links.
 *
 * <p>Known limit: they are read and written with the profile. An event goes to each of the accounts
 * anyway, which costs far more.
 */
final class UserLinks {
  private final SortedSet<String> groups = new TreeSet<>();
  private SortedMap<String, String> told = new TreeMap<>();

  /** Links the user to an account. False if it was linked before. */
  boolean add(String groupId) {
    return groups.add(groupId);
  }

  /** The group ids of the accounts. */
  List<String> groups() {
    return new ArrayList<>(groups);
  }

  /** True if the user belongs to no account. */
  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** The traits the accounts know, key to JSON. */
  SortedMap<String, String> told() {
    return told;
  }

  /** Notes what the accounts know from now on. */
  void tell(SortedMap<String, String> traits) {
    told = new TreeMap<>(traits);
  }

  void write(ByteWriter out) {
    out.writeInt(groups.size());
    groups.forEach(out::writeString);
    out.writeInt(told.size());
    told.forEach((key, json) -> out.writeString(key).writeString(json));
  }

  void read(ByteReader in) {
    for (int left = in.readInt(); left > 0; left--) {
      groups.add(in.readString());
    }
    for (int left = in.readInt(); left > 0; left--) {
      told.put(in.readString(), in.readString());
    }
  }
}
