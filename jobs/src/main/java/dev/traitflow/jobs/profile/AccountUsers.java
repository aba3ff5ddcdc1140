package dev.traitflow.jobs.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.JsonTree;
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
final class AccountUsers implements ActingUsers {
  /**
   * Key: an account; entries: a user's id to the id it was merged into, or to its traits as JSON.
   * Bound: the account's users that were merged away or have such traits. Never cleared.
   */
  static final MapStateDescriptor<String, byte[]> USERS =
      new MapStateDescriptor<>(
          "account-users", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private static final int VERSION_1 = 1;
  private static final User STRANGER = new User("", JsonTree.parse(new byte[0]));

  private final MapState<String, byte[]> state;
  private final Map<String, User> known = new HashMap<>();

  /**
   * A user.
   *
   * @param mergedInto the id it was merged into; empty if it was not
   * @param traits an object, or a missing node
   */
  private record User(String mergedInto, JsonNode traits) {}

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

  /** A user was merged into another. */
  void left(String user, String mergedInto) {
    put(user, mergedInto, new byte[0]);
  }

  /** A user's traits are now these, as a JSON object. */
  void traits(String user, byte[] json) {
    put(user, "", json);
  }

  private void put(String user, String mergedInto, byte[] traits) {
    try {
      state.put(
          user,
          new ByteWriter(32 + traits.length)
              .writeByte(VERSION_1)
              .writeString(mergedInto)
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
      in.readVersion(VERSION_1, "user of an account");
      return new User(in.readString(), JsonTree.parse(in.readBytes()));
    } catch (Exception e) {
      throw new FlinkRuntimeException("account: its users cannot be read", e);
    }
  }
}
