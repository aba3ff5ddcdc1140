package dev.traitflow.bench.job;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.Serializable;

/**
 * What the records of a file are, at one of the places where a job can be fed.
 *
 * @param <T> the record
 */
public interface Form<T> extends Serializable {
  /** The log as it is: the whole job. */
  Form<LogEntry> LOG = new Entries();

  /** The log with its calls parsed: the lane alone. */
  Form<LaneInput> LANE = new Inputs();

  /** The log as it is, each call with the lane's answer: the job without its lane. */
  Form<Answered> ANSWERED = new Answers();

  /** Resolved events: the job without parsing and its lane. */
  Form<ProfileMessage> RESOLVED = new Messages();

  /** How they are encoded. */
  Codec<T> codec();

  /**
   * The clock at a record, epoch milliseconds; {@link Long#MIN_VALUE} where the job itself makes
   * watermarks.
   */
  long at(T record);

  /** The form {@link #LOG}. */
  record Entries() implements Form<LogEntry> {
    @Override
    public Codec<LogEntry> codec() {
      return LogEntry.CODEC;
    }

    @Override
    public long at(LogEntry record) {
      return Long.MIN_VALUE;
    }
  }

  /** The form {@link #LANE}. */
  record Inputs() implements Form<LaneInput> {
    @Override
    public Codec<LaneInput> codec() {
      return LaneInput.CODEC;
    }

    @Override
    public long at(LaneInput record) {
      return record.record().at();
    }
  }

  /** The form {@link #ANSWERED}. */
  record Answers() implements Form<Answered> {
    @Override
    public Codec<Answered> codec() {
      return Answered.CODEC;
    }

    @Override
    public long at(Answered record) {
      return record.entry().record().at();
    }
  }

  /** The form {@link #RESOLVED}. */
  record Messages() implements Form<ProfileMessage> {
    @Override
    public Codec<ProfileMessage> codec() {
      return ProfileMessage.CODEC;
    }

    @Override
    public long at(ProfileMessage record) {
      return record instanceof EventMessage event ? event.at() : 0;
    }
  }
}
