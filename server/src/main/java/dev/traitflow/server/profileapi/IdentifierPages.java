package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Pages through the identifiers of a profile, by creation, type and value. */
public final class IdentifierPages {
  private static final int LIMIT_DEFAULT = 10;
  private static final int LIMIT_MAX = 100;

  private IdentifierPages() {}

  /** Writes one page. */
  static byte[] page(ProfileView view, ProfileAddress address, Query query) throws IOException {
    int limit = query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    List<String> include = query.texts("include");
    Optional<JsonPage.Place> after = JsonPage.place(query);
    String profile = address.profile(view);
    JsonPage page = new JsonPage();
    JsonGenerator json = page.json();
    json.writeArrayFieldStart("data");
    String next = "";
    int written = 0;
    StoredIdentifier last = null;
    for (StoredIdentifier stored : view.identifiers(address.space(), profile)) {
      boolean wanted = include.isEmpty() || include.contains(stored.identifier().type());
      if (!wanted || !after.map(place -> isAfter(stored, place)).orElse(true)) {
        continue;
      }
      if (written++ == limit && last != null) {
        next = JsonPage.cursor(last.createdAt(), placeId(last));
        break;
      }
      last = stored;
      write(stored, json);
    }
    json.writeEndArray();
    return page.end(address.url(profile), next, limit);
  }

  /** Writes one identifier as an object. */
  static void write(StoredIdentifier stored, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("source_id", stored.source());
    json.writeStringField("collection", stored.identifier().collection());
    json.writeStringField("id", stored.identifier().value());
    json.writeStringField("type", stored.identifier().type());
    json.writeStringField("created_at", IsoTime.format(stored.createdAt()));
    json.writeStringField("encoding", "none");
    json.writeStringField("first_message_id", stored.firstMessageId());
    json.writeEndObject();
  }

  /** A type has no NUL, so that type and value order as the two of them do. */
  private static String placeId(StoredIdentifier stored) {
    return stored.identifier().type() + "\0" + stored.identifier().value();
  }

  private static boolean isAfter(StoredIdentifier stored, JsonPage.Place place) {
    int order = Long.compare(stored.createdAt(), place.timestamp());
    return order > 0
        || (order == 0 && CodePointOrder.INSTANCE.compare(placeId(stored), place.id()) > 0);
  }
}
