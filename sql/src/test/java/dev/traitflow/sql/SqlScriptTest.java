package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqlScriptTest {
  @Test
  void endsStatementsAtSemicolonsOutsideTextsNamesAndComments() {
    String text =
        """
        -- one; comment
        SELECT 'a;''b', `c;d` /* e;f */ FROM t; -- g
        ;
        SELECT 2\
        """;

    assertThat(SqlScript.statements(text))
        .containsExactly("SELECT 'a;''b', `c;d`   FROM t", "SELECT 2");
  }

  @Test
  void keepsWhatIsNotClosedForTheParserToRefuse() {
    assertThat(SqlScript.statements("SELECT 'a; b")).containsExactly("SELECT 'a; b");
    assertThat(SqlScript.statements("SELECT 1 /* a; b")).containsExactly("SELECT 1");
    assertThat(SqlScript.statements(" -- nothing\n;")).isEmpty();
  }

  @Test
  void keepsHints() {
    assertThat(SqlScript.statements("SELECT * FROM t /*+ OPTIONS('a'='b') */;"))
        .containsExactly("SELECT * FROM t /*+ OPTIONS('a'='b') */");
  }

  @Test
  void doublesQuotesInValues() {
    assertThat(SqlScript.fill("'${space}' ${other}", Map.of("space", "o'hara")))
        .isEqualTo("'o''hara' ${other}");
  }

  @Test
  void writesOptionsThatHoldQuotes() {
    assertThat(SqlScript.options("properties.", Map.of("b", "it's", "a", "1")))
        .isEqualTo("'properties.a' = '1',\n  'properties.b' = 'it''s',\n  ");
    assertThat(SqlScript.options("properties.", Map.of())).isEmpty();
  }
}
