package dev.traitflow.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.event.CodePointOrder;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.IsoTime;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.store.PastInstant;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.ProfileView;
import dev.traitflow.server.store.StoredIdentifier;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The Profile API: reads one profile by any of its identifiers. Every answer names the instant its
 * values are right at.
 */
final class ProfileHandler {
  private static final HttpString REQUEST_ID = new HttpString("Request-Id");
  private static final HttpString AS_OF = new HttpString("X-Traitflow-As-Of");
  private static final List<String> LEAVES =
      List.of("traits", "external_ids", "events", "metadata", "links");

  /** Where in a path {@code .../profiles/ID/traits/KEY/why} the key is. */
  static final int TRAIT_KEY = 8;

  private static final int TRAITS_MAX = 200;
  private static final int ROWS_MAX = 100;
  private static final int ROWS_DEFAULT = 10;

  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final EventPages eventPages;
  private final HistoryAnswers histories;
  private final AdminToken adminToken;

  ProfileHandler(
      SpaceRegistry spaces,
      ProfileRepository repository,
      EventPages eventPages,
      HistoryAnswers histories,
      AdminToken adminToken) {
    this.spaces = spaces;
    this.adminToken = adminToken;
    this.repository = repository;
    this.eventPages = eventPages;
    this.histories = histories;
  }

  /** True if the path is one of this handler's. */
  static boolean isRoute(List<String> path) {
    return path.size() >= 7
        && (path.get(1).equals("spaces") || path.get(1).equals("namespaces"))
        && path.get(3).equals("collections")
        && path.get(5).equals("profiles")
        && (path.size() == 7
            || (path.size() == 8 && LEAVES.contains(path.get(7)))
            || (path.size() == 10 && path.get(7).equals("traits") && path.get(9).equals("why")));
  }

  /** Answers one request. */
  void handle(HttpServerExchange exchange, Query query) throws IOException {
    exchange
        .getResponseHeaders()
        .put(REQUEST_ID, UUID.randomUUID().toString())
        .put(Headers.CACHE_CONTROL, "no-store");
    ProfileAddress address = ProfileAddress.of(exchange, spaces, adminToken, query);
    Optional<PastInstant> past = PastParameter.of(query);
    // Taken before the values are read: they can only be newer.
    OptionalLong asOf =
        past.isPresent() ? OptionalLong.of(past.get().at()) : repository.asOf(address.space());
    asOf.ifPresent(at -> exchange.getResponseHeaders().put(AS_OF, IsoTime.format(at)));
    byte[] answer;
    // Closed before the answer leaves: who has it may stop the server.
    try (ProfileView view = repository.view()) {
      answer =
          switch (address.leaf()) {
            case "" -> histories.whole(view, address, past);
            case "why" -> histories.why(view, address, query, past);
            case "traits" -> traits(view, address, query, past);
            case "external_ids" -> externalIds(view, address, query);
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
    int limit = query.integer("limit", ROWS_DEFAULT, 1, TRAITS_MAX);
    Set<TraitClass> classes = classes(query);
    List<String> include = query.texts("include");
    Set<String> exclude = new HashSet<>(query.texts("exclude"));
    String from = query.text("next").orElse("");
    boolean verbose = query.isSet("verbose");
    String profile = address.profile(view);
    JsonPage page = new JsonPage();
    JsonGenerator json = page.json();
    json.writeObjectFieldStart("traits");
    String next = "";
    int written = 0;
    for (TraitValue trait : histories.traits(view, address, profile, past)) {
      boolean wanted =
          classes.contains(trait.traitClass())
              && (include.isEmpty() || include.contains(trait.key()))
              && !exclude.contains(trait.key())
              && CodePointOrder.INSTANCE.compare(trait.key(), from) >= 0;
      if (!wanted) {
        continue;
      }
      if (written++ == limit) {
        next = trait.key();
        break;
      }
      json.writeFieldName(trait.key());
      if (verbose) {
        json.writeStartObject();
        json.writeFieldName("value");
        json.writeRawValue(trait.text());
        json.writeStringField("source_id", trait.source());
        json.writeStringField("updated_at", IsoTime.format(trait.updatedAt()));
        json.writeEndObject();
      } else {
        json.writeRawValue(trait.text());
      }
    }
    json.writeEndObject();
    return page.end(address.url(profile), next, limit);
  }

  private static Set<TraitClass> classes(Query query) {
    String wanted = query.text("class").orElse("");
    return switch (wanted) {
      case "" -> EnumSet.allOf(TraitClass.class);
      case "audience" -> EnumSet.of(TraitClass.AUDIENCE);
      case "computed_trait" ->
          EnumSet.of(TraitClass.COMPUTED, TraitClass.PREDICTION, TraitClass.SQL);
      default -> throw Query.invalid("class", "must be audience or computed_trait");
    };
  }

  private static byte[] externalIds(ProfileView view, ProfileAddress address, Query query)
      throws IOException {
    int limit = query.integer("limit", ROWS_DEFAULT, 1, ROWS_MAX);
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
    json.writeEndArray();
    return page.end(address.url(profile), next, limit);
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
