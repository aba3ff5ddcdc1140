package dev.traitflow.server.config;

import dev.traitflow.core.definition.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A definition that cannot be taken; nothing of it was applied. */
public final class InvalidDefinitionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final transient List<FileProblem> places;

  /** Says everything that is wrong. */
  public InvalidDefinitionException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.places = List.of();
  }

  private InvalidDefinitionException(List<Problem> problems, List<FileProblem> places) {
    super(places.stream().map(FileProblem::shown).collect(Collectors.joining("\n")));
    this.problems = problems;
    this.places = List.copyOf(places);
  }

  /** One thing that is wrong. */
  static InvalidDefinitionException of(String pointer, String message) {
    return new InvalidDefinitionException(List.of(new Problem(pointer, message)));
  }

  /** Says everything that is wrong with a file; the message shows each line. */
  static InvalidDefinitionException at(List<FileProblem> places) {
    return new InvalidDefinitionException(
        places.stream().map(FileProblem::problem).toList(), places);
  }

  /** The same problems, shown in the file that the definition came from. */
  public InvalidDefinitionException in(YamlDocument document) {
    return at(problems.stream().map(document::place).toList());
  }

  /** Everything that is wrong. */
  public List<Problem> problems() {
    return problems;
  }

  /** The same in the file it is in; empty if the definition came from none. */
  public List<FileProblem> places() {
    return places;
  }
}
