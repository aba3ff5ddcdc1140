package dev.traitflow.jobs.runtime;

import org.apache.flink.runtime.io.network.api.writer.ResultPartitionWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * The last operator of a task that others read from: passes everything on, and sends what lies in
 * the task's network buffers 10 ms after the first of it was written. It takes the place of Flink's
 * buffer timeout.
 *
 * <p>Flink's buffer timeout is a thread for each task that looks whether there is anything to send.
 * With a timeout of 10 ms, twelve such threads used a sixth of the CPU of an idle instance. Here
 * the timer runs only while something waits.
 */
public final class SendOn<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<T, T> {
  /** How long a record waits for others at most, in milliseconds of processing time. */
  private static final long WAIT_MILLIS = 10;

  private transient ResultPartitionWriter[] writers;
  private transient boolean waiting;

  /**
   * Puts the operator behind another, in the same task.
   *
   * @param uid the operator's own
   */
  public static <T> SingleOutputStreamOperator<T> behind(DataStream<T> stage, String uid) {
    return stage.transform("send on", stage.getType(), new SendOn<T>()).uid(uid);
  }

  @Override
  public void open() throws Exception {
    super.open();
    writers = getContainingTask().getEnvironment().getAllWriters();
  }

  @Override
  public void processElement(StreamRecord<T> element) {
    output.collect(element);
    written();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    written();
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    super.processWatermarkStatus(status);
    written();
  }

  /** In processing time, because it bounds how long others wait; no value depends on it. */
  @SuppressWarnings("FutureReturnValueIgnored") // A failing timer fails the task by itself.
  private void written() {
    if (!waiting) {
      waiting = true;
      getProcessingTimeService()
          .registerTimer(
              getProcessingTimeService().getCurrentProcessingTime() + WAIT_MILLIS, this::send);
    }
  }

  private void send(long unused) {
    waiting = false;
    for (ResultPartitionWriter writer : writers) {
      writer.flushAll();
    }
  }
}
