package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.model.BlendRole;
import dev.traitflow.ml.model.ModelFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * The shares that are tried in a blend: equal ones, and ones in which a standing family has most.
 * Families of models say by their {@link BlendRole} where they take part.
 */
final class Blends {
  /** Shares are whole sixths, or equal parts of them. */
  private static final double SIXTHS = 6;

  /** Sixths of the family that has most. */
  private static final int[] MAIN_SIXTHS = {4, 5};

  private final List<ModelFamily> families;
  private final PredictionDefinition definition;

  private Blends(List<ModelFamily> families, PredictionDefinition definition) {
    this.families = families;
    this.definition = definition;
  }

  /**
   * The blends of some families, the default first.
   *
   * @return for each blend the share of each family in order, adding up to 1; 0 if it is no member
   */
  static List<double[]> of(List<ModelFamily> families, PredictionDefinition definition) {
    return new Blends(families, definition).all();
  }

  private List<double[]> all() {
    List<Integer> standing = with(BlendRole.STANDING);
    List<double[]> blends = new ArrayList<>();
    List<Integer> usual = with(BlendRole.DEFAULT);
    if (!usual.isEmpty()) {
      usual.addAll(standing);
      blends.add(equal(usual));
    }
    blends.add(equal(standing));
    for (int sixths : MAIN_SIXTHS) {
      for (int main : standing.size() > 1 ? standing : List.<Integer>of()) {
        blends.add(led(standing, main, sixths));
      }
    }
    for (int optional : with(BlendRole.OPTIONAL)) {
      List<Integer> members = new ArrayList<>(standing);
      members.add(optional);
      blends.add(equal(members));
    }
    return blends;
  }

  /** Positions of the families with a role; a list of its own. */
  private List<Integer> with(BlendRole role) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < families.size(); i++) {
      if (families.get(i).role(definition) == role) {
        positions.add(i);
      }
    }
    return positions;
  }

  private double[] equal(List<Integer> members) {
    double[] shares = new double[families.size()];
    members.forEach(member -> shares[member] = 1.0 / members.size());
    return shares;
  }

  private double[] led(List<Integer> members, int main, int sixths) {
    double[] shares = new double[families.size()];
    double others = (SIXTHS - sixths) / SIXTHS / (members.size() - 1);
    members.forEach(member -> shares[member] = member == main ? sixths / SIXTHS : others);
    return shares;
  }
}
