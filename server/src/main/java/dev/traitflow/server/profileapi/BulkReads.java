package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.io.IOException;
import java.util.Map;

/**
 * Reads many profiles at once: one answer for each identifier asked for, in that order, those that
 * nobody has included. All are read at the same instant of the store.
 */
public final class BulkReads {
  private static final int IDS_MAX = 100;
  private static final String IDS = "ids";

  private final ProfileRepository repository;

  public BulkReads(ProfileRepository repository) {
    this.repository = repository;
  }

  /** Answers {@code POST …/profiles:batch}. */
  void handle(Request request, SpaceDefinition space, String collection) throws IOException {
    TraitSelection selection = TraitSelection.of(request.query(), TraitSelection.LIMIT_MAX);
    JsonNode ids = ids(request.json());
    JsonPage page = new JsonPage();
    page.json().writeArrayFieldStart("data");
    try (ProfileView view = repository.view()) {
      for (JsonNode id : ids) {
        answer(view, space, collection, id.textValue(), selection, page.json());
      }
    }
    page.json().writeEndArray();
    request.answer(200, page.end());
  }

  private static JsonNode ids(ObjectNode body) {
    JsonNode ids = body.path(IDS);
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      if (!member.getKey().equals(IDS)) {
        throw invalid("The body has an unknown member `" + member.getKey() + "` (expected `ids`).");
      }
    }
    if (!ids.isArray() || ids.isEmpty() || ids.size() > IDS_MAX) {
      throw invalid(
          "`ids` must be a list of 1 to "
              + IDS_MAX
              + " identifiers such as \"user_id:u1\" (got "
              + (ids.isArray() ? ids.size() + " of them" : "no list")
              + ").");
    }
    for (JsonNode id : ids) {
      if (!id.isTextual()) {
        throw invalid("`ids` must be texts such as \"user_id:u1\" (got " + id + ").");
      }
    }
    return ids;
  }

  private static void answer(
      ProfileView view,
      SpaceDefinition space,
      String collection,
      String id,
      TraitSelection selection,
      JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", id);
    try {
      ProfileAddress address = ProfileAddress.of(space, collection, id, "");
      String profile = address.profile(view);
      json.writeNumberField("status", 200);
      json.writeStringField("segment_id", ProfileIds.shown(profile));
      json.writeArrayFieldStart("external_ids");
      for (StoredIdentifier stored : view.identifiers(space.id(), profile)) {
        IdentifierPages.write(stored, json);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("traits");
      TraitSelection.Page page = selection.page(json);
      page.read(view, space.id(), profile);
      json.writeEndObject();
      json.writeBooleanField("has_more", !page.next().isEmpty());
    } catch (HttpProblem problem) {
      json.writeNumberField("status", problem.status());
      json.writeObjectFieldStart("error");
      json.writeStringField("code", problem.code().wireName());
      json.writeStringField("message", problem.sentence());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static HttpProblem invalid(String sentence) {
    return new HttpProblem(ErrorCode.INVALID_REQUEST, sentence);
  }
}
