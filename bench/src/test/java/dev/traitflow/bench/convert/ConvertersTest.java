package dev.traitflow.bench.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertersTest {
  private static final String COLUMNS =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

  private final Path folder;

  ConvertersTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void givesTheOrdersOfOneCdnowDaySecondsOfTheirOwn() throws Exception {
    assertThat(
            cdnow(
                """
                _CUSTOMER_ID  DATE  CDS  DOLLARS
                 00001 19970101  1   11.77
                 00002 19970112  1   12.00
                 00001 19970101  5   77.00
                """))
        .isEqualTo(
            """
            {"type":"track","userId":"00001","event":"Order Completed","properties":{"order_id":\
            "N000001","revenue":11.77,"total":11.77,"currency":"USD","products":[{"product_id":\
            "CD","quantity":1}]},"messageId":"cdnow-0000000","timestamp":"1997-01-01T00:00:00.000Z"}
            {"type":"track","userId":"00001","event":"Order Completed","properties":{"order_id":\
            "N000003","revenue":77.0,"total":77.0,"currency":"USD","products":[{"product_id":\
            "CD","quantity":5}]},"messageId":"cdnow-0000001","timestamp":"1997-01-01T00:00:01.000Z"}
            {"type":"track","userId":"00002","event":"Order Completed","properties":{"order_id":\
            "N000002","revenue":12.0,"total":12.0,"currency":"USD","products":[{"product_id":\
            "CD","quantity":1}]},"messageId":"cdnow-0000002","timestamp":"1997-01-12T00:00:00.000Z"}
            """);
  }

  @Test
  void makesOneOrderOfAnInvoiceAndIntroducesItsCustomer() throws Exception {
    assertThat(
            retail(
                """
                10,85123A,"HOLDER, ""RED\""",6,2010-12-01 08:27:00,2.55,17850,"Côte d'Ivoire"
                10,POST,POSTAGE,1,2010-12-01 08:26:00,18,17850.0,France
                10,85123A,HOLDER,2,2010-12-01 08:26:00,2.55,17850,France
                C11,85123A,HOLDER,-1,2010-12-02 00:00:00,2.55,17850,France
                """))
        .isEqualTo(
            """
            {"type":"identify","userId":"17850","traits":{"country":"Côte d'Ivoire"},\
            "messageId":"retail-0000000","timestamp":"2010-12-01T08:25:59.000Z"}
            {"type":"track","userId":"17850","event":"Order Completed","properties":{"order_id":\
            "10","revenue":38.4,"total":38.4,"currency":"GBP","products":[{"product_id":"85123A",\
            "price":2.55,"quantity":8}]},"messageId":"retail-0000001",\
            "timestamp":"2010-12-01T08:26:00.000Z"}
            {"type":"track","userId":"17850","event":"Order Refunded","properties":{"order_id":\
            "C11","revenue":2.55,"total":2.55,"currency":"GBP","products":[{"product_id":"85123A",\
            "price":2.55,"quantity":1}]},"messageId":"retail-0000002",\
            "timestamp":"2010-12-02T00:00:00.000Z"}
            """);
  }

  @Test
  void leavesOutLinesWithoutCustomerPriceOrFittingQuantity() throws Exception {
    assertThat(
            retail(
                """
                1,A,x,6,2010-12-01 08:26:00,2.55,,France
                1,A,x,6,2010-12-01 08:26:00,2.55,NA,France
                1,A,x,6,2010-12-01 08:26:00,0,17850,France
                1,A,x,0,2010-12-01 08:26:00,1,17850,France
                1,A,x,-6,2010-12-01 08:26:00,1,17850,France
                C1,A,x,6,2010-12-01 08:26:00,1,17850,France
                """))
        .isEmpty();
  }

  @Test
  void compressesAFileThatIsNamedSo() throws Exception {
    Path source = source("1 19970101 1 2.50\n");
    Path plain = folder.resolve("out.ndjson");
    Path compressed = folder.resolve("out.ndjson.gz");
    assertThat(CdnowConverter.convert(source, plain)).isEqualTo(1);
    assertThat(CdnowConverter.convert(source, compressed)).isEqualTo(1);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed))) {
      assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(plain));
    }
  }

  @Test
  void replacesBytesThatAreNotUtf8() throws Exception {
    Path source = folder.resolve("source");
    String row = COLUMNS + "1,A,x,1,2010-12-01 08:26:00,1,1,C?te\n";
    byte[] bytes = row.getBytes(StandardCharsets.US_ASCII);
    bytes[row.indexOf('?')] = (byte) 0xf4;
    Files.write(source, bytes);
    Path out = folder.resolve("out");
    assertThat(OnlineRetailConverter.convert(source, out)).isEqualTo(2);
    assertThat(Files.readString(out)).contains("{\"country\":\"C\ufffdte\"}");
  }

  @Test
  void namesTheLineThatItCannotRead() throws Exception {
    assertThatThrownBy(() -> cdnow("1 19970101 1 2.5\n1 19971301 1 2.5\n"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("source:2: date: got '19971301' (expected a day as yyyymmdd)");
    assertThatThrownBy(() -> retail("1,A,\"two\nlines\",1,2010-12-01 08:26:00,1,1,UK\n1,A,x,many"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "source:4: CustomerID: got 4 fields (expected a field of that column)");
    assertThatThrownBy(() -> retail("1,A,x,many,2010-12-01 08:26:00,1,1,UK"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("source:2: Quantity: got 'many' (expected a number)");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void writesNumbersTheShortestWay() {
    assertThat(EventFile.decimal(2.0E-3)).isEqualTo("0.002");
    assertThat(EventFile.decimal(100)).isEqualTo("100.0");
    assertThat(EventFile.decimal(-0.1)).isEqualTo("-0.1");
    assertThat(EventFile.decimal(2.2250738585072014E-308)).isEqualTo("2.2250738585072014e-308");
    assertThat(EventFile.decimal(0.00001)).isEqualTo("1e-05");
    assertThat(EventFile.decimal(1e16)).isEqualTo("1e+16");
    assertThat(EventFile.decimal(123456789012345.6)).isEqualTo("123456789012345.6");
    assertThat(EventFile.decimal(0)).isEqualTo("0.0");
  }

  private String cdnow(String text) throws IOException {
    Path out = folder.resolve("out");
    CdnowConverter.convert(source(text), out);
    return Files.readString(out);
  }

  private String retail(String rows) throws IOException {
    Path out = folder.resolve("out");
    OnlineRetailConverter.convert(source(COLUMNS + rows), out);
    return Files.readString(out);
  }

  private Path source(String text) throws IOException {
    return Files.writeString(folder.resolve("source"), text);
  }
}
