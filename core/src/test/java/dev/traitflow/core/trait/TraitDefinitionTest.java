package dev.traitflow.core.trait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.condition.PropertyPath;
import dev.traitflow.core.condition.ValueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraitDefinitionTest {
  private static final String COUNTER = "'key':'k','type':'event_counter','event':'E'";

  @Test
  void readsTheDefinitionOfTheRules() {
    TraitDefinition trait =
        Definitions.of(
            """
            {'name':'Frequent inbound channel','key':'frequent_inbound_channel','level':'user',
             'type':'most_frequent','event':'Flex - Engagement Initiated',
             'conditions':{'all':[{'property':'direction','op':'equals','value':'Inbound'}]},
             'property':'channelType','value_type':'text','minimum_frequency':2,
             'window':null,'backfill':true,'destinations':[],'description':'d','examples':[{}]}
            """);
    assertThat(trait.key()).isEqualTo("frequent_inbound_channel");
    assertThat(trait.type()).isEqualTo(TraitType.MOST_FREQUENT);
    assertThat(trait.property()).isEqualTo(PropertyPath.parse("channelType"));
    assertThat(trait.window()).isEqualTo(new Window.Lifetime());
    assertThat(trait.minimumFrequency()).isEqualTo(2);
    assertThat(trait.examples()).hasSize(1);
    assertThat(trait.slot()).isEqualTo(TraitDefinition.UNASSIGNED);
    assertThat(trait.version()).isEqualTo(1);
  }

  @Test
  void readsADefinitionOfAccounts() {
    TraitDefinition trait =
        Definitions.of(
            "{'key':'k','level':'account','type':'last','event':'E','only_tagged':true,"
                + "'return_user_trait':'email'}");
    assertThat(trait.level()).isEqualTo(TraitLevel.ACCOUNT);
    assertThat(trait.onlyTagged()).isTrue();
    assertThat(trait.returnUserTrait()).isEqualTo("email");
    assertThat(trait.property()).isNull();
  }

  @Test
  void derivesTheKeyFromTheName() {
    assertThat(
            Definitions.of("{'name':' Größe & Co.-Orders ','type':'event_counter','event':'E'}")
                .key())
        .isEqualTo("gr_e_co_orders");
  }

  @Test
  void readsWhatTheSystemAdds() {
    TraitDefinition trait =
        Definitions.of("{" + COUNTER + ",'slot':7,'version':3,'backfill':false,'created_at':99}");
    assertThat(trait.slot()).isEqualTo(7);
    assertThat(trait.version()).isEqualTo(3);
    assertThat(trait.backfill()).isFalse();
    assertThat(trait.createdAt()).isEqualTo(99);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'within':'30 d'}|Within[millis=2592000000]",
        "{'within':'12h'}|Within[millis=43200000]",
        "{'between':['7 d','10 d']}|Between[fromMillis=604800000, toMillis=864000000]",
        "{'session':'30 m'}|Session[gapMillis=1800000]"
      })
  void readsWindows(String window, String expected) {
    assertThat(Definitions.of("{" + COUNTER + ",'window':" + window + "}").window().toString())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'key':'k','event':'E'}|/type: is missing",
        "{'key':'k','type':'event_counter'}|/event: is missing",
        "{'type':'event_counter','event':'E'}|/key: is missing",
        "{'key':'A b','type':'event_counter','event':'E'}|/key: got 'A b'",
        "{'key':'k','type':'counter','event':'E'}|/type: got 'counter'",
        "{'key':'k','type':'event_counter','event':'E','property':'p'}|/property: is there",
        "{'key':'k','type':'last','event':'E'}|/property: is missing",
        "{'key':'k','type':'aggregation','event':'E','property':'p'}|/aggregation: is missing",
        "{'key':'k','type':'last','event':'E','property':'p','aggregation':'sum'}|/aggregation:",
        "{'key':'k','type':'last','event':'E','property':'p','minimum_frequency':2}|/minimum_f",
        "{'key':'k','type':'event_counter','event':'E','level':'team'}|/level: got 'team'",
        "{'key':'k','type':'event_counter','event':'E','only_tagged':true}|/only_tagged: is there",
        "{'key':'k','type':'last','event':'E','return_user_trait':'e'}|/return_user_trait: is there",
        "{'key':'k','level':'account','type':'unique_list','event':'E','return_user_trait':'e'}|only",
        "{'key':'k','level':'account','type':'last','event':'E','return_user_trait':'e',"
            + "'property':'p'}|/property: is there",
        "{'key':'k','type':'event_counter','event':'E','evnt':'x'}|did you mean event",
        "{'key':'k','type':'event_counter','event':'E','window':{}}|/window: is unclear",
        "{'key':'k','type':'event_counter','event':'E','window':{'within':'7 w'}}|/window/within",
        "{'key':'k','type':'event_counter','event':'E','window':{'within':'0 d'}}|/window/within",
        "{'key':'k','type':'event_counter','event':'E','window':{'session':'29 m'}}|30 m to 90 d",
        "{'key':'k','type':'event_counter','event':'E','window':{'between':['9 d','7 d']}}|shorter"
      })
  void tellsWhatIsWrong(String json, String message) {
    assertThat(Definitions.problems(json)).anyMatch(problem -> problem.contains(message));
  }

  @Test
  void sumsAndAveragesNumbersOnly() {
    String trait =
        "{'key':'k','type':'aggregation','event':'E','property':'p','value_type':'text',";
    assertThat(Definitions.problems(trait + "'aggregation':'sum'}"))
        .anyMatch(problem -> problem.startsWith("/value_type"));
    assertThat(Definitions.of(trait + "'aggregation':'max'}").valueType())
        .isEqualTo(ValueType.TEXT);
  }
}
