package dev.traitflow.core.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegrationsObjectTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                           | true",
        "{}                           | true",
        "{'All':true}                 | true",
        "{'All':false}                | false",
        "{'All':false,'Hook':true}    | true",
        "{'All':true,'Hook':false}    | false",
        "{'Hook':false}               | false",
        "{'Other':true}               | true",
        "{'All':false,'Other':true}   | false",
        "{'All':false,'hook':true}    | false",
        "{'all':false}                | true",
        "{'All':false,'Hook':{'a':1}} | true",
        "{'All':false,'Hook':{}}      | true",
        "{'All':false,'Hook':'false'} | true",
        "{'All':{'a':1}}              | true",
        "{'All':false,'Hook':null}    | false",
        "{'All':null}                 | true",
      })
  void theNameBeatsAllAndWhatIsNoBooleanMeansTrue(String json, boolean allowed) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    assertThat(IntegrationsObject.of(bytes).allows("Hook")).isEqualTo(allowed);
  }
}
