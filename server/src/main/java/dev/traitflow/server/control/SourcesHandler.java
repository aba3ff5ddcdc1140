package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SourceKind;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SourceDirectory;
import dev.traitflow.server.config.SourceDirectory.Entry;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.tracking.Discards;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The sources: the catalog of kinds, and what sends events, listed, shown, created, changed,
 * switched off and on, deleted. A write key is shown once, to whom it is made for: what is kept is
 * a hash of it, and its last characters to tell it from others.
 */
public final class SourcesHandler {
  private static final int KEY_RANDOM_BYTES = 20;
  private static final String WRITE_KEY = "write_key";
  private static final String KEY_END = "write_key_end";
  private static final String SPACES = "spaces";
  private static final Set<String> FIXED = Set.of("id", "slug", SPACES, KEY_END);
  private static final Set<String> SENDERS =
      Set.of("name", "kind", "write_key", "enabled", "settings", "slug", SPACES);

  private final SpaceRegistry spaces;
  private final SourceDirectory sources;
  private final Discards discards;
  private final SecureRandom random = new SecureRandom();

  /** A change that a definition may refuse. */
  private interface Edit {
    void run() throws InvalidDefinitionException;
  }

  public SourcesHandler(SpaceRegistry spaces, Discards discards) {
    this.spaces = spaces;
    this.sources = new SourceDirectory(spaces);
    this.discards = discards;
  }

  /** Answers {@code GET /config/sources}. */
  public void list(Request request) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    sources.all().forEach(entry -> data.add(shown(entry)));
    discards.writeUnknownTo(answer.putObject("unknown_source"));
    request.answer(200, answer);
  }

  /** Answers {@code POST /config/sources}. */
  public void create(Request request) {
    request.answer(201, create(request.json()));
  }

  /** Answers {@code GET /config/sources/{source}}. */
  public void show(Request request) {
    request.answer(200, shown(entry(request)));
  }

  /** Answers {@code PUT /config/sources/{source}}. */
  public void change(Request request) {
    request.answer(200, change(entry(request), request.json()));
  }

  /** Answers {@code DELETE /config/sources/{source}}. */
  public void delete(Request request) {
    Entry entry = entry(request);
    edit(() -> sources.remove(entry));
    request.answer(200, Answers.object().put("id", entry.id()).put("deleted", true));
  }

  /** Answers {@code POST /config/sources/{source}/enable}. */
  public void enable(Request request) {
    request.answer(200, change(entry(request), Answers.object().put("enabled", true)));
  }

  /** Answers {@code POST /config/sources/{source}/disable}. */
  public void disable(Request request) {
    request.answer(200, change(entry(request), Answers.object().put("enabled", false)));
  }

  /** Gives the source another key; the one before is refused from then on. */
  public void rotateKey(Request request) {
    request.answer(200, change(entry(request), Answers.object().put(WRITE_KEY, newKey())));
  }

  /** The kinds of sources there are. */
  public void catalog(Request request) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    for (SourceKind kind : SourceKind.values()) {
      data.addObject()
          .put("kind", kind.wireName())
          .put("name", kind.title())
          .put("category", kind.category())
          .put("description", kind.description());
    }
    request.answer(200, answer);
  }

  private ObjectNode create(ObjectNode body) {
    List<String> into = spacesOf(body);
    ObjectNode json = body.deepCopy();
    json.remove(SPACES);
    if (json.has("id")) {
      throw invalid("id", "is given by the server (expected none)");
    }
    String name = json.path("name").asText();
    if (!json.hasNonNull("slug")) {
      json.put("slug", SpaceDefinition.slug(name));
    }
    if (!json.hasNonNull("write_key")) {
      json.put("write_key", newKey());
    }
    if (into.size() > 1) {
      json.put("id", "src_" + randomHex(8));
    }
    SpaceEditor.read(json, SourceDefinition::parse);
    refuseTaken(json.path("slug").asText(), json.path("write_key").asText());
    edit(() -> sources.add(json, into));
    return withKey(shown(entry(json.path("slug").asText())), json);
  }

  /** The source with the key that a caller gave or was given: the only time that it is shown. */
  private static ObjectNode withKey(ObjectNode shown, ObjectNode made) {
    if (made.path(WRITE_KEY).isTextual()) {
      shown.set(WRITE_KEY, made.path(WRITE_KEY));
    }
    return shown;
  }

  /** A source made here can be named by its slug alone, whatever space it is in. */
  private void refuseTaken(String slug, String writeKey) {
    if (!sources.find(slug).isEmpty()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT, "There is a source '" + slug + "' already: give another `slug`.");
    }
    if (spaces.byWriteKey(writeKey).isPresent()) {
      throw new HttpProblem(ErrorCode.CONFLICT, "The write key belongs to another source.");
    }
  }

  private List<String> spacesOf(ObjectNode body) {
    List<String> known = spaces.all().stream().map(SpaceDefinition::id).toList();
    JsonNode named = body.path(SPACES);
    if (named.isMissingNode() || named.isNull()) {
      if (known.size() == 1) {
        return known;
      }
      throw invalid(
          SPACES,
          known.isEmpty()
              ? "names none, and there is no space yet (expected one to be created first)"
              : "is missing (expected a list of some of " + String.join(", ", known) + ")");
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode each : named) {
      String id =
          spaces
              .find(each.asText())
              .map(SpaceDefinition::id)
              .orElseThrow(
                  () ->
                      invalid(
                          SPACES,
                          "names '"
                              + each.asText()
                              + "' (expected some of "
                              + String.join(", ", known)
                              + ")"));
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
    if (!named.isArray() || ids.isEmpty()) {
      throw invalid(SPACES, "is no list of spaces (expected some of " + known + ")");
    }
    return ids;
  }

  private ObjectNode change(Entry entry, ObjectNode body) {
    ObjectNode shown = shown(entry);
    body.properties()
        .forEach(
            member -> {
              String name = member.getKey();
              if (FIXED.contains(name) && !member.getValue().equals(shown.get(name))) {
                throw invalid(name, "cannot change (expected " + shown.get(name) + ")");
              }
              if (!FIXED.contains(name) && !SENDERS.contains(name)) {
                throw invalid(
                    name, "is not a known key (expected name, kind, write_key, enabled, settings)");
              }
            });
    JsonNode key = body.path(WRITE_KEY);
    if (key.isTextual()) {
      boolean elsewhere =
          spaces.allByWriteKey(key.textValue()).stream()
              .anyMatch(each -> !each.id().equals(entry.id()));
      if (elsewhere) {
        throw new HttpProblem(ErrorCode.CONFLICT, "The write key belongs to another source.");
      }
    }
    edit(() -> sources.change(entry, source -> merge(source, body)));
    return withKey(shown(entry(entry.id())), body);
  }

  private static void merge(ObjectNode source, ObjectNode body) {
    body.properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              if (member.getKey().equals("settings") && value instanceof ObjectNode settings) {
                source.withObject("/settings").setAll(settings);
              } else if (!FIXED.contains(member.getKey())) {
                source.set(member.getKey(), value);
              }
            });
  }

  private Entry entry(Request request) {
    return entry(request.path("source"));
  }

  private Entry entry(String idOrSlug) {
    List<Entry> found = sources.find(idOrSlug);
    if (found.isEmpty()) {
      throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no source '" + idOrSlug + "'.");
    }
    if (found.size() > 1) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "Several sources have the slug '"
              + idOrSlug
              + "': name one by its id, of "
              + String.join(", ", found.stream().map(Entry::id).toList())
              + ".");
    }
    return found.get(0);
  }

  private static ObjectNode shown(Entry entry) {
    SourceDefinition source = entry.source();
    ObjectNode node =
        Answers.object()
            .put("id", entry.id())
            .put("name", source.name())
            .put("slug", source.slug())
            .put("kind", source.kind())
            .put("enabled", source.enabled())
            .put(KEY_END, SourceDirectory.tailOfKey(source));
    ObjectNode settings = node.putObject("settings");
    settings
        .put("strict", source.settings().strict())
        .put("flex_normalise", source.settings().flexNormalise());
    source.settings().labels().forEach(settings.putArray("labels")::add);
    entry.spaces().forEach(node.putArray(SPACES)::add);
    return node;
  }

  private void edit(Edit change) {
    try {
      change.run();
    } catch (InvalidDefinitionException refused) {
      throw HttpProblem.invalid(SpaceEditor.within(refused, "sources"));
    }
  }

  private String newKey() {
    return "wk_" + randomHex(KEY_RANDOM_BYTES);
  }

  private String randomHex(int bytes) {
    byte[] some = new byte[bytes];
    random.nextBytes(some);
    return HexFormat.of().formatHex(some);
  }

  private static HttpProblem invalid(String field, String message) {
    return HttpProblem.invalid(List.of(new Problem("/" + field, message)));
  }
}
