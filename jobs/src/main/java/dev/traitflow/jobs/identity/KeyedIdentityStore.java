package dev.traitflow.jobs.identity;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentityStore;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * One space's identity graph in the keyed state of its lane. Pointers read or written lately are
 * kept on the heap too: most events carry ids that were seen a moment ago.
 */
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

  private static final int RECENT_MAX = 50_000;

  private final String space;
  private final MapState<byte[], byte[]> graph;
  private final Recent<Identifier> owners = new Recent<>();
  private final Recent<String> redirects = new Recent<>();

  /** The pointers used last; an empty text says that there is none. */
  private static final class Recent<K> extends LinkedHashMap<K, String> {
    Recent() {
      super(1024, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, String> eldest) {
      return size() > RECENT_MAX;
    }
  }

  KeyedIdentityStore(String space, MapState<byte[], byte[]> graph) {
    this.space = space;
    this.graph = graph;
  }

  @Override
  public @Nullable String owner(Identifier identifier) {
    String recent = owners.get(identifier);
    if (recent == null) {
      recent = text(get(ownerKey(identifier)));
      owners.put(identifier, recent);
    }
    return recent.isEmpty() ? null : recent;
  }

  @Override
  public void setOwner(Identifier identifier, String profile) {
    owners.put(identifier, profile);
    put(ownerKey(identifier), profile.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void removeOwner(Identifier identifier) {
    owners.put(identifier, "");
    remove(ownerKey(identifier));
  }

  @Override
  public @Nullable String redirect(String id) {
    String recent = redirects.get(id);
    if (recent == null) {
      recent = text(get(key(REDIRECT).writeString(id).toBytes()));
      redirects.put(id, recent);
    }
    return recent.isEmpty() ? null : recent;
  }

  @Override
  public void setRedirect(String id, String canonical) {
    redirects.put(id, canonical);
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

  /** The text, empty if there is none: no id is empty. */
  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
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
