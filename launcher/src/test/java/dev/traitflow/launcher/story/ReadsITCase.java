package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server answers from histories, over HTTP and the command line, beside what the job
 * computed of the same events.
 */
class ReadsITCase {
  private static final List<String> DEFINITIONS =
      List.of(
          "{'key':'t0','type':'event_counter','event':'Order'}",
          "{'key':'t1','type':'event_counter','event':'Order','window':{'within':'3 d'}}",
          "{'key':'t2','type':'aggregation','aggregation':'sum','event':'Order','property':'total',"
              + "'conditions':{'all':[{'property':'total','op':'greater_than','value':2}]}}",
          "{'key':'t3','type':'aggregation','aggregation':'min','event':'Order',"
              + "'property':'total','window':{'between':['1 d','4 d']}}",
          "{'key':'t4','type':'most_frequent','event':'Order','property':'color'}",
          "{'key':'t5','type':'unique_list','event':'Order','property':'color',"
              + "'window':{'session':'30 h'}}",
          "{'key':'t6','type':'last','event':'Order','property':'color'}");

  /** Of each user of the space the value of a trait, as the job computed it. */
  private static Map<String, String> values(Story story, String key) throws Exception {
    String lines =
        story.instance().admin("GET", "/admin/export?space=" + story.space(), null).text();
    Map<String, String> values = new TreeMap<>();
    for (String line : lines.lines().toList()) {
      JsonNode profile = Story.json(line);
      if (profile.path("traits").has(key)) {
        values.put(
            profile.path("segment_id").asText(), profile.path("traits").path(key).toString());
      }
    }
    return values;
  }

  @Test
  @Tag("T-29")
  void previewEqualsResult() throws Exception {
    Story story = new Story();
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 60; i++) {
      ObjectNode call = calls.addObject();
      call.put("type", "track").put("event", i % 7 == 0 ? "Visit" : "Order");
      call.put("userId", "u" + i % 15).put("messageId", story.space() + "-b" + i);
      call.put("timestamp", story.after(Duration.ofHours(i * 37 % 160)).toString());
      ObjectNode properties = call.putObject("properties");
      properties.put("total", i * 7 % 11 / 2.0).put("color", "color" + i % 3);
    }
    story.batch(calls);
    story.moveTo(Duration.ofDays(5));

    for (int i = 0; i < DEFINITIONS.size(); i++) {
      String key = "t" + i;
      JsonNode preview = story.config("POST", "/traits/preview", DEFINITIONS.get(i)).expect(200);
      JsonNode plan = story.config("POST", "/traits/plan", DEFINITIONS.get(i)).expect(200);
      Map<String, String> previewed = new TreeMap<>();
      for (JsonNode one : preview.path("sample")) {
        previewed.put(one.path("segment_id").asText(), one.path("value").toString());
      }
      story.trait(DEFINITIONS.get(i));
      assertThat(previewed).as(key).isNotEmpty().isEqualTo(values(story, key));
      assertThat(preview.path("total").asInt()).as(key).isEqualTo(previewed.size());
      assertThat(plan.path("action").asText()).as(key).isEqualTo("create");
      assertThat(plan.path("added").asInt()).as(key).isEqualTo(previewed.size());
    }
    String edited = DEFINITIONS.get(0).replace("}", ",'conditions':{'all':[]}}");
    JsonNode plan = story.config("POST", "/traits/plan", edited).expect(200);
    assertThat(plan.path("action").asText()).isEqualTo("edit");
    assertThat(plan.path("unchanged").asInt()).isEqualTo(values(story, "t0").size());
    assertThat(plan.path("sample")).isEmpty();
  }

  @Test
  @Tag("T-30")
  void previewShowsASampleAndWarnsOfNobody() {
    Story story = new Story();
    for (int i = 0; i < 25; i++) {
      story.track("u" + i, "Login", "{}");
    }
    story.flush();

    JsonNode preview =
        story
            .config("POST", "/traits/preview", "{'type':'event_counter','event':'Login'}")
            .expect(200);
    assertThat(preview.path("total").asInt()).isEqualTo(25);
    assertThat(preview.path("sample")).hasSize(20);
    assertThat(preview.path("sample").path(0).path("value").asInt()).isEqualTo(1);
    assertThat(preview.path("sample").findValuesAsText("segment_id")).isSorted();
    assertThat(preview.has("warning")).isFalse();

    JsonNode nobody =
        story
            .config("POST", "/traits/preview", "{'type':'event_counter','event':'Logn'}")
            .expect(200);
    assertThat(nobody.path("total").asInt()).isZero();
    assertThat(nobody.path("warning").asText()).contains("no stored event is called 'Logn'");
    assertThat(story.config("POST", "/traits/preview", "{'type':'x'}").status()).isEqualTo(400);
  }

  @Test
  @Tag("T-39")
  void csvInThreeFormats() {
    Story story = new Story("{'traits':[{'key':'logins','type':'event_counter','event':'Login'}]}");
    story.identify("u1", "{'email':'a@x.io'}");
    story.identify("u1", "{'email':'b@x.io'}");
    story.track("u1", "Login", "{}");
    story.identify("u2", "{'plan':'pro'}");
    story.flush();
    String path = "/config/spaces/" + story.space() + "/traits/logins/csv?format=";

    List<String> a = story.instance().admin("GET", path + "a", null).text().lines().toList();
    assertThat(a).hasSize(2);
    assertThat(a.get(0)).isEqualTo("key,value,external_ids");
    assertThat(a.get(1))
        .startsWith("use_")
        .endsWith(
            ",1,\"{\"\"email\"\":[\"\"a@x.io\"\",\"\"b@x.io\"\"],"
                + "\"\"user_id\"\":[\"\"u1\"\"]}\"");
    List<String> b = story.instance().admin("GET", path + "b", null).text().lines().toList();
    assertThat(b.get(0)).isEqualTo("key,value,external_ids,email,email_1,user_id");
    assertThat(b.get(1)).startsWith(a.get(1)).endsWith(",a@x.io,b@x.io,u1");
    List<String> c = story.instance().admin("GET", path + "c", null).text().lines().toList();
    assertThat(c)
        .containsExactly(
            "key,value,external_ids,email,user_id", a.get(1) + ",a@x.io,u1", a.get(1) + ",b@x.io,");
  }

  @Test
  @Tag("T-45")
  void whyListsTheCountedEvents(@TempDir Path directory) {
    Story story =
        new Story(
            "{'traits':[{'key':'spend','type':'aggregation','aggregation':'sum','event':'Order',"
                + "'property':'total','window':{'within':'7 d'},'conditions':{'all':["
                + "{'property':'currency','op':'equals','value':'EUR'}]}}]}");
    story.track("u1", "Order", "{'total':9,'currency':'EUR'}");
    story.moveTo(Duration.ofDays(8));
    story.track("u1", "Order", "{'total':2.5,'currency':'EUR'}", story.after(Duration.ofDays(6)));
    story.track("u1", "Order", "{'total':'x','currency':'EUR'}", story.after(Duration.ofDays(6)));
    story.track("u1", "Order", "{'total':3,'currency':'USD'}", story.after(Duration.ofDays(7)));
    story.track("u1", "Order", "{'total':4,'currency':'EUR'}", story.after(Duration.ofDays(9)));
    story.flush();

    JsonNode why = story.profile("user_id:u1", "traits/spend/why").expect(200);
    assertThat(why.path("value").toString()).isEqualTo(story.value("u1", "spend"));
    assertThat(why.path("value").asText()).isEqualTo("2.5");
    assertThat(why.path("as_of").asText())
        .isEqualTo(story.after(Duration.ofDays(8)).toString().replace("Z", ".000Z"));
    assertThat(why.at("/definition/version").asInt()).isEqualTo(1);
    assertThat(why.at("/counted/total").asInt()).isEqualTo(1);
    assertThat(why.at("/counted/events/0/values").toString()).isEqualTo("[2.5]");
    assertThat(why.at("/not_counted/reasons").toString())
        .isEqualTo("{\"condition\":1,\"property_not_numeric\":1,\"future\":1,\"before_window\":1}");
    assertThat(why.at("/not_counted/events/1/condition/property").asText()).isEqualTo("currency");
    assertThat(story.profile("user_id:u1", "traits/none/why").status()).isEqualTo(404);

    String shown =
        story
            .instance()
            .command(directory, "profile", "why", "user_id:u1", "spend", "--space", story.space());
    assertThat(shown)
        .startsWith("spend = 2.5 as of ")
        .contains("counted: 1 event\n", "not counted: 4 events\n")
        .contains("condition: currency equals \"EUR\", found \"USD\"");
    String json =
        story
            .instance()
            .command(
                directory,
                "profile",
                "why",
                "user_id:u1",
                "spend",
                "--json",
                "--space",
                story.space());
    assertThat(Story.json(json)).isEqualTo(why);
  }

  @Test
  void readsTheValuesOfThePast(@TempDir Path directory) {
    Story story =
        new Story(
            "{'traits':[{'key':'week','type':'event_counter','event':'E','window':{'within':'7"
                + " d'}},{'key':'all','type':'event_counter','event':'E'}]}");
    story.track("u1", "E", "{}");
    story.moveTo(Duration.ofDays(5));
    story.track("u1", "E", "{}", story.after(Duration.ofDays(5)));
    story.send(
        "identify",
        Story.json("{'userId':'u1','traits':{'plan':'pro'}}"),
        story.after(Duration.ofDays(5)));
    story.moveTo(Duration.ofDays(9));
    story.track("u1", "E", "{}", story.after(Duration.ofDays(2)));
    story.flush();

    assertThat(story.traits("u1").toString()).isEqualTo("{\"all\":3,\"plan\":\"pro\",\"week\":1}");
    assertThat(past(story, Duration.ofDays(1), "")).isEqualTo("{\"all\":1,\"week\":1}");
    assertThat(past(story, Duration.ofDays(3), "")).isEqualTo("{\"all\":2,\"week\":2}");
    assertThat(past(story, Duration.ofDays(3), "&known=true")).isEqualTo("{\"all\":1,\"week\":1}");
    assertThat(past(story, Duration.ofDays(8), ""))
        .isEqualTo("{\"all\":3,\"plan\":\"pro\",\"week\":2}");
    assertThat(past(story, Duration.ofDays(9), "")).isEqualTo(story.traits("u1").toString());
    assertThat(story.profile("user_id:u1", "traits?as_of=soon").status()).isEqualTo(400);

    String json =
        story
            .instance()
            .command(
                directory,
                "profile",
                "get",
                "user_id:u1",
                "--as-of",
                story.after(Duration.ofDays(3)).toString(),
                "--json",
                "--space",
                story.space());
    JsonNode profile = Story.json(json);
    assertThat(profile.path("traits").toString()).isEqualTo("{\"all\":2,\"week\":2}");
    assertThat(profile.path("external_ids").toString()).isEqualTo("{\"user_id\":[\"u1\"]}");
  }

  private static String past(Story story, Duration afterStart, String more) {
    return story
        .profile("user_id:u1", "traits?as_of=" + story.after(afterStart) + more)
        .expect(200)
        .path("traits")
        .toString();
  }

  @Test
  void plansAndAppliesASpaceFile(@TempDir Path directory) throws Exception {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login'},"
                + "{'key':'old','type':'event_counter','event':'Old'}]}");
    story.track("u1", "Login", "{}");
    story.track("u1", "Logout", "{}");
    story.flush();
    JsonNode definition =
        story.instance().admin("GET", "/config/spaces/" + story.space(), null).expect(200);
    ObjectNode wanted = definition.deepCopy();
    ArrayNode traits = wanted.putArray("traits");
    traits.add(definition.path("traits").path(0));
    traits.add(Story.json("{'key':'logouts','type':'event_counter','event':'Logout'}"));
    Path file = directory.resolve("space.yaml");
    Files.writeString(file, wanted.toString());

    String plan = story.instance().command(directory, "plan", file.toString());
    assertThat(plan.lines().toList())
        .startsWith(
            "space " + story.space() + ": edit",
            "create logouts: 1 added, 0 changed, 0" + " removed, 0 unchanged")
        .contains("delete old: 0 profiles keep it as a custom trait");
    JsonNode planned =
        Story.json(story.instance().command(directory, "plan", "--json", file.toString()));
    assertThat(planned.at("/traits/1/sample/0/after").asInt()).isEqualTo(1);
    assertThat(planned.path("events_to_read").asInt()).isEqualTo(2);

    String applied = story.instance().command(directory, "apply", "--yes", file.toString());
    assertThat(applied.lines().toList())
        .containsExactly(
            "space " + story.space() + ": edit",
            "create logouts",
            "delete old: 0 profiles keep it as a custom trait",
            "  lost: the values of 0 profiles stay as custom traits and are computed no more; its"
                + " key is taken until a file names it or restore=true brings it back");
    String again = story.instance().command(directory, "apply", file.toString());
    assertThat(again).contains("nothing to do");
  }
}
