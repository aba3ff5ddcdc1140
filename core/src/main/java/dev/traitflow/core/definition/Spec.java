package dev.traitflow.core.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one object of a definition may have: its members with their types, defaults and
 * documentation. The JSON Schema, the reference page and forms are made of it, so that none of them
 * is kept by hand; the reader of the object asks for the same members, which is tested.
 */
public final class Spec {
  /** Which members of an object exclude or need each other. */
  private enum Rule {
    AT_LEAST_ONE_OF,
    EXACTLY_ONE_OF,
    EXACTLY_ONE_MEMBER,
    NONE
  }

  private final String name;
  private final String summary;
  private final Rule rule;
  private final List<String> ruled;
  private final Map<String, Member> members;
  private final Set<String> secrets;
  private final Set<String> setBySystem;

  private Spec(
      String name, String summary, Rule rule, List<String> ruled, Map<String, Member> members) {
    this.name = name;
    this.summary = summary;
    this.rule = rule;
    this.ruled = ruled;
    this.members = members;
    this.secrets = named(Member::isSecret);
    this.setBySystem = named(Member::isSetBySystem);
  }

  /**
   * An object.
   *
   * @param name names it in the schema, such as {@code trait}
   * @param summary what it is, one sentence
   * @param members its members in the order in which they are documented
   */
  public static Spec of(String name, String summary, Member... members) {
    Map<String, Member> byName = new LinkedHashMap<>();
    for (Member member : members) {
      if (byName.put(member.name(), member) != null) {
        throw new IllegalArgumentException("spec: " + name + " has " + member.name() + " twice");
      }
    }
    return new Spec(name, summary, Rule.NONE, List.of(), byName);
  }

  /** The same, and one of these members at least must be there. */
  public Spec atLeastOneOf(String... names) {
    return new Spec(name, summary, Rule.AT_LEAST_ONE_OF, List.of(names), members);
  }

  /** The same, and exactly one of these members must be there. */
  public Spec exactlyOneOf(String... names) {
    return new Spec(name, summary, Rule.EXACTLY_ONE_OF, List.of(names), members);
  }

  /** The same, and exactly one of its members must be there. */
  public Spec exactlyOneMember() {
    return new Spec(name, summary, Rule.EXACTLY_ONE_MEMBER, List.of(), members);
  }

  /** Names the object in the schema. */
  public String name() {
    return name;
  }

  /** What the object is, one sentence. */
  public String summary() {
    return summary;
  }

  /** Which members exclude or need each other, as a sentence; empty if none do. */
  public String rule() {
    String names = String.join(", ", ruled);
    return switch (rule) {
      case AT_LEAST_ONE_OF -> "At least one of these must be there: " + names + ".";
      case EXACTLY_ONE_OF -> "Exactly one of these must be there: " + names + ".";
      case EXACTLY_ONE_MEMBER -> "Exactly one member must be there.";
      case NONE -> "";
    };
  }

  /** The members in the order in which they are documented. */
  public List<Member> members() {
    return List.copyOf(members.values());
  }

  /** The member of that name. */
  public Optional<Member> member(String member) {
    return Optional.ofNullable(members.get(member));
  }

  /** The names of the members that hold secrets. */
  public Set<String> secrets() {
    return secrets;
  }

  /** The names of the members that the system sets. */
  public Set<String> setBySystem() {
    return setBySystem;
  }

  private Set<String> named(Predicate<Member> wanted) {
    Set<String> names = new TreeSet<>();
    for (Member member : members.values()) {
      if (wanted.test(member)) {
        names.add(member.name());
      }
    }
    return Collections.unmodifiableSet(names);
  }

  /** Adds this object and all that its members hold, by their names, in the order met. */
  public void addTo(Map<String, Spec> all) {
    if (all.putIfAbsent(name, this) == null) {
      for (Member member : members.values()) {
        member.type().objects().forEach(spec -> spec.addTo(all));
      }
    }
  }

  /** The JSON Schema (2020-12) of the object; others are referred to as {@code #/$defs/NAME}. */
  public ObjectNode schema() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("type", "object").put("description", summary);
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    for (Member member : members.values()) {
      properties.set(member.name(), member.schema());
      if (member.isRequired()) {
        required.add(member.name());
      }
    }
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    switch (rule) {
      case AT_LEAST_ONE_OF -> require(schema.putArray("anyOf"));
      case EXACTLY_ONE_OF -> require(schema.putArray("oneOf"));
      case EXACTLY_ONE_MEMBER -> schema.put("minProperties", 1).put("maxProperties", 1);
      case NONE -> {}
    }
    return schema;
  }

  private void require(ArrayNode choices) {
    ruled.forEach(member -> choices.addObject().putArray("required").add(member));
  }

  /** The name of the object. */
  @Override
  public String toString() {
    return name;
  }

  /**
   * A member that may be missing.
   *
   * @param name its name
   * @param type which values it takes
   * @param documentation what it means: sentences
   */
  public static Member member(String name, Type type, String documentation) {
    return new Member(name, type, documentation, Set.of(), null);
  }

  /** A member that the system sets; one in a file is ignored. */
  public static Member setBySystem(String name, Type type) {
    return new Member(
        name, type, "Set by the system; ignored in a file.", Set.of(Flag.SET_BY_SYSTEM), null);
  }

  /** A member whose name is taken for what a later version will have. */
  public static Member later(String name) {
    return new Member(name, Type.any(), "Not supported yet.", Set.of(Flag.LATER), null);
  }

  /** What is special about a member. */
  private enum Flag {
    REQUIRED,
    SECRET,
    SET_BY_SYSTEM,
    LATER
  }

  /** One member of an object. */
  public static final class Member {
    private final String name;
    private final Type type;
    private final String documentation;
    private final Set<Flag> flags;
    private final @Nullable JsonNode fallback;

    private Member(
        String name,
        Type type,
        String documentation,
        Set<Flag> flags,
        @Nullable JsonNode fallback) {
      this.name = name;
      this.type = type;
      this.documentation = documentation;
      this.flags = flags;
      this.fallback = fallback;
    }

    /** The same as one that must be there. */
    public Member required() {
      return with(Flag.REQUIRED);
    }

    /** The same as one that holds a secret. */
    public Member secret() {
      return with(Flag.SECRET);
    }

    private Member with(Flag flag) {
      Set<Flag> more = new TreeSet<>(flags);
      more.add(flag);
      return new Member(name, type, documentation, more, fallback);
    }

    /** The same with the value it has if it is missing. */
    public Member byDefault(String value) {
      return byDefault(JsonNodeFactory.instance.textNode(value));
    }

    /** The same with the value it has if it is missing. */
    public Member byDefault(boolean value) {
      return byDefault(JsonNodeFactory.instance.booleanNode(value));
    }

    /** The same with the value it has if it is missing. */
    public Member byDefault(int value) {
      return byDefault(JsonNodeFactory.instance.numberNode(value));
    }

    private Member byDefault(JsonNode value) {
      return new Member(name, type, documentation, flags, value);
    }

    /** Its name. */
    public String name() {
      return name;
    }

    /** Which values it takes. */
    public Type type() {
      return type;
    }

    /** What it means: sentences. */
    public String documentation() {
      return documentation;
    }

    /** The value it has if it is missing; null if it has none, or one that follows from others. */
    public @Nullable JsonNode fallback() {
      return fallback;
    }

    /** True if the object must have it. */
    public boolean isRequired() {
      return flags.contains(Flag.REQUIRED);
    }

    /** True if it holds a secret: it is kept as a hash and never shown. */
    public boolean isSecret() {
      return flags.contains(Flag.SECRET);
    }

    /** True if the system sets it. */
    public boolean isSetBySystem() {
      return flags.contains(Flag.SET_BY_SYSTEM);
    }

    private ObjectNode schema() {
      ObjectNode schema = type.schema();
      if (schema.has("$ref")) {
        return schema;
      }
      schema.put("description", documentation);
      if (fallback != null) {
        schema.set("default", fallback);
      }
      if (isSetBySystem() || flags.contains(Flag.LATER)) {
        schema.put("readOnly", true);
      }
      if (isSecret()) {
        schema.put("writeOnly", true);
      }
      return schema;
    }
  }
}
