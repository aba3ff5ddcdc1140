package dev.traitflow.jobs.ingest;

import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Parses calls. A refused one keeps its bytes, for the sample; an accepted one drops them, for its
 * event holds what is needed. No bad input ever throws here.
 */
public final class ParseCalls extends RichMapFunction<LogEntry, LaneInput> {
  private static final byte[] DROPPED = new byte[0];

  private transient EventParser parser;

  @Override
  public void open(OpenContext context) {
    parser = new EventParser();
  }

  @Override
  public LaneInput map(LogEntry entry) {
    LogRecord record = entry.record();
    if (record.kind() != LogRecord.Kind.CALL) {
      return LaneInput.of(entry, record, null);
    }
    try {
      Parsed parsed = parser.parse(record);
      LogRecord kept = parsed instanceof Parsed.Accepted ? record.withBody(DROPPED) : record;
      return LaneInput.of(entry, kept, parsed);
    } catch (RuntimeException defect) {
      throw LogEntry.impassable(entry.partition(), entry.offset(), record.space(), defect);
    }
  }
}
