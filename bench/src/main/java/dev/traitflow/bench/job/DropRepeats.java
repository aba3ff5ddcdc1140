package dev.traitflow.bench.job;

import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.ByteArrayOutputStream;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The lane of a job whose events were resolved before: it drops repeats in log order, with the
 * state accesses the product's lane has for that, and decides nothing. Its buckets are never
 * dropped, since no run lasts a day, and what waits at a checkpoint is written with the next.
 */
final class DropRepeats extends AbstractStreamOperator<ProfileMessage>
    implements OneInputStreamOperator<ProfileMessage, ProfileMessage> {
  private static final long serialVersionUID = 1L;
  private static final int WAITING_BYTES_MAX = 64 * 16;

  private static final MapStateDescriptor<byte[], Long> SEEN =
      new MapStateDescriptor<>(
          "seen-messages", BytePrimitiveArraySerializer.INSTANCE, LongSerializer.INSTANCE);
  private static final ListStateDescriptor<byte[]> MINUTE =
      new ListStateDescriptor<>("seen-by-minute", BytePrimitiveArraySerializer.INSTANCE);

  private transient MapState<byte[], Long> seen;
  private transient ByteArrayOutputStream waiting;

  @Override
  public void open() throws Exception {
    super.open();
    seen = getRuntimeContext().getMapState(SEEN);
    waiting = new ByteArrayOutputStream();
  }

  @Override
  public void processElement(StreamRecord<ProfileMessage> element) throws Exception {
    ProfileMessage message = element.getValue();
    if (message instanceof LiveEvent event && isRepeat(event)) {
      return;
    }
    output.collect(element);
  }

  private boolean isRepeat(LiveEvent event) throws Exception {
    byte[] hash = HistoryKey.hash(event.messageId());
    if (seen.get(hash) != null) {
      return true;
    }
    long minute = event.at() / 60_000;
    seen.put(hash, minute);
    waiting.writeBytes(hash);
    if (waiting.size() >= WAITING_BYTES_MAX) {
      getPartitionedState(minute, LongSerializer.INSTANCE, MINUTE).add(waiting.toByteArray());
      waiting.reset();
    }
    return false;
  }
}
