package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.Operand;
import dev.traitflow.core.condition.Operator;
import java.util.List;
import java.util.Set;

/** What makes a profile a member: conditions on traits and on other audiences, in groups. */
public sealed interface AudienceCondition {

  /** True if it holds for the profile. */
  boolean test(AudienceFacts facts);

  /** Adds the keys of the traits and of the audiences it asks for. */
  void addReads(Set<String> traits, Set<String> audiences);

  /**
   * Conditions of which all or any must hold.
   *
   * @param all true if all must hold, false if one is enough
   * @param parts conditions and groups, at least one
   */
  record Group(boolean all, List<AudienceCondition> parts) implements AudienceCondition {
    public Group {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean test(AudienceFacts facts) {
      for (AudienceCondition part : parts) {
        if (part.test(facts) != all) {
          return !all;
        }
      }
      return all;
    }

    @Override
    public void addReads(Set<String> traits, Set<String> audiences) {
      parts.forEach(part -> part.addReads(traits, audiences));
    }
  }

  /**
   * A condition on a trait, of whatever class: what the profile reads under the key.
   *
   * @param trait key of the trait
   * @param operator what must hold
   * @param operand what the value is compared with
   * @param negated true for "and not who"
   */
  record TraitLeaf(String trait, Operator operator, Operand operand, boolean negated)
      implements AudienceCondition {
    @Override
    public boolean test(AudienceFacts facts) {
      JsonNode value = facts.trait(trait);
      return operator.holds(value == null ? List.of() : List.of(value), operand) != negated;
    }

    @Override
    public void addReads(Set<String> traits, Set<String> audiences) {
      traits.add(trait);
    }
  }

  /**
   * A condition on another audience.
   *
   * @param audience key of the audience
   * @param member true if the profile must be a member of it, false if it must not
   */
  record AudienceLeaf(String audience, boolean member) implements AudienceCondition {
    @Override
    public boolean test(AudienceFacts facts) {
      return facts.isMember(audience) == member;
    }

    @Override
    public void addReads(Set<String> traits, Set<String> audiences) {
      audiences.add(audience);
    }
  }
}
