package dev.traitflow.bench.job;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A collection that grows with one profile: what fills it, and the event that is then timed. */
@SuppressWarnings("ImmutableEnumChecker") // made by List.of
public enum Collected {
  /** Distinct keys that identify calls set. */
  CUSTOM_KEYS("custom trait keys", List.of(10, 1_000, 10_000)),
  /** Identifiers of one profile; no more are mapped to it. */
  IDENTIFIERS("identifiers", List.of(10, 100, 1_000)),
  /** Accounts one user belongs to; each gets the user's events. */
  LINKS("accounts of a user", List.of(10, 100, 1_000)),
  /** Users of one account, one of whom acts. */
  ACCOUNT_USERS("users of an account", List.of(10, 1_000, 10_000)),
  /** Audiences of the space, all of which the profile is in. */
  MEMBERSHIPS("memberships", List.of(10, 100, 1_000)),
  /** Distinct names of events in one history. */
  EVENT_NAMES("event names", List.of(10, 1_000, 10_000)),
  /** Distinct values of a property that a trait lists. */
  VALUES("values a trait lists", List.of(10, 1_000, 10_000));

  private static final int KEYS_A_CALL = 250;

  private final String title;
  private final List<Integer> sizes;

  Collected(String title, List<Integer> sizes) {
    this.title = title;
    this.sizes = sizes;
  }

  /** What it is called in a table. */
  public String title() {
    return title;
  }

  /** How large it is made, one after the other. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** True if an event's cost is not to grow with it. */
  public boolean isFlat() {
    return this != LINKS && this != MEMBERSHIPS && this != VALUES;
  }

  /** The definition of a space whose profile gets so many. */
  String space(int size) {
    List<String> traits = new ArrayList<>();
    traits.add(Definitions.trait(0, "views", "\"type\":\"event_counter\",\"event\":\"View\"", ""));
    if (this == VALUES) {
      String listed = "\"type\":\"unique_list\",\"event\":\"View\",\"property\":\"value\"";
      traits.add(Definitions.trait(1, "listed", listed, ""));
    }
    StringJoiner audiences = new StringJoiner(",", ",\"audiences\":[", "]");
    for (int i = 0; this == MEMBERSHIPS && i < size; i++) {
      audiences.add(
          "{\"key\":\"a"
              + i
              + "\",\"name\":\"A "
              + i
              + "\",\"root\":{\"all\":[{\"trait\":\"views\",\"op\":\"exists\"}]}}");
    }
    String identity =
        ",\"identity\":{\"identifiers\":[{\"type\":\"anonymous_id\",\"limit\":1000}]}}";
    String json = Definitions.space(traits);
    return json.substring(0, json.length() - 1) + audiences + identity;
  }

  /** How many calls fill it. */
  int calls(int size) {
    return this == CUSTOM_KEYS ? (size + KEYS_A_CALL - 1) / KEYS_A_CALL : size;
  }

  /** The members of a call that fills it, from 0, with its type. */
  String filling(int call, int size) {
    return switch (this) {
      case CUSTOM_KEYS -> {
        StringJoiner traits = new StringJoiner(",", "{", "}");
        int from = call * KEYS_A_CALL;
        for (int key = from; key < Math.min(size, from + KEYS_A_CALL); key++) {
          traits.add("\"key_" + key + "\":\"value " + key + "\"");
        }
        yield "\"type\":\"identify\",\"userId\":\"u\",\"traits\":" + traits;
      }
      case IDENTIFIERS -> view("u", 0) + ",\"anonymousId\":\"a" + call + "\"";
      case LINKS -> "\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"g" + call + "\"";
      case ACCOUNT_USERS ->
          "\"type\":\"group\",\"userId\":\"" + user(call) + "\",\"groupId\":\"g\"";
      case MEMBERSHIPS -> view("u", 0);
      case EVENT_NAMES -> "\"type\":\"track\",\"userId\":\"u\",\"event\":\"Event " + call + "\"";
      case VALUES -> view("u", call);
    };
  }

  /** The members of the call that is timed. */
  String timed(int number) {
    return this == CUSTOM_KEYS
        ? "\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"key_1\":" + number + "}"
        : view("u", 0);
  }

  private static String user(int number) {
    return number == 0 ? "u" : "u" + number;
  }

  private static String view(String user, int value) {
    return "\"type\":\"track\",\"userId\":\""
        + user
        + "\",\"event\":\"View\",\"properties\":{\"value\":\"value "
        + value
        + "\"}";
  }
}
