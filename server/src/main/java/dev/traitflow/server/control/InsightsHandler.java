package dev.traitflow.server.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.JsonPage;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.InsightLog;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredInsight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The log of identity decisions, and why two identifiers are two profiles'. */
public final class InsightsHandler {
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 500;

  private final SpaceEditor editor;
  private final ProfileRepository repository;

  public InsightsHandler(SpaceRegistry spaces, ProfileRepository repository) {
    this.editor = new SpaceEditor(spaces);
    this.repository = repository;
  }

  /**
   * Answers {@code GET /config/spaces/{space}/insights}, the newest first; parameters: {@code
   * identifier}, {@code type} (a kind or a violation's text), {@code start}, {@code end}, {@code
   * limit}, {@code next}.
   */
  public void list(Request request) throws IOException {
    SpaceDefinition definition = editor.space(request);
    Query query = request.query();
    String type = query.text("type").orElse("");
    StoredInsight.Kind kind = kind(type);
    String text = kind == null ? type : "";
    long from = instant(query, "start", Long.MIN_VALUE);
    long to = instant(query, "end", Long.MAX_VALUE);
    int limit = query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    InsightLog.Place after =
        JsonPage.place(query)
            .map(place -> new InsightLog.Place(place.timestamp(), place.id()))
            .orElse(null);
    List<InsightLog.Entry> found = new ArrayList<>();
    try (ProfileView view = repository.view()) {
      view.insights(definition.id())
          .visit(
              query.text("identifier").map(InsightsHandler::identifier).orElse(null),
              kind,
              after,
              entry -> {
                StoredInsight insight = entry.insight();
                if (insight.at() >= from
                    && insight.at() < to
                    && (text.isEmpty() || insight.text().equals(text))) {
                  found.add(entry);
                }
                return found.size() <= limit;
              });
    }
    JsonPage page = new JsonPage();
    page.json().writeArrayFieldStart("data");
    int shown = Math.min(limit, found.size());
    for (InsightLog.Entry entry : found.subList(0, shown)) {
      write(page.json(), entry.insight());
    }
    page.json().writeEndArray();
    String next = "";
    if (found.size() > shown) {
      InsightLog.Place last = found.get(shown - 1).place();
      next = JsonPage.cursor(last.sequence(), last.which());
    }
    String url = "/config/spaces/" + definition.id() + "/insights";
    request.answer(200, page.end(url, next, limit));
  }

  /** Answers {@code GET .../identity/why-not-merged?identifier=A&identifier=B}. */
  public void whyNotMerged(Request request) throws IOException {
    SpaceDefinition definition = editor.space(request);
    List<String> wanted = request.query().parameters().getOrDefault("identifier", List.of());
    if (wanted.size() != 2) {
      throw Query.invalid("identifier", "must be given twice, each time as TYPE:VALUE");
    }
    JsonPage page = new JsonPage();
    try (ProfileView view = repository.view()) {
      List<String> profiles = new ArrayList<>();
      for (String one : wanted) {
        Optional<String> profile = view.resolve(definition.id(), identifier(one));
        profiles.add(
            profile.orElseThrow(
                () ->
                    new HttpProblem(
                        ErrorCode.NOT_FOUND, "Nobody has the identifier " + one + ".")));
      }
      JsonGenerator json = page.json();
      boolean merged = profiles.get(0).equals(profiles.get(1));
      json.writeBooleanField("merged", merged);
      json.writeArrayFieldStart("profiles");
      for (String profile : profiles) {
        json.writeString(ProfileIds.shown(profile));
      }
      json.writeEndArray();
      json.writeArrayFieldStart("refusals");
      if (!merged) {
        for (StoredInsight insight :
            view.insights(definition.id()).between(profiles.get(0), profiles.get(1))) {
          write(json, insight);
        }
      }
      json.writeEndArray();
    }
    request.answer(200, page.end());
  }

  /** Reads {@code TYPE:VALUE}. */
  static Identifier identifier(String text) {
    int colon = text.indexOf(':');
    String type = text.substring(0, Math.max(0, colon));
    if (type.isEmpty()) {
      throw new HttpProblem(
          ErrorCode.VALIDATION, "Got '" + text + "' (expected an identifier as TYPE:VALUE).");
    }
    return Identifier.ofUser(type, IdentifierExtractor.normalise(type, text.substring(colon + 1)));
  }

  private static StoredInsight.@Nullable Kind kind(String type) {
    return Arrays.stream(StoredInsight.Kind.values())
        .filter(each -> name(each).equals(type))
        .findFirst()
        .orElse(null);
  }

  private static String name(StoredInsight.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static long instant(Query query, String name, long fallback) {
    Optional<String> text = query.text(name);
    if (text.isEmpty()) {
      return fallback;
    }
    long instant = IsoTime.parse(text.get());
    if (instant == IsoTime.ABSENT) {
      throw Query.invalid(name, "must be an ISO-8601 instant or date");
    }
    return instant;
  }

  private static void write(JsonGenerator json, StoredInsight insight) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", name(insight.kind()));
    text(json, "message", insight.text());
    text(json, "rule", insight.rule());
    // Entries of before orders had a time have none, rather than that of the epoch.
    text(json, "at", insight.at() == 0 ? "" : IsoTime.format(insight.at()));
    json.writeNumberField("log_offset", insight.sequence());
    text(json, "message_id", insight.messageId());
    text(json, "source_id", insight.source());
    text(json, "segment_id", ProfileIds.shown(insight.profile()));
    json.writeArrayFieldStart("identifiers");
    for (Identifier identifier : insight.identifiers()) {
      json.writeStartObject();
      json.writeStringField("type", identifier.type());
      json.writeStringField("id", identifier.value());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("other_segment_ids");
    for (String other : insight.others()) {
      json.writeString(ProfileIds.shown(other));
    }
    json.writeEndArray();
    text(json, "merge_id", insight.merge());
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }
}
