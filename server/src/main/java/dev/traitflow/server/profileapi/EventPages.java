package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pages through the events of a profile: track, page and screen calls in the order of history. */
public final class EventPages {
  private static final Set<EventType> SHOWN =
      EnumSet.of(EventType.TRACK, EventType.PAGE, EventType.SCREEN);
  private static final long VENDOR_MILLIS_MAX = Duration.ofDays(14).toMillis();
  private static final int LIMIT_DEFAULT = 10;
  private static final int LIMIT_MAX = 100;

  private final ProfileRepository repository;
  private final SpaceClock clock;

  public EventPages(ProfileRepository repository, SpaceClock clock) {
    this.repository = repository;
    this.clock = clock;
  }

  /**
   * What a page shows.
   *
   * @param from first timestamp, inclusive
   * @param to first timestamp behind, exclusive
   * @param after the place the previous page ended at
   */
  private record Wanted(
      long from,
      long to,
      boolean ascending,
      int limit,
      Set<String> include,
      Set<String> exclude,
      JsonPage.@Nullable Place after) {

    boolean shows(Event event) {
      return SHOWN.contains(event.type())
          && (include.isEmpty() || include.contains(event.name()))
          && !exclude.contains(event.name())
          && (after == null || isBehind(event, after));
    }

    private boolean isBehind(Event event, JsonPage.Place place) {
      int order = Long.compare(event.timestamp(), place.timestamp());
      int full =
          order != 0 ? order : CodePointOrder.INSTANCE.compare(event.messageId(), place.id());
      return ascending ? full > 0 : full < 0;
    }
  }

  /** Writes one page. */
  byte[] page(ProfileView view, ProfileAddress address, Query query) throws IOException {
    Wanted wanted = wanted(address, query);
    String profile = address.profile(view);
    List<ResolvedEvent> found = new ArrayList<>();
    view.events(
        address.space(),
        profile,
        wanted.from,
        wanted.to,
        wanted.ascending,
        resolved -> {
          if (wanted.shows(resolved.event())) {
            found.add(resolved);
          }
          return found.size() <= wanted.limit;
        });
    JsonPage page = new JsonPage();
    page.json().writeArrayFieldStart("data");
    int shown = Math.min(found.size(), wanted.limit);
    for (ResolvedEvent resolved : found.subList(0, shown)) {
      write(page, resolved, address.collection(), profile, query.isSet("verbose"));
    }
    page.json().writeEndArray();
    String next = "";
    if (found.size() > shown) {
      Event last = found.get(shown - 1).event();
      next = JsonPage.cursor(last.timestamp(), last.messageId());
    }
    return page.end(address.url(profile), next, wanted.limit);
  }

  /** By the instant that values are right at; by the clock before there is one. */
  private long now() {
    OptionalLong asOf = repository.asOf();
    return asOf.isPresent() ? asOf.getAsLong() : clock.now();
  }

  private Wanted wanted(ProfileAddress address, Query query) {
    String sort = query.text("sort").orElse("desc");
    if (!sort.equals("desc") && !sort.equals("asc")) {
      throw Query.invalid("sort", "must be asc or desc");
    }
    boolean ascending = sort.equals("asc");
    Optional<JsonPage.Place> after = JsonPage.place(query);
    long from = instant(query, "start", Long.MIN_VALUE);
    long to = instant(query, "end", Long.MAX_VALUE);
    Optional<String> history = query.text("history");
    if (history.isPresent() && !history.get().equals("full")) {
      throw Query.invalid("history", "must be full, or left out");
    }
    if (address.vendorLimits() && history.isEmpty()) {
      from = Math.max(from, now() - VENDOR_MILLIS_MAX);
    }
    if (after.isPresent() && ascending) {
      from = Math.max(from, after.get().timestamp());
    } else if (after.isPresent()) {
      to = Math.min(to, after.get().timestamp() + 1);
    }
    return new Wanted(
        from,
        to,
        ascending,
        query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
        new HashSet<>(query.texts("include")),
        new HashSet<>(query.texts("exclude")),
        after.orElse(null));
  }

  private static long instant(Query query, String name, long fallback) {
    Optional<String> text = query.text(name);
    if (text.isEmpty()) {
      return fallback;
    }
    return PastParameter.instant(name, text.get());
  }

  /** What the call carried, taken as an identifier or not. */
  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private static void write(
      JsonPage page, ResolvedEvent resolved, String collection, String profile, boolean verbose)
      throws IOException {
    Event event = resolved.event();
    JsonGenerator json = page.json();
    json.writeStartObject();
    json.writeStringField("type", event.type().wireName());
    if (event.type() == EventType.TRACK) {
      json.writeStringField("event", event.name());
    } else if (event.title() != null) {
      json.writeStringField("name", event.title());
    }
    json.writeStringField("message_id", event.messageId());
    json.writeStringField("source_id", event.source());
    json.writeStringField("timestamp", IsoTime.format(event.timestamp()));
    if (verbose) {
      text(json, "user_id", event.userId());
      text(json, "anonymous_id", event.anonymousId());
    }
    page.raw("properties", event.properties());
    page.raw("context", event.context());
    json.writeArrayFieldStart("external_ids");
    for (Identifier identifier : resolved.identifiers()) {
      json.writeStartObject();
      json.writeStringField("collection", identifier.collection());
      json.writeStringField("type", identifier.type());
      json.writeStringField("id", identifier.value());
      json.writeStringField("encoding", "none");
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("related");
    json.writeStringField(collection, ProfileIds.shown(profile));
    json.writeEndObject();
    json.writeEndObject();
  }
}
