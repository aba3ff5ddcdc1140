package dev.traitflow.core.sample;

import java.time.LocalDate;
import java.util.List;

/** The shop that the sample customers visit: what it sells, and when people come. */
final class SampleShop {
  static final long MINUTE = 60_000L;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  static final List<String> CATEGORIES =
      List.of("Books", "Garden", "Home", "Kitchen", "Music", "Outdoor", "Shoes", "Toys");

  private static final int PRODUCTS_PER_CATEGORY = 25;
  private static final List<String> MATERIALS = List.of("Oak", "Wool", "Steel", "Linen", "Clay");
  private static final List<String> THINGS = List.of("Lamp", "Box", "Set", "Basket", "Frame");

  /** How busy the hours of a day are, from midnight UTC. */
  private static final double[] HOURS = {
    2, 1, 1, 1, 1, 2, 3, 5, 6, 6, 7, 7, 8, 7, 7, 7, 8, 9, 11, 12, 12, 10, 7, 4
  };

  /** How busy the days of a week are, from Monday; 1 is the busiest. */
  private static final double[] WEEKDAYS = {0.85, 0.75, 0.7, 0.75, 0.8, 0.9, 1};

  private SampleShop() {}

  /**
   * Something for sale.
   *
   * @param id such as {@code p-117}
   * @param name shown to people
   * @param category one of {@link #CATEGORIES}
   * @param cents its price in cents of a dollar
   */
  record Product(String id, String name, String category, long cents) {}

  /** One of the products of a category; the low numbers sell best. */
  static Product product(int category, SampleRandom random) {
    double skewed = random.uniform() * random.uniform();
    int number = category * PRODUCTS_PER_CATEGORY + (int) (skewed * PRODUCTS_PER_CATEGORY);
    long scattered = SampleRandom.mix(number + 1L) >>> 1;
    String name =
        MATERIALS.get((int) (scattered % 5)) + " " + THINGS.get((int) (scattered / 5 % 5));
    return new Product(
        "p-" + (100 + number),
        name,
        CATEGORIES.get(category),
        399 + scattered / 25 % 60 * 100 + (scattered % 4 == 0 ? 4000 : 0));
  }

  /** How much more people visit and buy at this time of the year than in spring; about 1. */
  static double season(long time) {
    return switch (LocalDate.ofEpochDay(Math.floorDiv(time, DAY)).getMonthValue()) {
      case 11 -> 1.35;
      case 12 -> 1.6;
      case 1, 2 -> 0.85;
      case 7, 8 -> 0.9;
      default -> 1;
    };
  }

  /**
   * A time when people shop, on the day of {@code time} or soon after: busy hours and weekdays are
   * likelier than quiet ones.
   */
  static long openingTime(long time, SampleRandom random) {
    long day = Math.floorDiv(time, DAY);
    while (!random.chance(WEEKDAYS[(int) Math.floorMod(day + 3, 7L)])) {
      day++;
    }
    return day * DAY + random.weighted(HOURS) * HOUR + (long) (random.uniform() * HOUR);
  }
}
