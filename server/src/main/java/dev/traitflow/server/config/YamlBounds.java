package dev.traitflow.server.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * How much a YAML text would become, found from its events and without building any of it. A dozen
 * lines of aliases that name aliases stand for billions of nodes, and a line of brackets for a
 * recursion deeper than any stack.
 */
final class YamlBounds {
  /** The most nodes, those of each alias counted where it stands. */
  static final int NODES_MAX = 200_000;

  static final int DEPTH_MAX = 100;

  private final Deque<Open> open = new ArrayDeque<>();
  private final Map<Anchor, Long> sizes = new HashMap<>();
  private long nodes;

  /** A collection that has not ended, and how many nodes there were before it. */
  private record Open(Optional<Anchor> anchor, long before) {}

  /**
   * What a text has too much of.
   *
   * @param mark where
   * @param problem what
   */
  record Excess(Optional<Mark> mark, String problem) {}

  private YamlBounds() {}

  /** The first excess of the text, empty if it has none. May throw what the parser throws. */
  static Optional<Excess> check(LoadSettings settings, String text) {
    YamlBounds bounds = new YamlBounds();
    for (Event event : new Parse(settings).parseString(text)) {
      String problem = bounds.take(event);
      if (!problem.isEmpty()) {
        return Optional.of(new Excess(event.getStartMark(), problem));
      }
    }
    return Optional.empty();
  }

  private String take(Event event) {
    if (event instanceof CollectionStartEvent start) {
      open.push(new Open(start.getAnchor(), nodes));
      nodes++;
    } else if (event instanceof CollectionEndEvent) {
      Open ended = open.pop();
      ended.anchor().ifPresent(anchor -> sizes.put(anchor, nodes - ended.before()));
    } else if (event instanceof ScalarEvent scalar) {
      nodes++;
      scalar.getAnchor().ifPresent(anchor -> sizes.put(anchor, 1L));
    } else if (event instanceof AliasEvent alias) {
      if (open.stream().anyMatch(each -> each.anchor().equals(Optional.of(alias.getAlias())))) {
        return "an alias stands inside of what it names (expected it elsewhere)";
      }
      // An unknown name is the composer's to refuse.
      nodes += sizes.getOrDefault(alias.getAlias(), 1L);
    }
    if (open.size() > DEPTH_MAX) {
      return "is nested deeper than " + DEPTH_MAX + " levels";
    }
    return nodes > NODES_MAX
        ? "got more than " + NODES_MAX + " nodes, aliases counted as what they name"
        : "";
  }
}
