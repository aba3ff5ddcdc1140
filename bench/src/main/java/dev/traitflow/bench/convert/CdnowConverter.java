package dev.traitflow.bench.convert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Converts {@code CDNOW_master.txt}, the orders of a CD shop's customers of 1997 (P. Fader and B.
 * Hardie), into calls.
 *
 * <p>A row is a customer, a day, a number of CDs and an amount of dollars, apart by blanks; lines
 * that do not look so, such as the header, are passed over. The source knows days only, so the n-th
 * order of a customer on one day gets midnight plus n seconds, from 0.
 */
final class CdnowConverter {
  private static final Pattern DAY = Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private CdnowConverter() {}

  private record CustomerDay(String user, String day) {}

  /**
   * Converts a file; bytes that are not UTF-8 become U+FFFD.
   *
   * @param source the original
   * @param out written anew, compressed if its name ends with {@code .gz}
   * @return the number of events
   * @throws IOException if a file fails, or a row cannot be read; the message names file and line,
   *     and {@code out} is left alone
   */
  static long convert(Path source, Path out) throws IOException {
    EventFile events = new EventFile("cdnow");
    Map<CustomerDay, Integer> ordersOfDay = new HashMap<>();
    int orders = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(source), StandardCharsets.UTF_8))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        List<String> fields = List.of(line.strip().split("\\s+"));
        if (fields.size() != 4 || !DIGITS.matcher(fields.get(0)).matches()) {
          continue;
        }
        SourcePlace place = new SourcePlace(source, number);
        String user = fields.get(0);
        String day = fields.get(1);
        long quantity = place.integer("number of CDs", fields.get(2));
        double dollars = place.number("dollar value", fields.get(3));
        long midnight = place.time("date", day, DAY, "a day as yyyymmdd");
        int earlier = ordersOfDay.merge(new CustomerDay(user, day), 1, Integer::sum) - 1;
        events.track(
            midnight + earlier, user, "Order Completed", order(++orders, quantity, dollars));
      }
    }
    return events.write(out);
  }

  private static String order(int number, long quantity, double dollars) {
    String amount = EventFile.decimal(dollars);
    return String.format(
        Locale.ROOT,
        "{\"order_id\":\"N%06d\",\"revenue\":%s,\"total\":%s,\"currency\":\"USD\","
            + "\"products\":[{\"product_id\":\"CD\",\"quantity\":%d}]}",
        number,
        amount,
        amount,
        quantity);
  }
}
