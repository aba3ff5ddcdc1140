package dev.traitflow.bench.convert;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.traitflow.core.text.CodePointOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts "Online Retail" as comma-separated values, the invoices of a wholesaler of gifts (D.
 * Chen, doi 10.24432/C5BW33, CC BY 4.0), into calls.
 *
 * <p>Columns, found by the names in the first row: InvoiceNo, StockCode, Description, Quantity,
 * InvoiceDate as {@code yyyy-mm-dd hh:mm:ss}, UnitPrice, CustomerID, Country. The lines of one
 * invoice become one {@code Order Completed}, or {@code Order Refunded} if its number starts with
 * C, at the time of the earliest line. Lines are left out that have no customer, no price above 0,
 * no quantity, or a quantity whose sign does not fit. Postage, fees and the like count in the total
 * but are no products. One second before their first event an {@code identify} gives a customer's
 * country.
 */
final class OnlineRetailConverter {
  private static final Set<String> NO_GOODS =
      Set.of("POST", "D", "M", "DOT", "CRUK", "BANK CHARGES", "PADS", "C2", "S", "AMAZONFEE", "B");
  private static final Set<String> NO_CUSTOMER = Set.of("", "NA", "nan");
  private static final Set<String> NO_PRICE = Set.of("", "NA");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})");

  private OnlineRetailConverter() {}

  private record InvoiceKey(String number, String user) {}

  private record Product(String code, double price) {}

  /** What is known of an invoice by now. */
  private static final class Invoice {
    private final InvoiceKey key;
    private final @Nullable String country;
    private final Map<Product, Long> quantities = new LinkedHashMap<>();
    private long seconds = Long.MAX_VALUE;
    private double sum;

    Invoice(InvoiceKey key, @Nullable String country) {
      this.key = key;
      this.country = country;
    }
  }

  /**
   * Converts a file; bytes that are not UTF-8 become U+FFFD, one for each broken sequence (for an
   * encoded surrogate too, where other decoders give up to three).
   *
   * @param source the original
   * @param out written anew, compressed if its name ends with {@code .gz}
   * @return the number of events
   * @throws IOException if a file fails, a column is missing, or a row cannot be read; the message
   *     names file and line, and {@code out} is left alone
   */
  static long convert(Path source, Path out) throws IOException {
    List<Invoice> invoices = invoices(source);
    invoices.sort(
        Comparator.<Invoice>comparingLong(invoice -> invoice.seconds)
            .thenComparing(invoice -> invoice.key.number(), CodePointOrder.INSTANCE)
            .thenComparing(invoice -> invoice.key.user(), CodePointOrder.INSTANCE));
    EventFile events = new EventFile("retail");
    Set<String> seen = new HashSet<>();
    for (Invoice invoice : invoices) {
      String user = invoice.key.user();
      if (seen.add(user)) {
        String traits = "{\"country\":" + EventFile.quoted(invoice.country) + "}";
        events.identify(invoice.seconds - 1, user, traits);
      }
      boolean refund = invoice.key.number().startsWith("C");
      String event = refund ? "Order Refunded" : "Order Completed";
      events.track(invoice.seconds, user, event, properties(invoice));
    }
    return events.write(out);
  }

  private static List<Invoice> invoices(Path source) throws IOException {
    Map<InvoiceKey, Invoice> invoices = new LinkedHashMap<>();
    try (CsvReader<CsvRecord> csv = open(source)) {
      Iterator<CsvRecord> rows = csv.iterator();
      if (!rows.hasNext()) {
        throw new SourcePlace(source, 1).error("header", "an empty file", "names of columns");
      }
      Columns columns = new Columns(source, rows.next());
      while (rows.hasNext()) {
        add(invoices, columns, rows.next());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) { // a field of more than 16 million characters
      throw new IOException(source + ": " + e.getMessage(), e);
    }
    return new ArrayList<>(invoices.values());
  }

  /** As forgiving as spreadsheets: what follows a closing quote belongs to the field. */
  private static CsvReader<CsvRecord> open(Path source) throws IOException {
    return CsvReader.builder()
        .allowExtraCharsAfterClosingQuote(true)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(source, StandardCharsets.UTF_8);
  }

  private static void add(Map<InvoiceKey, Invoice> invoices, Columns columns, CsvRecord row)
      throws IOException {
    String customer = columns.text(row, "CustomerID");
    String unitPrice = columns.text(row, "UnitPrice");
    if (NO_CUSTOMER.contains(customer) || NO_PRICE.contains(unitPrice)) {
      return;
    }
    SourcePlace place = columns.place(row);
    long quantity = place.wholePart("Quantity", columns.text(row, "Quantity"));
    double price = place.number("UnitPrice", unitPrice);
    String number = columns.text(row, "InvoiceNo");
    if (price <= 0 || quantity == 0 || (quantity < 0) != number.startsWith("C")) {
      return;
    }
    String user = Long.toString(place.wholePart("CustomerID", customer));
    String date = columns.text(row, "InvoiceDate");
    long seconds = place.time("InvoiceDate", date, TIME, "a time as yyyy-mm-dd hh:mm:ss");
    InvoiceKey key = new InvoiceKey(number, user);
    String country = columns.find(row, "Country");
    Invoice invoice = invoices.computeIfAbsent(key, absent -> new Invoice(absent, country));
    invoice.seconds = Math.min(invoice.seconds, seconds);
    invoice.sum += (double) Math.abs(quantity) * price;
    String code = columns.text(row, "StockCode");
    if (!NO_GOODS.contains(code)) {
      Product product = new Product(code, cents(price));
      invoice.quantities.merge(product, Math.abs(quantity), Long::sum);
    }
  }

  private static String properties(Invoice invoice) {
    String total = EventFile.decimal(cents(invoice.sum));
    StringBuilder json =
        new StringBuilder("{\"order_id\":").append(EventFile.quoted(invoice.key.number()));
    json.append(",\"revenue\":").append(total).append(",\"total\":").append(total);
    json.append(",\"currency\":\"GBP\",\"products\":[");
    String separator = "";
    for (Map.Entry<Product, Long> line : invoice.quantities.entrySet()) {
      json.append(separator).append("{\"product_id\":");
      json.append(EventFile.quoted(line.getKey().code())).append(",\"price\":");
      json.append(EventFile.decimal(line.getKey().price())).append(",\"quantity\":");
      json.append(line.getValue()).append('}');
      separator = ",";
    }
    return json.append("]}").toString();
  }

  /** Rounded to two decimals by the double's exact value, a half to the even side. */
  private static double cents(double value) {
    return new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).doubleValue();
  }

  /** Where the columns stand. */
  private static final class Columns {
    private final Path source;
    private final Map<String, Integer> positions = new HashMap<>();

    Columns(Path source, CsvRecord header) throws IOException {
      this.source = source;
      for (int i = 0; i < header.getFieldCount(); i++) {
        positions.put(header.getField(i), i);
      }
      List<String> needed =
          List.of(
              "InvoiceNo",
              "StockCode",
              "Quantity",
              "InvoiceDate",
              "UnitPrice",
              "CustomerID",
              "Country");
      for (String name : needed) {
        if (!positions.containsKey(name)) {
          throw place(header).error("header", header.getFields().toString(), "a column " + name);
        }
      }
    }

    SourcePlace place(CsvRecord row) {
      return new SourcePlace(source, row.getStartingLineNumber());
    }

    /** The field, or null if the row ends before it. */
    @Nullable String find(CsvRecord row, String name) {
      Integer position = positions.get(name);
      return position == null || position >= row.getFieldCount() ? null : row.getField(position);
    }

    String text(CsvRecord row, String name) throws IOException {
      String text = find(row, name);
      if (text == null) {
        throw place(row).error(name, row.getFieldCount() + " fields", "a field of that column");
      }
      return text;
    }
  }
}
