package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.Computations;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The control API of computed traits: {@code /config/spaces/{space}/traits…}. A trait that is new
 * or changed is computed from the stored histories first; readers see the version before until
 * every profile has its value.
 */
public final class TraitsHandler {

  private final SpaceRegistry spaces;
  private final SpaceEditor editor;
  private final ProfileRepository repository;
  private final Computations computations;

  /** Members of each trait by space: counted at the first request, and again by a refresh. */
  private final Map<String, Members> members = new ConcurrentHashMap<>();

  /**
   * How many profiles have each trait.
   *
   * @param counts by key
   * @param asOf the instant that what was counted is right at, ISO 8601; null if nothing was there
   */
  private record Members(Map<String, Long> counts, @Nullable String asOf) {}

  public TraitsHandler(
      SpaceRegistry spaces, ProfileRepository repository, Computations computations) {
    this.spaces = spaces;
    this.editor = new SpaceEditor(spaces);
    this.repository = repository;
    this.computations = computations;
  }

  /** Answers {@code GET /config/spaces/{space}/traits}. */
  public void list(Request request) {
    SpaceDefinition space = editor.space(request);
    if (request.query().isSet("refresh")) {
      members.remove(space.id());
    }
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    keys(space).forEach(key -> data.add(shown(space, key)));
    request.answer(200, answer);
  }

  /** Answers {@code GET /config/spaces/{space}/traits/{key}}. */
  public void show(Request request) {
    SpaceDefinition space = editor.space(request);
    request.answer(200, shown(space, require(space, request.path("key"))));
  }

  /** Answers {@code PUT /config/spaces/{space}/traits/{key}}. */
  public void replace(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    change(space, key, request.json());
    request.answer(200, warned(editor.space(request), key));
  }

  /** Answers {@code DELETE /config/spaces/{space}/traits/{key}}. */
  public void delete(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    edit(space, traits -> traits.remove(indexOf(traits, key)));
    request.answer(200, Answers.object().put("key", key).put("deleted", true));
  }

  /** Answers {@code GET /config/spaces/{space}/traits/{key}/versions}. */
  public void versions(Request request) {
    request.answer(200, versions(editor.space(request), request.path("key")));
  }

  /** Answers {@code POST /config/spaces/{space}/traits/{key}/enable}. */
  public void enable(Request request) {
    setEnabled(request, true);
  }

  /** Answers {@code POST /config/spaces/{space}/traits/{key}/disable}. */
  public void disable(Request request) {
    setEnabled(request, false);
  }

  private void setEnabled(Request request, boolean enabled) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    edit(space, traits -> ((ObjectNode) traits.get(indexOf(traits, key))).put("enabled", enabled));
    request.answer(200, shown(editor.space(request), key));
  }

  /** Answers {@code POST /config/spaces/{space}/traits/{key}/pause}. */
  public void pause(Request request) {
    setPaused(request, true);
  }

  /** Answers {@code POST /config/spaces/{space}/traits/{key}/resume}. */
  public void resume(Request request) {
    setPaused(request, false);
  }

  private void setPaused(Request request, boolean paused) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    spaces.pause(space.id(), paused);
    request.answer(200, shown(editor.space(request), key));
  }

  /** Ends a computation: the version before stays, or nothing if it was the first. */
  public void stop(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    if (!spaces.stop(space.id(), key)) {
      throw new HttpProblem(ErrorCode.CONFLICT, "The trait `" + key + "` is not being computed.");
    }
    SpaceDefinition after = editor.space(request);
    request.answer(
        200,
        keys(after).contains(key)
            ? shown(after, key)
            : Answers.object().put("key", key).put("deleted", true));
  }

  /** Counts members again. */
  public void refresh(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    members.remove(space.id());
    request.answer(200, shown(space, key));
  }

  /** Answers {@code POST /config/spaces/{space}/traits}. */
  public void create(Request request) {
    SpaceDefinition space = editor.space(request);
    ObjectNode wanted = request.json();
    boolean restore = editor.restores(request.query(), wanted);
    TraitDefinition trait = parse(wanted);
    editor.refuseUsed(space, trait.key(), restore);
    editor.refuseBeyondPlan(space, Kinds.TRAITS);
    edit(space, restore, traits -> traits.add(wanted));
    request.answer(201, warned(editor.space(request), trait.key()));
  }

  private void change(SpaceDefinition space, String key, ObjectNode wanted) {
    if (staged(space, key) != null) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The trait `" + key + "` is being computed; it can be changed after.");
    }
    String level = wanted.path("level").asText("user");
    if (!wanted.path("key").asText(key).equals(key)) {
      throw HttpProblem.invalid(
          List.of(new Problem("/key", "cannot change (expected '" + key + "')")));
    }
    edit(
        space,
        traits -> {
          int index = indexOf(traits, key);
          String before = traits.get(index).path("level").asText("user");
          if (!before.equals(level)) {
            throw HttpProblem.invalid(
                List.of(new Problem("/level", "cannot change (expected '" + before + "')")));
          }
          wanted.put("key", key);
          parse(wanted);
          traits.set(index, wanted);
        });
  }

  /** Brings the definition of an earlier version back, as the next version. */
  public void rollBack(Request request) {
    SpaceDefinition space = editor.space(request);
    String key = require(space, request.path("key"));
    ObjectNode body = request.json();
    int version = body.path("version").asInt(0);
    List<JsonNode> all = spaces.versions(space.id(), key);
    if (version < 1 || version > all.size()) {
      throw HttpProblem.invalid(
          List.of(
              new Problem(
                  "/version",
                  "got " + body.path("version") + " (expected 1 to " + all.size() + ")")));
    }
    ObjectNode wanted = all.get(version - 1).deepCopy();
    change(space, key, wanted.remove(Kinds.TRAITS.setBySystem()));
    request.answer(200, shown(editor.space(request), key));
  }

  private ObjectNode versions(SpaceDefinition space, String key) {
    List<JsonNode> all = spaces.versions(space.id(), key);
    if (all.isEmpty()) {
      throw unknown(key);
    }
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    for (JsonNode version : all) {
      data.add(plain(version));
    }
    return answer;
  }

  /** Changes the list of traits, each in its newest version, as one would in the file. */
  private void edit(SpaceDefinition space, Consumer<ArrayNode> change) {
    edit(space, false, change);
  }

  private void edit(SpaceDefinition space, boolean restore, Consumer<ArrayNode> change) {
    editor.edit(space.id(), "traits", restore, change);
    members.remove(space.id());
  }

  private static TraitDefinition parse(ObjectNode wanted) {
    List<Problem> problems = new ArrayList<>();
    for (String name : Kinds.TRAITS.setBySystem()) {
      if (wanted.has(name)) {
        problems.add(new Problem("/" + name, "is set by the system (expected it absent)"));
      }
    }
    TraitDefinition trait = TraitDefinition.parse(new Fields(wanted, "", problems));
    if (!problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
    return trait;
  }

  /** The trait as it is shown, with warnings of names that look mistyped. */
  private ObjectNode warned(SpaceDefinition space, String key) {
    return NameWarnings.with(shown(space, key), repository, space, key);
  }

  private ObjectNode shown(SpaceDefinition space, String key) {
    TraitDefinition staged = staged(space, key);
    Optional<TraitDefinition> live =
        space.traits().stream().filter(trait -> trait.key().equals(key)).findFirst();
    TraitDefinition seen = live.or(() -> Optional.ofNullable(staged)).orElseThrow();
    List<JsonNode> all = spaces.versions(space.id(), key);
    ObjectNode node = plain(all.get(seen.version() - 1));
    describe(node, space, seen);
    if (staged == null) {
      node.put("state", seen.enabled() ? "Live" : "Disabled");
    } else {
      Computations.Progress progress = computations.progress(space.id());
      boolean begun = progress.done() > 0;
      node.put("state", begun || live.isPresent() ? "Computing" : "Preparing");
      node.put("next_version", staged.version());
      node.put("paused", space.paused());
      ObjectNode shown = node.putObject("progress");
      shown.put("profiles_done", progress.done()).put("profiles", progress.total());
      shown.put("percent", progress.total() == 0 ? 0 : 100 * progress.done() / progress.total());
      if (progress.secondsLeft() >= 0) {
        shown.put("seconds_left", progress.secondsLeft());
      }
    }
    if (live.isPresent()) {
      Members counted = count(space);
      node.put("members", counted.counts.getOrDefault(key, 0L));
      node.put("members_as_of", counted.asOf);
    } else {
      node.putNull("members");
    }
    return node;
  }

  /** What people may have changed since the version was made. */
  private static void describe(ObjectNode node, SpaceDefinition space, TraitDefinition seen) {
    node.put("key", seen.key()).put("name", seen.name()).put("description", seen.description());
    node.put("backfill", seen.backfill()).put("enabled", seen.enabled());
    node.put("space_id", space.id()).put("value_type", seen.valueType().wireName());
    ArrayNode destinations = node.putArray("destinations");
    seen.destinations().forEach(destinations::add);
  }

  private static ObjectNode plain(JsonNode version) {
    ObjectNode node = version.deepCopy();
    node.remove("slot");
    node.put("created_at", IsoTime.format(version.path("created_at").asLong()));
    return node;
  }

  private Members count(SpaceDefinition space) {
    return members.computeIfAbsent(
        space.id(),
        id -> {
          OptionalLong asOf = repository.asOf(id);
          try (ProfileView view = repository.view()) {
            return new Members(
                view.members(id), asOf.isPresent() ? IsoTime.format(asOf.getAsLong()) : null);
          }
        });
  }

  private static List<String> keys(SpaceDefinition space) {
    List<String> keys = new ArrayList<>();
    space.traits().forEach(trait -> keys.add(trait.key()));
    space.staged().stream()
        .map(TraitDefinition::key)
        .filter(k -> !keys.contains(k))
        .forEach(keys::add);
    return keys;
  }

  private static @Nullable TraitDefinition staged(SpaceDefinition space, String key) {
    return space.staged().stream().filter(t -> t.key().equals(key)).findFirst().orElse(null);
  }

  private static String require(SpaceDefinition space, String key) {
    if (!keys(space).contains(key)) {
      throw unknown(key);
    }
    return key;
  }

  private static int indexOf(ArrayNode traits, String key) {
    for (int i = 0; i < traits.size(); i++) {
      if (TraitDefinition.keyOf(traits.get(i)).equals(key)) {
        return i;
      }
    }
    throw unknown(key);
  }

  private static HttpProblem unknown(String key) {
    return new HttpProblem(ErrorCode.NOT_FOUND, "There is no trait `" + key + "`.");
  }
}
