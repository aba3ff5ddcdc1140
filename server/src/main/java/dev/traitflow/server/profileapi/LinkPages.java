package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.io.IOException;
import java.util.Iterator;
import java.util.SortedSet;

/** Pages through the accounts of a user or the users of an account, by their ids. */
public final class LinkPages {
  private static final int LINKS_MAX = 20;

  private LinkPages() {}

  /** Writes one page. The cursor is the id the next page begins with. */
  static byte[] page(ProfileView view, ProfileAddress address, Query query) throws IOException {
    int limit = query.integer("limit", LINKS_MAX, 1, LINKS_MAX);
    String from = query.text("next").orElse("");
    String profile = address.profile(view);
    SortedSet<String> links = view.links(address.space(), profile).tailSet(from);
    String collection =
        address.collection().equals(Identifier.USERS) ? Identifier.ACCOUNTS : Identifier.USERS;
    JsonPage page = new JsonPage();
    JsonGenerator json = page.json();
    json.writeArrayFieldStart("data");
    Iterator<String> rest = links.iterator();
    for (int written = 0; written < limit && rest.hasNext(); written++) {
      json.writeStartObject();
      json.writeStringField("to_collection", collection);
      json.writeArrayFieldStart("external_ids");
      for (StoredIdentifier stored : view.identifiers(address.space(), rest.next())) {
        json.writeStartObject();
        json.writeStringField("id", stored.identifier().value());
        json.writeStringField("type", stored.identifier().type());
        json.writeStringField("source_id", stored.source());
        json.writeStringField("collection", collection);
        json.writeStringField("created_at", IsoTime.format(stored.createdAt()));
        json.writeStringField("encoding", "none");
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    return page.end(address.url(profile), rest.hasNext() ? rest.next() : "", limit);
  }
}
