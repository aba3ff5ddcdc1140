package dev.traitflow.bench.job;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the log that carries what the lane would say of it.
 *
 * @param entry the entry, its body not parsed yet
 * @param profile whose event it is; empty for what is not a call
 * @param identifiers those the event was resolved by
 */
public record Answered(LogEntry entry, String profile, List<Identifier> identifiers) {

  /** For files of a benchmark: no versions. */
  public static final Codec<Answered> CODEC = new AnsweredCodec();

  /** The message that the lane would send; the call is parsed already. */
  LiveEvent message(@Nullable Parsed parsed) {
    return Resolver.message(entry, Resolver.event(entry, parsed), profile, identifiers);
  }

  /** Parses calls like the job does and sends them on with the answers they carry. */
  public static final class Parse extends RichFlatMapFunction<Answered, ProfileMessage> {
    private static final long serialVersionUID = 1L;
    private final ParseCalls parser = new ParseCalls();

    @Override
    public void open(OpenContext context) {
      parser.setRuntimeContext(getRuntimeContext());
      parser.open(context);
    }

    @Override
    public void flatMap(Answered answered, Collector<ProfileMessage> out) {
      LogRecord record = answered.entry.record();
      if (record.kind() == LogRecord.Kind.DEFINE) {
        String json = new String(record.body(), StandardCharsets.UTF_8);
        Definitions.messages(record.space(), json, 1, 0, 1).forEach(out::collect);
        return;
      }
      out.collect(answered.message(parser.map(answered.entry).parsed()));
    }
  }

  private static final class AnsweredCodec implements Codec<Answered> {
    @Override
    public byte[] encode(Answered answered) {
      ByteWriter out =
          new ByteWriter(1024)
              .writeBytes(LogEntry.CODEC.encode(answered.entry))
              .writeString(answered.profile);
      Identifier.writeAll(out, answered.identifiers);
      return out.toBytes();
    }

    @Override
    public Answered decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      return new Answered(
          LogEntry.CODEC.decode(in.readBytes()), in.readString(), Identifier.readAll(in));
    }
  }
}
