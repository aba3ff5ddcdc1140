package dev.traitflow.sql;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small shop in the topics, as the jobs would leave it: Ada has two devices that were merged, Bob
 * buys in euros, Cyd was merged into Bob and taken out again, Dan asked to be erased. It is
 * midnight at the end of June 29, 2025.
 */
final class ShopTopics {
  static final String SPACE = "spa_shop";
  static final Instant NOW = Instant.parse("2025-06-30T00:00:00Z");

  private final TestBroker broker;

  private ShopTopics(TestBroker broker) {
    this.broker = broker;
  }

  static void fill(TestBroker broker) {
    ShopTopics shop = new ShopTopics(broker);
    shop.mark();
    shop.events();
    shop.identifiers();
    shop.changes();
    shop.rejected();
    shop.mark();
    broker.flush();
  }

  /** Someone views a product in another space, now. */
  static void view(TestBroker broker, String space, String messageId) {
    ResolvedEvent event = event(space, "eve", messageId, "Product Viewed", NOW, "");
    byte[] value = ResolvedEvent.CODEC.encode(event);
    broker.send(Topics.PROFILE_EVENTS, "eve", event.topicKey(), value);
    broker.flush();
  }

  private void events() {
    order("ada", "o1", "2025-01-10T10:00:00Z", "\"revenue\":100", product("books", "50", 2));
    order("phone", "o2", "2025-05-01T10:00:00Z", "\"revenue\":30", product("shoes", "10", 3));
    String two = product("books", "20.25", 2) + "," + product("shoes", "5", 1);
    order("ada", "o3", "2025-06-20T12:00:00Z", "\"revenue\":45.50", two);
    order("ada", "o3", "2025-06-20T12:00:00Z", "\"revenue\":45.50", two);
    String tie = product("toys", "5", 1) + ",{\"category\":\"games\",\"price\":5}";
    String euros = ",\"currency\":\"EUR\"";
    order("bob", "b1", "2025-06-29T23:00:00Z", "\"revenue\":20" + euros, "");
    order("bob", "b2", "2025-05-02T10:00:00Z", "\"revenue\":5" + euros, tie);
    track("ada", "r1", "Order Refunded", "2025-02-01T00:00:00Z", "{\"order_id\":\"o1\"}");
    track("ada", "r2", "Order Refunded", "2025-02-02T00:00:00Z", "{\"order_id\":\"o1\"}");
    track("ada", "r3", "Order Refunded", "2025-02-03T00:00:00Z", "{\"order_id\":\"zz\"}");
    track("cyd", "v1", "Product Viewed", NOW.toString(), "");
    order("dan", "d1", "2025-06-01T00:00:00Z", "\"revenue\":999", product("books", "999", 1));
    erase(Topics.PROFILE_EVENTS, "dan", event(SPACE, "dan", "m-d1", "", NOW, "").topicKey());
    broker.send(Topics.PROFILE_EVENTS, "ada", new byte[] {1, 9}, new byte[] {1, 2, 'x'});
  }

  private void identifiers() {
    map(1, "user_id", "ada", "ada");
    map(2, "email", "ada@example.com", "ada");
    map(3, "anonymous_id", "a-1", "phone");
    map(4, "user_id", "bob", "bob");
    map(5, "email", "shared@example.com", "cyd");
    map(6, "anonymous_id", "c-1", "cyd");
    map(9, "email", "shared@example.com", "bob");
    map(5, "email", "shared@example.com", "cyd");
    map(7, "user_id", "dan", "dan");
    erase(Topics.IDENTIFIERS, "dan", mapped(7, "user_id", "dan", "dan").topicKey());
    merge(10, "phone", "ada");
    merge(20, "cyd", "bob");
    merge(25, "cyd", "cyd");
  }

  private void changes() {
    change("ada", 1, value("orders", TraitClass.COMPUTED, "2"));
    change("ada", 1, value("vip", TraitClass.AUDIENCE, "true"));
    change("phone", 1, value("orders", TraitClass.COMPUTED, "1"));
    change("ada", 2, value("orders", TraitClass.COMPUTED, "3"));
    change("ada", 1, value("orders", TraitClass.COMPUTED, "2"));
    change("ada", 2, value("vip", TraitClass.AUDIENCE, null));
    change("ada", 2, new ProfileChange.Absorbed("phone", 10));
    change("bob", 1, value("email", TraitClass.CUSTOM, "\"bob@example.com\""));
    change("bob", 1, new ProfileChange.Absorbed("cyd", 20));
    change("cyd", 1, value("churn", TraitClass.PREDICTION, "0.25"));
    change("dan", 1, value("orders", TraitClass.COMPUTED, "1"));
    erase(
        Topics.PROFILE_CHANGES,
        "dan",
        profileChange("dan", 1, value("orders", TraitClass.COMPUTED, "1")).topicKey());
  }

  private void rejected() {
    RejectedCall call =
        new RejectedCall(
            SPACE,
            "web",
            40,
            "",
            0,
            NOW.toEpochMilli(),
            DiscardReason.NO_USER_ANON_ID,
            "call: got neither userId nor anonymousId (expected one of them)",
            "{\"type\":\"track\"}".getBytes(StandardCharsets.UTF_8));
    broker.send(Topics.REJECTED, "web", call.topicKey(), RejectedCall.CODEC.encode(call));
  }

  private void mark() {
    Marker marker = new Marker("fold", 0, 1, 1, 3, NOW.toEpochMilli(), Map.of("accepted", 7L));
    for (Topics.Spec topic : Topics.ALL) {
      broker.send(topic.name(), "ada", marker.topicKey(), Marker.CODEC.encode(marker));
      broker.send(topic.name(), "bob", marker.topicKey(), Marker.CODEC.encode(marker));
    }
  }

  private void order(String profile, String id, String at, String fields, String products) {
    String properties =
        "{\"order_id\":\"%s\",%s,\"products\":[%s]}".formatted(id, fields, products);
    track(profile, "m-" + id, "Order Completed", at, properties);
  }

  private void track(String profile, String messageId, String name, String at, String properties) {
    ResolvedEvent event = event(SPACE, profile, messageId, name, Instant.parse(at), properties);
    byte[] value = ResolvedEvent.CODEC.encode(event);
    broker.send(Topics.PROFILE_EVENTS, profile, event.topicKey(), value);
  }

  private static ResolvedEvent event(
      String space, String profile, String messageId, String name, Instant at, String properties) {
    Event event =
        new Event(
            EventType.TRACK,
            messageId,
            at.toEpochMilli(),
            at.toEpochMilli(),
            "web",
            name,
            profile,
            null,
            null,
            null,
            null,
            null,
            properties.getBytes(StandardCharsets.UTF_8),
            Event.NONE,
            Event.NONE);
    return new ResolvedEvent(
        space, profile, 1, event, List.of(Identifier.ofUser(Identifier.USER_ID, profile)));
  }

  private static String product(String category, String price, int quantity) {
    return "{\"category\":\"%s\",\"price\":%s,\"quantity\":%d}"
        .formatted(category, price, quantity);
  }

  private void map(long sequence, String type, String id, String profile) {
    identity(mapped(sequence, type, id, profile));
  }

  private static IdentityChange mapped(long sequence, String type, String id, String profile) {
    return new IdentityChange(
        SPACE,
        sequence,
        new IdentityChange.Mapped(
            Identifier.ofUser(type, id), profile, NOW.toEpochMilli(), "m-" + sequence, "web"));
  }

  private void merge(long sequence, String profile, String canonical) {
    identity(
        new IdentityChange(
            SPACE,
            sequence,
            new IdentityChange.MergedInto(
                profile, canonical, NOW.toEpochMilli(), "m-" + sequence)));
  }

  private void identity(IdentityChange change) {
    byte[] value = IdentityChange.CODEC.encode(change);
    // One partition for all, as records of one key must share one.
    broker.send(Topics.IDENTIFIERS, "dan", change.topicKey(), value);
  }

  private void change(String profile, long attempt, ProfileChange.Body body) {
    ProfileChange change = profileChange(profile, attempt, body);
    byte[] value = ProfileChange.CODEC.encode(change);
    broker.send(Topics.PROFILE_CHANGES, profile, change.topicKey(), value);
  }

  private static ProfileChange profileChange(
      String profile, long attempt, ProfileChange.Body body) {
    return new ProfileChange(SPACE, profile, attempt, NOW.toEpochMilli(), body);
  }

  private static ProfileChange.Value value(String key, TraitClass kind, @Nullable String json) {
    byte[] bytes = json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    return new ProfileChange.Value(new TraitValue(key, kind, bytes, 1, NOW.toEpochMilli(), ""));
  }

  private void erase(String topic, String profile, byte[] key) {
    broker.send(topic, profile, key, null);
  }
}
