package dev.traitflow.jobs.identity;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentityStore;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileNode;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** One space's identity graph in the keyed state of its lane. */
final class KeyedIdentityStore implements IdentityStore {
  /**
   * Key: a lane; entries: of each of its spaces the owners of identifiers, the pointers of merged
   * profiles, the merges and the profiles' nodes. Bound: identifiers and profiles of the lane's
   * spaces. Cleared by deletion of profiles.
   */
  static final MapStateDescriptor<byte[], byte[]> GRAPH =
      new MapStateDescriptor<>(
          "identity-graph",
          BytePrimitiveArraySerializer.INSTANCE,
          BytePrimitiveArraySerializer.INSTANCE);

  private static final int OWNER = 1;
  private static final int REDIRECT = 2;
  private static final int NODE = 3;

  /** 4 is a space's definition. */
  private static final int MERGE = 5;

  private final String space;
  private final MapState<byte[], byte[]> graph;

  KeyedIdentityStore(String space, MapState<byte[], byte[]> graph) {
    this.space = space;
    this.graph = graph;
  }

  @Override
  public @Nullable String owner(Identifier identifier) {
    return text(get(ownerKey(identifier)));
  }

  @Override
  public void setOwner(Identifier identifier, String profile) {
    put(ownerKey(identifier), profile.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void removeOwner(Identifier identifier) {
    remove(ownerKey(identifier));
  }

  @Override
  public @Nullable String redirect(String id) {
    return text(get(key(REDIRECT).writeString(id).toBytes()));
  }

  @Override
  public void setRedirect(String id, String canonical) {
    put(key(REDIRECT).writeString(id).toBytes(), canonical.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable ProfileNode profile(String id) {
    byte[] bytes = get(key(NODE).writeString(id).toBytes());
    return bytes == null ? null : ProfileNode.CODEC.decode(bytes);
  }

  @Override
  public void put(ProfileNode node) {
    put(key(NODE).writeString(node.id()).toBytes(), ProfileNode.CODEC.encode(node));
  }

  @Override
  public void remove(String id) {
    remove(key(NODE).writeString(id).toBytes());
  }

  @Override
  public @Nullable Merge merge(String id) {
    byte[] bytes = get(key(MERGE).writeString(id).toBytes());
    return bytes == null ? null : Merge.CODEC.decode(bytes);
  }

  @Override
  public void putMerge(Merge merge) {
    put(key(MERGE).writeString(merge.id()).toBytes(), Merge.CODEC.encode(merge));
  }

  @Override
  public void removeMerge(String id) {
    remove(key(MERGE).writeString(id).toBytes());
  }

  private void remove(byte[] key) {
    try {
      graph.remove(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException("identity graph: cannot remove", e);
    }
  }

  private byte[] ownerKey(Identifier id) {
    return key(OWNER)
        .writeString(id.collection())
        .writeString(id.type())
        .writeString(id.value())
        .toBytes();
  }

  private ByteWriter key(int kind) {
    return new ByteWriter().writeByte(kind).writeString(space);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private byte @Nullable [] get(byte[] key) {
    try {
      return graph.get(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException("identity graph: cannot read", e);
    }
  }

  private void put(byte[] key, byte[] value) {
    try {
      graph.put(key, value);
    } catch (Exception e) {
      throw new FlinkRuntimeException("identity graph: cannot write", e);
    }
  }
}
