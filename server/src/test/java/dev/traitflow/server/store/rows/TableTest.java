package dev.traitflow.server.store.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void everyTableHasALetterOfItsOwn() {
    assertThat(Arrays.stream(Table.values()).map(Table::letter)).doesNotHaveDuplicates();
  }

  @Test
  void fieldsBehindTextsWithZerosAreRead() {
    byte[] key = StoreKey.of(Table.SENT).text("a\0").text("\0\0b").text("c\0d").number(7).bytes();
    assertThat(new StoreKey.Reader(key).skip(2).text()).isEqualTo("c\0d");
    assertThat(new StoreKey.Reader(key).skip(3).number()).isEqualTo(7);
  }
}
