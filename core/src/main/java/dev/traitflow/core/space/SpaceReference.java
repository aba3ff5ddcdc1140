package dev.traitflow.core.space;

import dev.traitflow.core.definition.Spec;
import java.util.Map;

/**
 * The reference page of space files in Markdown, generated from the specifications of the kinds.
 */
public final class SpaceReference {
  private SpaceReference() {}

  /** The page: one table for each object that a space is made of. */
  public static String markdown() {
    StringBuilder page =
        new StringBuilder()
            .append("# Members of a space file\n\n")
            .append("Every object of a space file with its members.\n")
            .append("The JSON Schema for editors is [space.schema.json](space.schema.json); ")
            .append("[definitions.md](definitions.md) explains by examples.\n")
            .append("Both are made of the same source as this page.\n");
    for (Map.Entry<String, Spec> each : SpaceSpec.objects().entrySet()) {
      object(page, each.getValue());
    }
    return page.toString();
  }

  private static void object(StringBuilder page, Spec spec) {
    page.append("\n## ").append(spec.name()).append("\n\n").append(spec.summary()).append('\n');
    if (!spec.rule().isEmpty()) {
      page.append(spec.rule()).append('\n');
    }
    page.append("\n| member | values | default | meaning |\n| --- | --- | --- | --- |\n");
    for (Spec.Member member : spec.members()) {
      page.append("| `")
          .append(member.name())
          .append('`')
          .append(member.isRequired() ? " (required)" : "")
          .append(" | ")
          .append(member.type().words().replace("|", "\\|"))
          .append(" | ")
          .append(member.fallback() == null ? "" : "`" + member.fallback().asText() + "`")
          .append(" | ")
          .append(member.documentation().replace("|", "\\|"))
          .append(member.isSecret() ? " A secret: only a hash is kept." : "")
          .append(" |\n");
    }
  }
}
