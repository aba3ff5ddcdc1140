package dev.traitflow.jobs.training;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the training job is to make rows of.
 *
 * @param space id of the space
 * @param definition the space's definition as JSON
 * @param cutoffs instants to make rows at, epoch milliseconds
 * @param now only events before it exist, epoch milliseconds
 */
public record TrainingSetRequest(String space, String definition, long[] cutoffs, long now)
    implements Serializable {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingSetRequest that
        && space.equals(that.space)
        && definition.equals(that.definition)
        && Arrays.equals(cutoffs, that.cutoffs)
        && now == that.now;
  }

  @Override
  public int hashCode() {
    return space.hashCode() * 31 + Long.hashCode(now);
  }
}
