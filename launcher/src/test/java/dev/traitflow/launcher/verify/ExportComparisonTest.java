package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison that finds nothing is worth only what it would have found. */
class ExportComparisonTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder = Path.of("");

  @Test
  void findsNothingWhereAllIsEqualByValue() throws Exception {
    ExportComparison.Report report =
        compare(
            profile("{'n':1.50,'l':['a',2],'o':{'x':0}}", "user_id:u", "email:e"),
            "{'user_id':['u'],'email':['e']}",
            "{'o':{'x':0.0},'n':1.5,'l':['a',2],'churn_score':3}");
    assertThat(report.toString()).isEqualTo("1 profiles, 3 values, 0 differences");
  }

  @Test
  void findsOtherMissingAndSuperfluousValues() throws Exception {
    ExportComparison.Report report =
        compare(
            profile("{'a':1,'b':'1','c':[1],'d':0}", "user_id:u"),
            "{'user_id':['u']}",
            "{'a':1.01,'b':1,'c':[1,1],'e':false}");
    assertThat(report.shown())
        .containsExactly(
            "user_id:u a: got 1.01 (expected 1)",
            "user_id:u b: got 1 (expected \"1\")",
            "user_id:u c: got [1,1] (expected [1])",
            "user_id:u d: got none (expected 0)",
            "user_id:u e: got false (expected none)");
  }

  @Test
  void findsOtherIdentifiersAndProfiles() throws Exception {
    assertThat(compare(profile("{}", "user_id:u", "email:e"), "{'user_id':['u']}", "{}").shown())
        .containsExactly("user_id:u identifiers: got [user_id:u] (expected [email:e, user_id:u])");
    assertThat(compare(profile("{}", "user_id:u"), "{'user_id':['v']}", "{}").shown())
        .containsExactly(
            "user_id:v profile: got there (expected none)",
            "user_id:u profile: got none (expected there)");
  }

  private ExportComparison.Report compare(NaiveProfile expected, String ids, String traits)
      throws IOException {
    String line =
        "{'segment_id':'s','collection':'users','external_ids':%s,'traits':%s}"
            .formatted(ids, traits)
            .replace('\'', '"');
    Path export = Files.writeString(folder.resolve("export.ndjson"), line + "\n");
    return ExportComparison.compare(List.of(expected), export, key -> key.startsWith("churn"));
  }

  private static NaiveProfile profile(String traits, String... identifiers) throws IOException {
    Map<String, JsonNode> values = new TreeMap<>();
    JSON.readTree(traits.replace('\'', '"'))
        .properties()
        .forEach(trait -> values.put(trait.getKey(), trait.getValue()));
    return new NaiveProfile("users", new TreeSet<>(List.of(identifiers)), values);
  }
}
