package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The secrets in a space's definition: which are refused, and what is kept in their place. */
final class SpaceSecrets {
  private static final int SALT_BYTES = 16;

  private final ObjectNode json;
  private final @Nullable SpaceEntry current;

  /** One use of a secret: the object that has it, and where. */
  private interface Use {
    void of(Kind<?> kind, ObjectNode object, String member, String pointer);
  }

  /**
   * The secrets of a new definition.
   *
   * @param json the definition; secrets in it are replaced
   * @param current what the space is now, null if it is new
   */
  SpaceSecrets(ObjectNode json, @Nullable SpaceEntry current) {
    this.json = json;
    this.current = current;
  }

  /**
   * A prod space takes no new key or token that can be guessed. One it has had before stays until
   * it is changed, so that keys can be changed one after the other.
   */
  void refuseShort() throws InvalidDefinitionException {
    if (!json.path("environment").asText().equals("prod")) {
      return;
    }
    List<Problem> problems = new ArrayList<>();
    each(
        (kind, object, member, pointer) -> {
          String secret = object.path(member).asText();
          if (SpaceFiles.isShort(secret) && kept(kind, member, secret) == null) {
            problems.add(new Problem(pointer, SpaceFiles.TOO_SHORT));
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidDefinitionException(problems);
    }
  }

  /**
   * Puts hashes in place of secrets: what is kept and what the jobs read needs none, and nobody who
   * reads a topic can send. Write keys of a space share a salt, since a call is found by its key;
   * any other secret has its own.
   *
   * @param id the space's id
   * @param random for salts
   */
  void hash(String id, RandomGenerator random) {
    byte[] saltOfKeys = SecretHash.saltOfKeys(id);
    each(
        (kind, object, member, pointer) -> {
          String secret = object.path(member).asText();
          if (!SecretHash.isHash(secret)) {
            object.put(
                member,
                kind == Kinds.SOURCES
                    ? SecretHash.ofKey(secret, saltOfKeys)
                    : salted(kind, member, secret, random));
          }
        });
  }

  /** The same secret keeps its hash, or the same file would look changed each time. */
  private String salted(Kind<?> kind, String member, String secret, RandomGenerator random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    String kept = kept(kind, member, secret);
    return kept == null ? SecretHash.of(secret, salt) : kept;
  }

  /** What is kept of a secret that the space has already; null if it does not have it. */
  private @Nullable String kept(Kind<?> kind, String member, String secret) {
    if (current != null) {
      for (JsonNode object : kind.in(current.definition().json())) {
        String kept = object.path(member).asText();
        if (kept.equals(secret) || SecretHash.matches(kept, secret)) {
          return kept;
        }
      }
    }
    return null;
  }

  private void each(Use use) {
    for (Kind<?> kind : Kinds.ALL) {
      for (String member : kind.spec().secrets()) {
        int index = 0;
        for (JsonNode object : kind.in(json)) {
          String pointer = "/" + kind.path() + "/" + index++ + "/" + member;
          use.of(kind, (ObjectNode) object, member, pointer);
        }
      }
    }
  }
}
