package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.Codec;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message as a length and its codec's bytes. Messages are immutable, so copies are free.
 *
 * @param <T> the message
 */
public final class CodecSerializer<T> extends TypeSerializer<T> {
  private final MessageType message;

  CodecSerializer(MessageType message) {
    this.message = message;
  }

  @SuppressWarnings("unchecked")
  private Codec<T> codec() {
    return (Codec<T>) message.codec();
  }

  @Override
  public void serialize(T value, DataOutputView target) throws IOException {
    byte[] bytes = codec().encode(value);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public T deserialize(DataInputView source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return codec().decode(bytes);
  }

  @Override
  public T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int length = source.readInt();
    target.writeInt(length);
    target.write(source, length);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  @SuppressWarnings("NullAway") // Flink allows null for types without a default instance.
  public T createInstance() {
    return null;
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CodecSerializer<?> that && message == that.message;
  }

  @Override
  public int hashCode() {
    return message.name().hashCode();
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new Snapshot<>(message);
  }

  /**
   * Names the message; codecs carry their own version, so any two are compatible.
   *
   * @param <T> the message
   */
  public static final class Snapshot<T> implements TypeSerializerSnapshot<T> {
    private @Nullable MessageType message;

    /** For Flink, which reads the name afterwards. */
    public Snapshot() {}

    Snapshot(MessageType message) {
      this.message = message;
    }

    @Override
    public int getCurrentVersion() {
      return 1;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      out.writeUTF(message().name());
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader loader)
        throws IOException {
      message = MessageType.valueOf(in.readUTF());
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
      return new CodecSerializer<>(message());
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
        TypeSerializerSnapshot<T> old) {
      return old instanceof Snapshot<T> that && that.message() == message()
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.incompatible();
    }

    private MessageType message() {
      if (message == null) {
        throw new IllegalStateException("serializer snapshot: got no message (expected one read)");
      }
      return message;
    }
  }
}
