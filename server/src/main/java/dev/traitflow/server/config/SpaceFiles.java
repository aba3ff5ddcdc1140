package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.audience.AudienceExamples;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.profile.TraitExamples;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads space files. A secret in a file is either plain, which only a dev space may have, or {@code
 * ${NAME}}: then it comes from the environment and the file can be shown to anybody.
 */
public final class SpaceFiles {
  private static final Pattern FROM_ENVIRONMENT =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private static final int PROD_SECRET_CHARS_MIN = 16;

  /** What is wrong with a secret that {@link #isShort}. */
  static final String TOO_SHORT =
      "is shorter than "
          + PROD_SECRET_CHARS_MIN
          + " characters in a prod space (expected a random key, such as of openssl rand -hex 20)";

  private SpaceFiles() {}

  /** True for a write key or token that can be guessed; a hash is none. */
  static boolean isShort(String secret) {
    return secret.codePointCount(0, secret.length()) < PROD_SECRET_CHARS_MIN;
  }

  /**
   * Reads one space file.
   *
   * @param file the file
   * @param environment value of an environment variable, null if it is not set
   * @throws InvalidDefinitionException with every problem as {@code FILE:LINE:COLUMN: message}
   */
  public static SpaceDefinition read(Path file, Function<String, @Nullable String> environment)
      throws IOException, InvalidDefinitionException {
    return parse(file.toString(), Files.readString(file), environment);
  }

  /** Reads the text of a space file called {@code name}. */
  public static SpaceDefinition parse(
      String name, String text, Function<String, @Nullable String> environment)
      throws InvalidDefinitionException {
    YamlDocument document = YamlDocument.parse(name, text);
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = parse(document.json(), environment, problems);
    if (!problems.isEmpty()) {
      throw new InvalidDefinitionException(problems).in(document);
    }
    return space;
  }

  /**
   * Returns everything that is wrong with the text of a space file; empty if nothing is. What only
   * running shows is looked for too: the examples of traits and audiences are run, once the
   * definition can be read.
   */
  public static List<FileProblem> check(
      String name, String text, Function<String, @Nullable String> environment) {
    try {
      YamlDocument document = YamlDocument.parse(name, text);
      List<Problem> problems = new ArrayList<>();
      SpaceDefinition space = parse(document.json(), environment, problems);
      if (problems.isEmpty()) {
        int index = 0;
        for (TraitDefinition trait : space.traits()) {
          problems.addAll(TraitExamples.check(trait, "/traits/" + index++));
        }
        index = 0;
        for (AudienceDefinition audience : space.audiences()) {
          problems.addAll(AudienceExamples.check(audience, "/audiences/" + index++));
        }
      }
      return problems.stream().map(document::place).toList();
    } catch (InvalidDefinitionException notYaml) {
      return notYaml.places();
    }
  }

  /**
   * Reads a definition that came as JSON; its secrets may be plain.
   *
   * @throws InvalidDefinitionException with every problem as {@code POINTER: message}
   */
  public static SpaceDefinition parse(JsonNode json) throws InvalidDefinitionException {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = SpaceDefinition.parse(json, problems);
    if (!problems.isEmpty()) {
      throw new InvalidDefinitionException(problems);
    }
    return space;
  }

  private static SpaceDefinition parse(
      JsonNode json, Function<String, @Nullable String> environment, List<Problem> problems) {
    JsonNode copy = json.deepCopy();
    boolean prod = copy.path("environment").asText().equals("prod");
    for (Kind<?> kind : Kinds.ALL) {
      for (String member : kind.spec().secrets()) {
        secrets(copy, kind, member, prod, environment, problems);
      }
    }
    return SpaceDefinition.parse(copy, problems);
  }

  private static void secrets(
      JsonNode space,
      Kind<?> kind,
      String name,
      boolean prod,
      Function<String, @Nullable String> environment,
      List<Problem> problems) {
    int index = 0;
    for (JsonNode item : kind.in(space)) {
      String pointer = "/" + kind.path() + "/" + index++ + "/" + name;
      JsonNode secret = item.path(name);
      if (!secret.isTextual() || !(item instanceof ObjectNode object)) {
        continue;
      }
      Matcher matcher = FROM_ENVIRONMENT.matcher(secret.textValue());
      if (matcher.matches()) {
        String value = environment.apply(matcher.group(1));
        if (value == null || value.isEmpty()) {
          problems.add(
              new Problem(
                  pointer,
                  "the environment variable "
                      + matcher.group(1)
                      + " is not set (expected it set)"));
        } else {
          object.put(name, value);
        }
      } else if (prod && !SecretHash.isHash(secret.textValue())) {
        problems.add(
            new Problem(pointer, "is plain in a prod space (expected ${NAME_OF_A_VARIABLE})"));
        continue;
      }
      if (prod && isShort(item.path(name).textValue())) {
        problems.add(new Problem(pointer, TOO_SHORT));
      }
    }
  }
}
