package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.audience.AudienceCondition.AudienceLeaf;
import dev.traitflow.core.audience.AudienceCondition.Group;
import dev.traitflow.core.audience.AudienceCondition.TraitLeaf;
import dev.traitflow.core.condition.Operand;
import dev.traitflow.core.condition.Operator;
import dev.traitflow.core.definition.Fields;
import java.util.List;
import java.util.Map;

/**
 * Reads the root of an audience strictly. What the rules know and this version does not yet
 * evaluate is refused by its own name, so that nobody takes it for a misspelling.
 */
final class ConditionReader {
  private static final int DEPTH_MAX = 5;
  private static final int LEAVES_MAX = 50;
  private static final List<String> EVENT_LEAF = List.of("event", "count", "window", "then");
  private static final List<String> OPERAND = List.of("value", "value_type", "ignore_case");
  private static final List<String> RELATIVE =
      List.of("within_last", "within_next", "before_last", "after_next");

  private int leaves;

  private ConditionReader() {}

  /** Reads a group; what is wrong is added to the reader's problems. */
  static AudienceCondition read(Fields root) {
    ConditionReader reader = new ConditionReader();
    AudienceCondition condition = reader.group(root, 1);
    if (reader.leaves > LEAVES_MAX) {
      root.problem(
          "", "has " + reader.leaves + " conditions (expected at most " + LEAVES_MAX + ")");
    }
    return condition;
  }

  private AudienceCondition group(Fields fields, int depth) {
    boolean all = fields.has("all");
    boolean any = fields.has("any");
    if (all == any) {
      fields.problem("", "has " + (all ? "both" : "neither") + " (expected one of all and any)");
    }
    if (depth > DEPTH_MAX) {
      fields.problem("", "is nested too deep (expected at most " + DEPTH_MAX + " groups)");
      return new Group(true, List.of());
    }
    String name = all ? "all" : "any";
    List<AudienceCondition> parts = fields.objects(name, part -> part(part, depth));
    if (parts.isEmpty() && all != any) {
      fields.problem(name, "is empty (expected at least one condition)");
    }
    fields.end();
    return new Group(all, parts);
  }

  private AudienceCondition part(Fields fields, int depth) {
    // A look at the whole, so that only what this kind of condition knows counts as known.
    JsonNode whole = fields.whole();
    if (whole.has("all") || whole.has("any")) {
      return group(fields, depth + 1);
    }
    leaves++;
    AudienceCondition leaf;
    if (whole.has("event")) {
      EVENT_LEAF.forEach(fields::get);
      fields.get("conditions");
      fields.problem(
          "event", "starts a condition on events, which is not supported yet (expected a trait)");
      leaf = new Group(true, List.of());
    } else if (isAboutAudience(whole)) {
      leaf = audience(fields);
    } else {
      leaf = trait(fields);
    }
    fields.get("not");
    fields.end();
    return leaf;
  }

  /** Also one whose key is mistyped: it is no condition on a trait that lacks everything. */
  private static boolean isAboutAudience(JsonNode whole) {
    boolean isNear = false;
    for (Map.Entry<String, JsonNode> member : whole.properties()) {
      isNear |= Fields.nearest(member.getKey(), List.of("audience", "trait")).equals("audience");
    }
    return whole.has("audience") || (isNear && !whole.has("trait"));
  }

  private static AudienceCondition audience(Fields fields) {
    boolean member = fields.bool("member", true);
    return new AudienceLeaf(fields.text("audience"), member != fields.bool("not", false));
  }

  private static AudienceCondition trait(Fields fields) {
    String trait = fields.text("trait");
    JsonNode name = fields.get("op");
    if (name == null) {
      fields.problem("op", "is missing (expected one of " + Operator.NAMES + ")");
    } else if (RELATIVE.contains(name.asText())) {
      OPERAND.forEach(fields::get);
      fields.problem(
          "op",
          "got '"
              + name.asText()
              + "', which is not supported yet (expected before_date or after_date)");
      return new Group(true, List.of());
    }
    Operator operator =
        fields.word("op", "one of " + Operator.NAMES, Operator::of).orElse(Operator.EXISTS);
    JsonNode value = fields.get("value");
    if (value != null && value.isObject() && value.has("trait")) {
      OPERAND.forEach(fields::get);
      fields.problem("value", "names a trait, which is not supported yet (expected a constant)");
      return new Group(true, List.of());
    }
    Operand operand = Operand.parse(fields, operator);
    return new TraitLeaf(trait, operator, operand, fields.bool("not", false));
  }
}
