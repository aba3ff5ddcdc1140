package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.traitflow.core.audience.AudienceExamples;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.profile.TraitExamples;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.space.SpaceReference;
import dev.traitflow.core.space.SpaceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kinds say of their members is what the readers read, and what the documents say. */
class SpaceSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNKNOWN = "zzzzzzzzzzzzzzzzzzzzzzzz";
  private static final Pattern KNOWN = Pattern.compile("expected one of (.*)\\)");
  private static final Path DOCS = Path.of("..", "docs");

  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SpaceSpec.schema());

  /** A definition with an object at some place, an unknown key in it, and the schema's parts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{?} | ",
        "{'sources':[{?}]} | source",
        "{'sources':[{'settings':{?}}]} | source_settings",
        "{'compat':{?}} | compat",
        "{'tokens':[{?}]} | token",
        "{'identity':{?}} | identity",
        "{'identity':{'identifiers':[{?}]}} | identifier",
        "{'identity':{'identifiers':[{'type':'t','blocked':[{?}]}]}} | blocked",
        "{'traits':[{?}]} | trait",
        "{'traits':[{'type':'most_frequent',?}]} | trait",
        "{'traits':[{'conditions':{'all':[],?}}]} | group",
        "{'traits':[{'conditions':{'any':[],?}}]} | group",
        "{'traits':[{'conditions':{'all':[{?}]}}]} | condition group",
        "{'traits':[{'window':{'within':'1d',?}}]} | window",
        "{'traits':[{'window':{'session':'1d',?}}]} | window",
        "{'traits':[{'key':'k','type':'event_counter','event':'E','examples':[{?}]}]} | example",
        "{'traits':[{'key':'k','type':'event_counter','event':'E','examples':[{'events':[{?}]}]}]}"
            + " | example_event",
        "{'audiences':[{?}]} | audience",
        "{'audiences':[{'root':{'all':[],?}}]} | audience_group",
        "{'audiences':[{'root':{'all':[{'trait':'t','op':'exists',?}]}}]} | trait_condition",
        "{'audiences':[{'root':{'all':[{'audience':'a',?}]}}]} | audience_condition",
        "{'audiences':[{'key':'k','root':{'all':[{'trait':'t','op':'exists'}]},'examples':[{?}]}]}"
            + " | audience_example",
        "{'destinations':[{?}]} | destination",
        "{'predictions':[{'kind':'churn',?}]} | prediction",
        "{'predictions':[{'kind':'purchase',?}]} | prediction",
        "{'predictions':[{'kind':'ltv',?}]} | prediction"
      })
  void everyPropertyTheReadersKnowIsInTheSchema(String template, String parts) throws Exception {
    Set<String> known = known(template.replace("?", "'" + UNKNOWN + "':1").replace('\'', '"'));
    Set<String> inSchema = new TreeSet<>();
    for (String part : parts == null ? List.of("") : List.of(parts.trim().split(" "))) {
      String name = part.isEmpty() ? "space" : part;
      Spec object = Objects.requireNonNull(SpaceSpec.objects().get(name), name);
      object.members().forEach(member -> inSchema.add(member.name()));
    }
    assertThat(known).isNotEmpty();
    assertThat(inSchema).containsAll(known);
  }

  /** {@code -Dtraitflow.docs.write} writes them instead. */
  @Test
  void theDocumentsAreMadeOfTheKinds() throws Exception {
    String schemaText = SpaceSpec.schema().toPrettyString() + "\n";
    if (System.getProperty("traitflow.docs.write") != null) {
      Files.writeString(DOCS.resolve("space.schema.json"), schemaText);
      Files.writeString(DOCS.resolve("space-reference.md"), SpaceReference.markdown());
    }
    assertThat(DOCS.resolve("space.schema.json")).hasContent(schemaText);
    assertThat(DOCS.resolve("space-reference.md")).hasContent(SpaceReference.markdown());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop", "contact-center", "cdnow", "online-retail"})
  void theSpacesThatComeWithTheProjectFitTheSchema(String name) throws Exception {
    String text = Files.readString(Path.of("..", "docker", "spaces", name + ".yaml"));
    assertThat(wrong(YamlDocument.parse(name, text).json())).isEmpty();
  }

  @Test
  void theSchemaSeesWhatDoesNotFit() throws Exception {
    String text = "{name: S, traits: [{key: K, type: sum, evnt: E, window: {within: 3}}]}";
    assertThat(wrong(YamlDocument.parse("a", text).json()))
        .contains("/traits/0/key", "/traits/0/type", "/traits/0", "/traits/0/window/within");
  }

  /** The places that do not fit. */
  private Set<String> wrong(JsonNode space) {
    Set<String> places = new TreeSet<>();
    for (Error error : schema.validate(space)) {
      places.add(error.getInstanceLocation().toString());
    }
    return places;
  }

  private static Set<String> known(String definition) throws IOException {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = SpaceDefinition.parse(JSON.readTree(definition), problems);
    space.traits().forEach(trait -> problems.addAll(TraitExamples.check(trait, "")));
    space.audiences().forEach(each -> problems.addAll(AudienceExamples.check(each, "")));
    Set<String> known = new TreeSet<>();
    for (Problem problem : problems) {
      Matcher matcher = KNOWN.matcher(problem.message());
      if (problem.pointer().endsWith(UNKNOWN) && matcher.find()) {
        known.addAll(List.of(matcher.group(1).split(", ")));
      }
    }
    return known;
  }
}
