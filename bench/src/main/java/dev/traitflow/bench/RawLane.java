package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Calls;
import dev.traitflow.bench.job.Form;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.LaneInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The least a lane must do in RocksDB for a call with three identifiers nobody has: a get and a put
 * of the messageId and an append to its minute, a get and a put of each identifier, a put of the
 * profile's node. Keys and values are the bytes the lane writes, made by the same codecs. It
 * decides nothing, sends nothing, finds the identifiers without parsing, and has no checkpoints but
 * a flush every 10 s. One thread.
 */
final class RawLane {
  private static final int SEEN = 0;
  private static final int MINUTE = 1;
  private static final int GRAPH = 2;
  private static final int OWNER = 1;
  private static final int NODE = 3;

  private final BareRocks database;
  private final SplittableRandom ids = new SplittableRandom(5);
  private long found;

  private RawLane(BareRocks database) {
    this.database = database;
  }

  /** Takes all calls of a file and returns the seconds to the end of the last flush. */
  static double seconds(Path folder, Path calls) throws IOException, RocksDBException {
    long budget = ((long) BenchCluster.STATE_MEGABYTES << 20) / BenchCluster.SLOTS;
    try (BareRocks database = BareRocks.open(folder, budget, "seen", "minute", "graph");
        MessageFile<LaneInput> inputs = MessageFile.open(calls, Form.LANE.codec())) {
      RawLane lane = new RawLane(database);
      long began = System.nanoTime();
      @Nullable LaneInput input = inputs.next();
      while (input != null) {
        lane.call(input);
        database.flushIfDue();
        input = inputs.next();
      }
      database.flush();
      double seconds = (System.nanoTime() - began) / 1e9;
      if (lane.found > 0) {
        throw new IllegalStateException("raw lane: got " + lane.found + " known (expected none)");
      }
      return seconds;
    }
  }

  private void call(LaneInput input) throws RocksDBException {
    if (!(input.parsed() instanceof Parsed.Accepted accepted)) {
      return;
    }
    Event event = accepted.event();
    String user = String.valueOf(event.userId());
    String space = input.record().space();
    remember(event.messageId(), input.record().at() / 60_000);
    List<Identifier> identifiers =
        List.of(
            Identifier.ofUser(Identifier.USER_ID, user),
            Identifier.ofUser(Identifier.ANONYMOUS_ID, String.valueOf(event.anonymousId())),
            Identifier.ofUser(Identifier.EMAIL, Calls.email(user)));
    List<byte[]> keys = new ArrayList<>(identifiers.size());
    for (Identifier identifier : identifiers) {
      byte[] key = ownerKey(space, identifier);
      look(GRAPH, key);
      keys.add(key);
    }
    String profile = profile();
    byte[] owner = value(profile.getBytes(StandardCharsets.UTF_8));
    for (byte[] key : keys) {
      database.put(GRAPH, key, owner);
    }
    List<Mapping> mappings = new ArrayList<>(identifiers.size());
    for (Identifier identifier : identifiers) {
      mappings.add(new Mapping(identifier, event.timestamp(), event.messageId(), event.source()));
    }
    ProfileNode node =
        new ProfileNode(
            profile,
            event.timestamp(),
            List.of(),
            mappings,
            List.of(profile),
            List.of(),
            List.of());
    byte[] nodeKey =
        new ByteWriter().writeByte(NODE).writeString(space).writeString(profile).toBytes();
    database.put(GRAPH, key(nodeKey), value(ProfileNode.CODEC.encode(node)));
  }

  /** An id as long and as hard to compress as ours, without a hash. */
  private String profile() {
    char[] id = "use_??????????????????????".toCharArray();
    for (int i = 4; i < id.length; i++) {
      id[i] = (char) ('A' + ids.nextInt(58));
    }
    return new String(id);
  }

  private void remember(String messageId, long minute) throws RocksDBException {
    byte[] hash = HistoryKey.hash(messageId);
    byte[] key = key(hash);
    look(SEEN, key);
    database.put(SEEN, key, ByteBuffer.allocate(9).put((byte) 0).putLong(minute).array());
    byte[] element = ByteBuffer.allocate(4 + hash.length).putInt(hash.length).put(hash).array();
    byte[] bucket = ByteBuffer.allocate(13).put((byte) 1).putInt(0).putLong(minute).array();
    database.append(MINUTE, bucket, element);
  }

  private void look(int family, byte[] key) throws RocksDBException {
    if (database.get(family, key) != null) {
      found++;
    }
  }

  private static byte[] ownerKey(String space, Identifier id) {
    return key(
        new ByteWriter()
            .writeByte(OWNER)
            .writeString(space)
            .writeString(id.collection())
            .writeString(id.type())
            .writeString(id.value())
            .toBytes());
  }

  /** As Flink's map state writes it: key group, key, namespace, length, entry. */
  private static byte[] key(byte[] entry) {
    return ByteBuffer.allocate(10 + entry.length)
        .put((byte) 1)
        .putInt(0)
        .put((byte) 0)
        .putInt(entry.length)
        .put(entry)
        .array();
  }

  /** As Flink's map state writes it: not null, length, bytes. */
  private static byte[] value(byte[] bytes) {
    return ByteBuffer.allocate(5 + bytes.length)
        .put((byte) 0)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }
}
