package dev.traitflow.core.definition;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A kind of object that a space has a list of, such as its traits. All that differs between kinds
 * is said here, once: parsing, validation, {@code plan} and {@code apply}, revisions, the control
 * API, the JSON Schema and the reference page are made of it. A new kind is a class of its own and
 * a word in {@code Kinds.ALL}.
 *
 * @param <T> the definition as read
 */
public abstract class Kind<T> {
  /** How the system keeps apart what a definition of this kind meant at different times. */
  public enum Versions {
    /** It does not: a change takes effect where it stands. */
    NONE,
    /**
     * A change of what decides gets the next version of its key; keys of deleted ones stay taken.
     */
    NUMBERED,
    /**
     * As {@link #NUMBERED}; a version is also computed from the histories before it is seen, in a
     * slot of its own.
     */
    COMPUTED
  }

  private final String path;
  private final String word;
  private final String documentation;
  private final Spec spec;
  private final Function<Fields, T> reader;
  private final JsonPointer pointer;

  /**
   * A kind.
   *
   * @param path where its list is in a definition: {@code traits}, {@code identity/identifiers}
   * @param word what one of its objects is called in sentences
   * @param documentation what its list is for, for people: one sentence
   * @param spec the members of an object
   * @param reader reads one object strictly
   */
  protected Kind(
      String path, String word, String documentation, Spec spec, Function<Fields, T> reader) {
    this.path = path;
    this.word = word;
    this.documentation = documentation;
    this.spec = spec;
    this.reader = reader;
    this.pointer = JsonPointer.compile("/" + path);
  }

  /** Where its list is in a definition: {@code traits}, {@code identity/identifiers}. */
  public final String path() {
    return path;
  }

  /** The member of the definition that its list is, or is in: {@code traits}, {@code identity}. */
  public final String member() {
    int end = path.indexOf('/');
    return end < 0 ? path : path.substring(0, end);
  }

  /** What one of its objects is called in sentences: {@code trait}. */
  public final String word() {
    return word;
  }

  /** The members of an object. */
  public final Spec spec() {
    return spec;
  }

  /** What its list is for, for people: one sentence. */
  public final String documentation() {
    return documentation;
  }

  /**
   * Reads one object strictly; what is wrong is added to the reader's problems, and then the answer
   * must not be used.
   */
  public final T parse(Fields fields) {
    return reader.apply(fields);
  }

  /** What names an object in its list, from the object as it was written. */
  public abstract String key(JsonNode object);

  /** The values of an object that no other one may have, and by which others can name it. */
  public List<Unique> unique(T object) {
    return List.of();
  }

  /** What the object names elsewhere in the space. */
  public List<Reference> references(T object) {
    return List.of();
  }

  /**
   * Checks what can be seen only of all objects together, beyond what is unique and what is named.
   *
   * @param objects all objects of the kind, staged ones too
   * @param space reads the definition; what is wrong is added to its problems
   */
  public void check(List<Listed<T>> objects, Fields space) {}

  /** How its changes are versioned. */
  public Versions versions() {
    return Versions.NONE;
  }

  /**
   * True if a member decides over what is computed, so that a change of it makes a new version and
   * loses what the version before had computed.
   */
  public boolean decides(String member) {
    return false;
  }

  /** What the ids that the system gives its objects begin with; empty if it gives none. */
  public String idPrefix() {
    return "";
  }

  /**
   * The member by which an object is named in addresses: {@code id} if it has one, else its key.
   */
  public final String nameMember() {
    return hasIds() ? "id" : "key";
  }

  /** What names a kept object in addresses. */
  public final String name(JsonNode object) {
    return hasIds() ? object.path("id").asText() : key(object);
  }

  /** True if the system gives its objects ids. */
  public final boolean hasIds() {
    return !idPrefix().isEmpty();
  }

  /** How many of them a space may have under the vendor's limits. */
  public int vendorMax() {
    return Integer.MAX_VALUE;
  }

  /**
   * What is lost when an object goes, or changes in a member that {@link #decides}: a sentence
   * without its full stop.
   *
   * @param isDeleted true if it goes
   * @param profiles how many profiles it concerns, in words: {@code 12 profiles}
   * @param version the version it would have; 0 if it has none
   */
  public abstract String loss(boolean isDeleted, String profiles, int version);

  /** The list in a definition; a missing node if the definition does not have it. */
  public final JsonNode in(JsonNode definition) {
    return definition.at(pointer);
  }

  /** The objects of a definition by what names them, in their order. */
  public final Map<String, ObjectNode> byKey(JsonNode definition) {
    Map<String, ObjectNode> byKey = new LinkedHashMap<>();
    for (JsonNode object : in(definition)) {
      String key = key(object);
      // Tokens alone may share a name.
      for (int other = 2; byKey.containsKey(key); other++) {
        key = key(object) + "#" + other;
      }
      byKey.put(key, (ObjectNode) object);
    }
    return byKey;
  }

  /** Replaces the list in a definition. */
  public final void set(ObjectNode definition, List<ObjectNode> objects) {
    definition.withArray("/" + path).removeAll().addAll(objects);
  }

  /** True if an object can be as it is, seen by itself. */
  public final boolean takes(ObjectNode object) {
    List<Problem> problems = new ArrayList<>();
    parse(new Fields(object, "", problems));
    return problems.isEmpty();
  }

  /** The members that the system sets. */
  public final Set<String> setBySystem() {
    return spec.setBySystem();
  }

  /** Where its list is. */
  @Override
  public final String toString() {
    return path;
  }
}
