package dev.traitflow.jobs.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.trait.ActingUsers;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * What the account that is the operator's current key knows of its users: who was merged into whom,
 * and those of their traits that some trait of accounts tells. One object serves one account.
 */
public final class AccountUsers implements ActingUsers {
  /**
   * Key: an account; entries: a user's id to the id it was merged into, to a note that it has left,
   * or to its traits as JSON. Bound: the account's users that were merged away, left or have such
   * traits. Never cleared: what another subtask says of a user may come after the user's end.
   */
  static final MapStateDescriptor<String, byte[]> USERS =
      new MapStateDescriptor<>(
          "account-users", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private static final int VERSION_1 = 1;

  /** Version 2: and whether the user has left; before, none did. */
  private static final int VERSION_2 = 2;

  private static final byte[] NO_TRAITS = new byte[0];
  private static final User STRANGER = new User("", false, JsonTree.parse(NO_TRAITS));

  private final MapState<String, byte[]> state;
  private final Map<String, User> known = new HashMap<>();

  /**
   * A user.
   *
   * @param mergedInto the id it was merged into; empty if it was not
   * @param gone true if nobody goes on with its events: it was deleted or taken apart
   * @param traits an object, or a missing node
   */
  private record User(String mergedInto, boolean gone, JsonNode traits) {}

  AccountUsers(MapState<String, byte[]> state) {
    this.state = state;
  }

  @Override
  public @Nullable JsonNode trait(String user, String key) {
    return user(user).traits.get(key);
  }

  @Override
  public String canonical(String user) {
    String canonical = user;
    while (true) {
      String next = user(canonical).mergedInto;
      if (next.isEmpty()) {
        return canonical;
      }
      canonical = next;
    }
  }

  /** True if no user goes on with the events of this one. */
  public boolean isGone(String user) {
    return user(canonical(user)).gone;
  }

  /** A user was merged into another; into none if it was deleted or taken apart. */
  public void left(String user, String mergedInto) {
    put(user, mergedInto, mergedInto.isEmpty(), NO_TRAITS);
  }

  /** A user's traits are now these, as a JSON object. */
  public void traits(String user, byte[] json) {
    put(user, "", false, json);
  }

  private void put(String user, String mergedInto, boolean gone, byte[] traits) {
    try {
      state.put(
          user,
          new ByteWriter(32 + traits.length)
              .writeByte(VERSION_2)
              .writeString(mergedInto)
              .writeBoolean(gone)
              .writeBytes(traits)
              .toBytes());
      known.remove(user);
    } catch (Exception e) {
      throw new FlinkRuntimeException("account: its users cannot be written", e);
    }
  }

  private User user(String id) {
    return known.computeIfAbsent(id, this::read);
  }

  private User read(String id) {
    try {
      byte[] stored = state.get(id);
      if (stored == null) {
        return STRANGER;
      }
      ByteReader in = new ByteReader(stored);
      int version = in.readVersion(VERSION_2, "user of an account");
      String mergedInto = in.readString();
      boolean gone = version > VERSION_1 && in.readBoolean();
      return new User(mergedInto, gone, JsonTree.parse(in.readBytes()));
    } catch (Exception e) {
      throw new FlinkRuntimeException("account: its users cannot be read", e);
    }
  }
}
