package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.ml.bundle.ModelBundle;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of a training: a bundle, or a refusal with its reason. */
public sealed interface TrainingOutcome {
  /** Every gate that was looked at, passed or not. */
  List<Check> checks();

  /**
   * A model was trained.
   *
   * @param bundle the model, not yet written anywhere
   * @param checks every gate; failed ones are there only if gates were ignored
   * @param contest how it did beside the model in force; null if there is none, or if the new model
   *     is the same
   */
  record Trained(ModelBundle bundle, List<Check> checks, @Nullable Contest contest)
      implements TrainingOutcome {
    public Trained {
      checks = List.copyOf(checks);
    }
  }

  /**
   * No model was trained; one that was there before must stay in use.
   *
   * @param code the reason, such as {@code too_few_positives}
   * @param numbers what was found and what was wanted
   * @param sentence the same for people
   * @param checks every gate; there may be more failed ones than the one named
   * @param ignorable true if nothing but gates stands against a model
   */
  record Refused(
      String code,
      SortedMap<String, Double> numbers,
      String sentence,
      List<Check> checks,
      boolean ignorable)
      implements TrainingOutcome {
    public Refused {
      numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
      checks = List.copyOf(checks);
    }

    static Refused because(Check reason, List<Check> checks, boolean ignorable) {
      return new Refused(reason.code(), reason.numbers(), reason.sentence(), checks, ignorable);
    }
  }
}
