package dev.traitflow.core.space;

import dev.traitflow.core.definition.Fields;

/**
 * Something that reads profiles.
 *
 * @param name shown to people
 * @param token the secret, as the file has it
 */
public record TokenDefinition(String name, String token) {
  /** Reads one token. */
  public static TokenDefinition parse(Fields fields) {
    TokenDefinition token = new TokenDefinition(fields.text("name"), fields.text("token"));
    fields.end();
    return token;
  }

  /** Never prints the secret. */
  @Override
  public String toString() {
    return name;
  }
}
