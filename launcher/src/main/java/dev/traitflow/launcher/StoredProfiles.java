package dev.traitflow.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.cli.Modules;
import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.predict.service.Explanations;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.questions.ProfileExport;
import dev.traitflow.server.questions.ProfileReads;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.PastInstant;
import dev.traitflow.server.store.read.ProfileView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The profiles an instance left in a data directory, read without starting anything. It holds the
 * directory meanwhile. Windows are right at the instant the instance had reached.
 */
final class StoredProfiles implements Modules.ProfileFolder {
  private final DataLock lock;
  private final ProfileRepository repository;
  private final Explanations explanations;

  private StoredProfiles(DataLock lock, Path data, ProfileRepository repository) {
    this.lock = lock;
    this.explanations = new Explanations(LinkedServer.bundles(data));
    this.repository = repository;
  }

  static StoredProfiles open(Path data) {
    DataLock lock = DataLock.acquire(data, "profile");
    try {
      return new StoredProfiles(lock, data, ProfileRepository.openReadOnly(data));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw new Failure(
          "data directory " + data + ": got no profiles (expected what an instance left)", e);
    }
  }

  @Override
  public Optional<JsonNode> get(Optional<String> space, String identifier, Optional<String> asOf) {
    return read(
        space,
        identifier,
        (reads, id) ->
            Optional.of(
                ExactJson.readOwn(
                    asOf.isPresent()
                        ? reads.whole(past(asOf.get()))
                        : reads.whole(repository.asOf(id)))));
  }

  @Override
  public Optional<JsonNode> why(
      Optional<String> space, String identifier, String trait, Optional<String> asOf, int limit) {
    return read(
        space,
        identifier,
        (reads, id) -> {
          Optional<ObjectNode> answer =
              asOf.isPresent()
                  ? reads.why(trait, past(asOf.get()), limit)
                  : reads.why(trait, repository.asOf(id).orElse(0), limit);
          return answer.map(json -> ExactJson.readOwn(ExactJson.write(json)));
        });
  }

  /** What is asked about one profile. */
  private interface Question {
    Optional<JsonNode> ask(ProfileReads reads, String space) throws IOException;
  }

  private Optional<JsonNode> read(Optional<String> space, String identifier, Question question) {
    String id = space(space);
    int colon = identifier.indexOf(':');
    String type = identifier.substring(0, colon);
    String value = identifier.substring(colon + 1);
    try (ProfileView view = repository.view()) {
      Optional<String> profile =
          type.equals("segment_id")
              ? view.canonical(id, value)
              : view.resolve(
                  id, Identifier.ofUser(type, IdentifierExtractor.normalise(type, value)));
      return profile.isPresent()
          ? question.ask(
              new ProfileReads(
                  view, definition(id), Identifier.USERS, profile.get(), explanations::explain),
              id)
          : Optional.empty();
    } catch (IOException e) {
      throw new Failure("profiles: cannot be read: " + e.getMessage(), e);
    }
  }

  private SpaceDefinition definition(String id) {
    List<Problem> problems = new ArrayList<>();
    byte[] kept = Objects.requireNonNull(repository.definitions().get(id));
    SpaceDefinition space = SpaceDefinition.kept(ExactJson.readOwn(kept), problems);
    if (!problems.isEmpty()) {
      throw new Failure("space " + id + ": its stored definition cannot be read: " + problems);
    }
    return space;
  }

  /** Nobody else waits here: a long history is read, however long that takes. */
  private static PastInstant past(String instant) {
    return new PastInstant(Instant.parse(instant).toEpochMilli(), false, true);
  }

  @Override
  public void export(Optional<String> space, PrintWriter out) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      ProfileExport.write(repository, space(space), "", all);
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
    return SpaceDefinition.slug(ExactJson.readOwn(definition).path("name").asText());
  }
}
