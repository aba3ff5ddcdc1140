package dev.traitflow.server.questions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Writes every canonical profile of a space as a line of JSON, by id: its identifiers and all its
 * traits. A trait's JSON is copied, so that numbers stay exactly as they were computed.
 */
public final class ProfileExport {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private ProfileExport() {}

  /**
   * Writes every canonical profile of a space as NDJSON, sorted by id. Does not close the stream.
   *
   * @param collection {@code users}, {@code accounts}, or empty for both
   * @throws IOException if it cannot be written
   */
  public static void write(
      ProfileRepository repository, String space, String collection, OutputStream out)
      throws IOException {
    OptionalLong asOf = repository.asOf(space);
    try (ProfileView view = repository.view();
        JsonGenerator json = JSON.createGenerator(out)) {
      json.setRootValueSeparator(null);
      view.profiles(
          space,
          profile -> {
            if (collection.isEmpty() || collection.equals(collectionOf(profile))) {
              writeLine(view, space, profile, view.traits(space, profile), asOf, json);
            }
            return true;
          });
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  /** One canonical profile as the line it would be in an export, with these values. */
  static byte[] line(
      ProfileView view, String space, String profile, List<TraitValue> traits, OptionalLong asOf)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      writeLine(view, space, profile, traits, asOf, json);
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
    return bytes.toByteArray();
  }

  /** The collection of a profile: its id says it. */
  private static String collectionOf(String profile) {
    return ProfileIds.isAccount(profile) ? Identifier.ACCOUNTS : Identifier.USERS;
  }

  private static void writeLine(
      ProfileView view,
      String space,
      String profile,
      List<TraitValue> traits,
      OptionalLong asOf,
      JsonGenerator json) {
    try {
      json.writeStartObject();
      json.writeStringField("segment_id", ProfileIds.shown(profile));
      json.writeStringField("collection", collectionOf(profile));
      json.writeObjectFieldStart("external_ids");
      Map<String, List<String>> byType = new TreeMap<>(CodePointOrder.INSTANCE);
      for (StoredIdentifier stored : view.identifiers(space, profile)) {
        byType
            .computeIfAbsent(stored.identifier().type(), type -> new ArrayList<>())
            .add(stored.identifier().value());
      }
      for (Map.Entry<String, List<String>> type : byType.entrySet()) {
        json.writeArrayFieldStart(type.getKey());
        for (String value : type.getValue()) {
          json.writeString(value);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      json.writeObjectFieldStart("traits");
      for (TraitValue trait : traits) {
        json.writeFieldName(trait.key());
        json.writeRawValue(trait.text());
      }
      json.writeEndObject();
      if (asOf.isPresent()) {
        json.writeStringField("as_of", IsoTime.format(asOf.getAsLong()));
      } else {
        json.writeNullField("as_of");
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
