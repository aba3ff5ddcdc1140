package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.FlexTemplate;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import java.util.HashSet;
import java.util.Set;

/**
 * The six contact-center traits, shown as templates and created by one click. They are locked until
 * the space has received an interaction: before that they could only be empty, and nobody could
 * tell whether that is right.
 */
public final class FlexTemplatesHandler {
  private static final String LOCKED =
      "No Flex interaction has arrived in this space yet (expected an event whose name starts with"
          + " 'Flex - ').";

  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final SpaceEditor editor;

  public FlexTemplatesHandler(SpaceRegistry spaces, ProfileRepository repository) {
    this.spaces = spaces;
    this.repository = repository;
    this.editor = new SpaceEditor(spaces);
  }

  /** Answers {@code GET /config/spaces/{space}/templates/flex}. */
  public void list(Request request) {
    SpaceDefinition space = editor.space(request);
    request.answer(200, list(space, repository.hasFlexInteraction(space.id())));
  }

  /** Creates those that are not there. */
  public void create(Request request) {
    SpaceDefinition space = editor.space(request);
    if (!repository.hasFlexInteraction(space.id())) {
      throw new HttpProblem(ErrorCode.CONFLICT, LOCKED);
    }
    request.answer(201, create(space.id()));
  }

  private static ObjectNode list(SpaceDefinition space, boolean unlocked) {
    Set<String> present = keys(space);
    ObjectNode answer = Answers.object();
    answer.put("enabled", unlocked);
    if (!unlocked) {
      answer.put("reason", LOCKED);
    }
    ArrayNode data = answer.putArray("data");
    for (FlexTemplate template : FlexTemplate.ALL) {
      ObjectNode item = data.addObject();
      item.put("id", template.id())
          .put("key", template.key())
          .put("recommended", template.recommended())
          .put("enabled", unlocked)
          .put("created", present.contains(template.key()));
      if (!unlocked) {
        item.put("reason", LOCKED);
      }
      item.set("definition", template.definition());
    }
    return answer;
  }

  private ObjectNode create(String space) {
    ObjectNode answer = Answers.object();
    ArrayNode created = answer.putArray("created");
    ArrayNode existing = answer.putArray("existing");
    Set<String> present = keys(editor.space(space));
    for (FlexTemplate template : FlexTemplate.ALL) {
      if (!present.contains(template.key()) && !spaces.versions(space, template.key()).isEmpty()) {
        throw new HttpProblem(
            ErrorCode.CONFLICT, "The key '" + template.key() + "' was used in this space before.");
      }
      (present.contains(template.key()) ? existing : created).add(template.key());
    }
    editor.edit(
        space,
        "traits",
        traits -> {
          for (FlexTemplate template : FlexTemplate.ALL) {
            if (!present.contains(template.key())) {
              traits.add(template.definition());
            }
          }
        });
    return answer;
  }

  private static Set<String> keys(SpaceDefinition space) {
    Set<String> keys = new HashSet<>();
    space.traits().forEach(trait -> keys.add(trait.key()));
    space.staged().forEach(trait -> keys.add(trait.key()));
    return keys;
  }
}
