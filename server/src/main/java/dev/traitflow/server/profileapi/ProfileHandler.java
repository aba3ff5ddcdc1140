package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.PastInstant;
import dev.traitflow.server.store.read.ProfileView;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one profile by any of its identifiers. */
public final class ProfileHandler {
  /** Where in a path {@code .../profiles/ID/traits/KEY/why} the key is. */
  static final int TRAIT_KEY = 8;

  private static final int TRAITS_DEFAULT = 10;

  private final ProfileRepository repository;
  private final EventPages eventPages;
  private final HistoryAnswers histories;

  public ProfileHandler(
      ProfileRepository repository, EventPages eventPages, HistoryAnswers histories) {
    this.repository = repository;
    this.eventPages = eventPages;
    this.histories = histories;
  }

  /** Answers one request; who may was checked before. */
  void handle(HttpServerExchange exchange, ProfileAddress address, Query query) throws IOException {
    address.checkPast(query);
    Optional<PastInstant> past = PastParameter.of(query);
    past.ifPresent(
        instant ->
            exchange.getResponseHeaders().put(ProfileRoutes.AS_OF, IsoTime.format(instant.at())));
    byte[] answer;
    // Closed before the answer leaves: who has it may stop the server.
    try (ProfileView view = repository.view()) {
      answer =
          switch (address.leaf()) {
            case "" -> histories.whole(view, address, past);
            case "why" -> histories.why(view, address, query, past);
            case "traits" -> traits(view, address, query, past);
            case "external_ids" -> IdentifierPages.page(view, address, query);
            case "links" -> LinkPages.page(view, address, query);
            case "events" -> eventPages.page(view, address, query);
            default -> metadata(view, address, query);
          };
    }
    Answers.send(exchange, 200, answer);
  }

  private byte[] traits(
      ProfileView view, ProfileAddress address, Query query, Optional<PastInstant> past)
      throws IOException {
    TraitSelection selection = TraitSelection.of(query, TRAITS_DEFAULT);
    String profile = address.profile(view);
    JsonPage page = new JsonPage();
    page.json().writeObjectFieldStart("traits");
    TraitSelection.Page traits = selection.page(page.json());
    histories.traits(view, address, profile, past, traits);
    page.json().writeEndObject();
    return page.end(address.url(profile), traits.next(), selection.limit());
  }

  private static byte[] metadata(ProfileView view, ProfileAddress address, Query query)
      throws IOException {
    String profile = address.profile(view);
    Event first = outermost(view, address.space(), profile, true);
    Event last = outermost(view, address.space(), profile, false);
    JsonPage page = new JsonPage();
    JsonGenerator json = page.json();
    json.writeObjectFieldStart("metadata");
    json.writeStringField("created_at", first == null ? null : IsoTime.format(first.timestamp()));
    json.writeStringField("updated_at", last == null ? null : IsoTime.format(last.timestamp()));
    json.writeNullField("expires_at");
    json.writeStringField("first_message_id", first == null ? null : first.messageId());
    json.writeStringField("first_source_id", first == null ? null : first.source());
    json.writeStringField("last_message_id", last == null ? null : last.messageId());
    json.writeStringField("last_source_id", last == null ? null : last.source());
    if (query.isSet("verbose")) {
      json.writeStringField("segment_id", ProfileIds.shown(profile));
      json.writeArrayFieldStart("merged_from");
      SortedSet<String> merged = new TreeSet<>();
      view.members(address.space(), profile).forEach(id -> merged.add(ProfileIds.shown(id)));
      merged.remove(ProfileIds.shown(profile));
      for (String id : merged) {
        json.writeString(id);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    return page.end();
  }

  /** The first or last event somebody sent; what the system wrote back is none. */
  private static @Nullable Event outermost(
      ProfileView view, String space, String profile, boolean first) {
    List<ResolvedEvent> found = new ArrayList<>();
    view.events(
        space,
        profile,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        first,
        resolved -> {
          if (resolved.event().type() == EventType.WRITE) {
            return true;
          }
          found.add(resolved);
          return false;
        });
    return found.isEmpty() ? null : found.get(0).event();
  }
}
