package dev.traitflow.launcher;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.cli.Modules;
import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.server.store.ProfileRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The profiles an instance left in a data directory, read without starting anything. It holds the
 * directory meanwhile.
 *
 * <p>Looking one profile up reads all of them: there is no server whose index could be asked, and a
 * directory that is read this way is seldom large.
 */
final class StoredProfiles implements Modules.ProfileFolder {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final DataLock lock;
  private final ProfileRepository repository;

  private StoredProfiles(DataLock lock, ProfileRepository repository) {
    this.lock = lock;
    this.repository = repository;
  }

  static StoredProfiles open(Path data) {
    DataLock lock = DataLock.acquire(data, "profile");
    try {
      return new StoredProfiles(lock, ProfileRepository.openReadOnly(data));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw new Failure(
          "data directory " + data + ": got no profiles (expected what an instance left)", e);
    }
  }

  @Override
  public Optional<JsonNode> get(Optional<String> space, String identifier, Optional<String> asOf) {
    if (asOf.isPresent()) {
      throw new Failure("--as-of: needs a running instance (start one with ./traitflow up)");
    }
    int colon = identifier.indexOf(':');
    String type = identifier.substring(0, colon);
    String value = identifier.substring(colon + 1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      repository.export(space(space), "users", all);
      for (String line : all.toString(StandardCharsets.UTF_8).split("\n")) {
        if (!line.isEmpty()) {
          JsonNode profile = JSON.readTree(line);
          if (has(profile, type, value)) {
            return Optional.of(profile);
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure("profiles: cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void export(Optional<String> space, PrintWriter out) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      repository.export(space(space), "", all);
    } catch (IOException e) {
      throw new Failure("profiles: cannot be read: " + e.getMessage(), e);
    }
    out.print(all.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    repository.close();
    lock.close();
  }

  private static boolean has(JsonNode profile, String type, String value) {
    if (type.equals("segment_id")) {
      return profile.path("segment_id").asText().equals(value);
    }
    for (JsonNode known : profile.path("external_ids").path(type)) {
      String text = known.asText();
      if (type.equals("email") ? text.equalsIgnoreCase(value) : text.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private String space(Optional<String> wanted) {
    List<String> ids = new ArrayList<>();
    List<String> slugs = new ArrayList<>();
    for (Map.Entry<String, byte[]> definition : repository.definitions().entrySet()) {
      String slug = slug(definition.getValue());
      if (wanted.isEmpty()
          || wanted.get().equals(definition.getKey())
          || wanted.get().equals(slug)) {
        ids.add(definition.getKey());
      }
      slugs.add(slug);
    }
    if (ids.size() != 1) {
      throw new Failure(
          "--space: got " + wanted.orElse("none") + " (expected one of " + slugs + ")");
    }
    return ids.get(0);
  }

  private static String slug(byte[] definition) {
    try {
      return SpaceDefinition.slug(JSON.readTree(definition).path("name").asText());
    } catch (IOException e) {
      throw new Failure("a space's definition cannot be read: " + e.getMessage(), e);
    }
  }
}
