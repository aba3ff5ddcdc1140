package dev.traitflow.jobs.runtime;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes {@value #LENGTH} bytes without a length before them, so that RocksDB orders map entries by
 * the bytes themselves.
 */
public final class FixedBytesSerializer extends TypeSerializerSingleton<byte[]> {
  /** Length of every value. */
  public static final int LENGTH = 24;

  public static final FixedBytesSerializer INSTANCE = new FixedBytesSerializer();

  @Override
  public void serialize(byte[] value, DataOutputView target) throws IOException {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "key: got " + value.length + " bytes (expected " + LENGTH + ")");
    }
    target.write(value);
  }

  @Override
  public byte[] deserialize(DataInputView source) throws IOException {
    byte[] value = new byte[LENGTH];
    source.readFully(value);
    return value;
  }

  @Override
  public byte[] deserialize(byte[] reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    target.write(source, LENGTH);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public byte[] createInstance() {
    return new byte[LENGTH];
  }

  @Override
  public byte[] copy(byte[] from) {
    return from.clone();
  }

  @Override
  public byte[] copy(byte[] from, byte[] reuse) {
    return from.clone();
  }

  @Override
  public int getLength() {
    return LENGTH;
  }

  @Override
  public TypeSerializerSnapshot<byte[]> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Nothing to configure. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<byte[]> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
