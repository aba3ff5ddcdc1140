package dev.traitflow.core.identity;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.json.CallJson;
import dev.traitflow.core.text.Utf8;
import dev.traitflow.core.text.WhiteSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the identifiers an event carries. Built once from the rules of a space. Not thread-safe.
 *
 * <p>Order is part of the answer, since ties between equal priorities are broken by it: ids of the
 * call, {@code traits}, {@code context.traits}, {@code properties}, device and analytics ids of the
 * context, {@code context.externalIds}. An object is parsed only if its bytes may hold an
 * identifier.
 */
public final class IdentifierExtractor {

  /**
   * What an event carries.
   *
   * @param identifiers normalised, not blocked, each once, in extraction order; may be empty
   * @param violations values that are no identifiers: blocked, too long, broken, malformed
   */
  public record Extraction(List<Identifier> identifiers, List<Violation> violations) {}

  /**
   * A key whose value is an identifier of {@code type}; only where a space chose the key may its
   * value be a number.
   */
  private record Key(String name, String type, boolean custom) {}

  // As strict as the parser of calls, and no more: names are the senders' and may collide.
  private static final JsonMapper JSON = new JsonMapper(CallJson.FACTORY.copy());

  private final IdentityRules rules;
  private final List<Key> traitKeys = new ArrayList<>();
  private final List<Key> propertyKeys = new ArrayList<>();
  private final MemberNames traitNames;
  private final MemberNames propertyNames;
  private final MemberNames contextNames;
  private final MemberNames unlinkName = new MemberNames(List.of("unlink"));
  private final MemberTexts traitTexts;
  private final MemberTexts propertyTexts;
  private final Context context;

  /** Finds identifiers by {@code rules}. */
  public IdentifierExtractor(IdentityRules rules) {
    this.rules = rules;
    Key email = new Key("email", Identifier.EMAIL, false);
    traitKeys.add(email);
    if (rules.emailFromProperties()) {
      propertyKeys.add(email);
    }
    for (IdentifierRule rule : rules.identifiers()) {
      if (rule.collection().equals(Identifier.USERS)) {
        for (String name : spellings(rule.customKeys())) {
          traitKeys.add(new Key(name, rule.type(), true));
          propertyKeys.add(new Key(name, rule.type(), true));
        }
      }
    }
    Set<String> names = names(traitKeys);
    traitNames = new MemberNames(names);
    propertyNames = new MemberNames(names(propertyKeys));
    traitTexts = new MemberTexts(names);
    propertyTexts = new MemberTexts(names(propertyKeys));
    context = new Context(new MemberTexts(names));
    names.addAll(List.of("externalIds", "device", "integrations"));
    contextNames = new MemberNames(names);
  }

  /** The identifiers of the event's user. Alias calls and system writes have none. */
  public Extraction extract(Event event) {
    Findings found = new Findings(event.messageId());
    if (event.type() == EventType.ALIAS || event.type() == EventType.WRITE) {
      return found.extraction();
    }
    found.add(Identifier.USER_ID, event.userId());
    found.add(Identifier.ANONYMOUS_ID, event.anonymousId());
    boolean ofUser = event.type() != EventType.GROUP;
    if (!ofUser) {
      found.checkAccount(event.groupId());
    }
    if (ofUser && traitNames.mayBeIn(event.traits())) {
      read(event.traits(), traitTexts::read);
      found.addMembers(traitKeys, traitTexts);
    }
    boolean hasContext = contextNames.mayBeIn(event.context());
    if (hasContext) {
      read(event.context(), context::read);
      found.addMembers(traitKeys, context.traits);
    }
    if (ofUser && propertyNames.mayBeIn(event.properties())) {
      read(event.properties(), propertyTexts::read);
      found.addMembers(propertyKeys, propertyTexts);
    }
    if (hasContext) {
      found.addDevice(context.device);
      found.add("ga_client_id", text(context.analytics().path("clientId")));
      for (JsonNode entry : context.externalIds) {
        found.addExternal(entry);
      }
    }
    return found.extraction();
  }

  /** The parts of a context that may hold identifiers, filled by one streaming pass. */
  private static final class Context {
    private final MemberTexts traits;
    private JsonNode device = MissingNode.getInstance();
    private JsonNode integrations = MissingNode.getInstance();
    private JsonNode externalIds = MissingNode.getInstance();

    Context(MemberTexts traits) {
      this.traits = traits;
    }

    void read(JsonParser json) throws IOException {
      traits.clear();
      device = MissingNode.getInstance();
      integrations = MissingNode.getInstance();
      externalIds = MissingNode.getInstance();
      String name;
      while ((name = json.nextFieldName()) != null) {
        json.nextToken();
        switch (name) {
          case "traits" -> traits.read(json);
          case "device" -> device = JSON.readTree(json);
          case "integrations" -> integrations = JSON.readTree(json);
          case "externalIds" -> externalIds = JSON.readTree(json);
          default -> json.skipChildren();
        }
      }
    }

    JsonNode analytics() {
      return integrations.path("Google Analytics");
    }
  }

  /**
   * The account a group call links its user to; null for any other call, if its id is blank or
   * blocked, and for one with {@code context.unlink}.
   *
   * <p>Known limit: such a call makes no link, but does not take one back either.
   */
  public @Nullable Identifier account(Event event) {
    String groupId = event.groupId();
    if (event.type() != EventType.GROUP || groupId == null) {
      return null;
    }
    Identifier account = account(groupId);
    boolean none =
        account.value().isEmpty()
            || rules.violation(account, event.messageId()) != null
            || unlinks(event);
    return none ? null : account;
  }

  private static Identifier account(String groupId) {
    return new Identifier(
        Identifier.ACCOUNTS, Identifier.GROUP_ID, normalise(Identifier.GROUP_ID, groupId));
  }

  private boolean unlinks(Event event) {
    return unlinkName.mayBeIn(event.context())
        && tree(event.context()).path("unlink").booleanValue();
  }

  /**
   * The value as it is stored and compared: outer white space removed, emails in lower case, U+FFFD
   * for half a surrogate pair. For look-ups too, so that a reader finds what a writer wrote.
   */
  public static String normalise(String type, String value) {
    String stripped = WhiteSpace.strip(Utf8.wellFormed(value));
    return type.equals(Identifier.EMAIL) ? stripped.toLowerCase(Locale.ROOT) : stripped;
  }

  /** Collects identifiers of one event. */
  private final class Findings {
    private final String messageId;
    private final List<Identifier> identifiers = new ArrayList<>(4);
    private List<Violation> violations = List.of();

    Findings(String messageId) {
      this.messageId = messageId;
    }

    void add(String type, @Nullable String raw) {
      if (raw == null) {
        return;
      }
      String value = normalise(type, raw);
      if (value.isEmpty()) {
        return;
      }
      Identifier identifier = Identifier.ofUser(type, value);
      if (isUsable(identifier) && !identifiers.contains(identifier)) {
        identifiers.add(identifier);
      }
    }

    /** The account of a group call is no identifier of its user, but is held against its rule. */
    void checkAccount(@Nullable String groupId) {
      Identifier account = account(groupId == null ? "" : groupId);
      if (!account.value().isEmpty()) {
        isUsable(account);
      }
    }

    /** False if a rule about values keeps it from being an identifier, which is then listed. */
    private boolean isUsable(Identifier identifier) {
      Violation violation = rules.violation(identifier, messageId);
      if (violation != null) {
        violate(violation);
      }
      return violation == null;
    }

    void addMembers(List<Key> keys, MemberTexts members) {
      for (Key key : keys) {
        add(key.type(), members.get(key.name(), key.custom()));
      }
    }

    void addDevice(JsonNode device) {
      String kind = text(device.path("type"));
      String platform = kind == null ? "" : kind.toLowerCase(Locale.ROOT);
      if (!platform.equals("android") && !platform.equals("ios")) {
        return;
      }
      add(platform + ".id", text(device.path("id")));
      if (BooleanNode.TRUE.equals(device.path("adTrackingEnabled"))) {
        add(platform + ".idfa", text(device.path("advertisingId")));
      }
      add(platform + ".push_token", text(device.path("token")));
    }

    void addExternal(JsonNode entry) {
      String id = text(entry.path("id"));
      String type = text(entry.path("type"));
      String collection = text(entry.path("collection"));
      boolean users = Identifier.USERS.equals(collection);
      boolean valid =
          id != null
              && type != null
              && IdentifierRule.isType(type)
              && "none".equals(text(entry.path("encoding")))
              && (users
                  ? !type.equals(Identifier.GROUP_ID)
                  : Identifier.ACCOUNTS.equals(collection));
      if (!valid) {
        violate(
            Violation.ofValue(
                Violation.INVALID_EXTERNAL_ID,
                new Identifier(orEmpty(collection), orEmpty(type), orEmpty(id)),
                messageId,
                "id, type, collection and encoding are required, type in lower case,"
                    + " encoding none"));
      } else if (users) {
        add(orEmpty(type), id);
      }
    }

    Extraction extraction() {
      return new Extraction(identifiers, violations);
    }

    private void violate(Violation violation) {
      if (violations.isEmpty()) {
        violations = new ArrayList<>(2);
      }
      violations.add(violation);
    }
  }

  /** Both spellings of each key beside its own: {@code appId} and {@code app_id}. */
  private static Set<String> spellings(List<String> keys) {
    Set<String> spellings = new LinkedHashSet<>();
    for (String key : keys) {
      spellings.add(key);
      spellings.add(camelCase(key));
      spellings.add(snakeCase(key));
    }
    return spellings;
  }

  private static String camelCase(String key) {
    StringBuilder out = new StringBuilder(key.length());
    boolean upper = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '_' && out.length() > 0) {
        upper = true;
      } else {
        out.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return out.toString();
  }

  private static String snakeCase(String key) {
    StringBuilder out = new StringBuilder(key.length() + 4);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      boolean word = i > 0 && Character.isUpperCase(c);
      if (word && key.charAt(i - 1) != '_' && !Character.isUpperCase(key.charAt(i - 1))) {
        out.append('_');
      }
      out.append(Character.toLowerCase(c));
    }
    return out.toString();
  }

  private static Set<String> names(List<Key> keys) {
    Set<String> names = new LinkedHashSet<>();
    keys.forEach(key -> names.add(key.name()));
    return names;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? Utf8.wellFormed(node.textValue()) : null;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Takes what it looks for out of a JSON object, whose start was read. */
  private interface Reading {
    void of(JsonParser json) throws IOException;
  }

  private static void read(byte[] object, Reading reading) {
    try (JsonParser json = JSON.createParser(object)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        reading.of(json);
      }
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  private static UncheckedIOException notJson(IOException cause) {
    return new UncheckedIOException(
        "event: its objects are not JSON (expected a parsed call)", cause);
  }
}
