package dev.traitflow.core.sample;

import java.util.List;

/**
 * What one sample customer is like, for good: who they are, how often they come and how long they
 * stay. A function of the seed and the person's number alone, so a sample of fewer people is a part
 * of a larger one.
 *
 * <p>Buying follows the models of the field (Schmittlein, Morrison and Colombo, "Counting your
 * customers", 1987): rates and hazards differ by person, each drawn from a gamma distribution, and
 * a person who has left never says so. The rhythm is more regular for some than for others, so that
 * the same silence means leaving for one and nothing for another.
 *
 * @param number from 0
 * @param arrival epoch milliseconds of the first visit
 * @param leaving epoch milliseconds after which there is no visit
 * @param gapDays mean days between two visits
 * @param regularity shape of the gamma distribution of the gaps between orders: 1 is random, 12
 *     nearly a clock
 * @param orderGapDays mean days between two orders; infinite if they never order
 * @param signUpVisit the visit at which they make themselves known, from 0; {@link
 *     Integer#MAX_VALUE} if they never do, not even to order
 * @param basket how much they spend at a time, relative to 1
 * @param favourites indices of the categories they like
 * @param habit how they come
 */
record SampleCustomer(
    int number,
    long arrival,
    long leaving,
    double gapDays,
    double regularity,
    double orderGapDays,
    int signUpVisit,
    double basket,
    List<Integer> favourites,
    Habit habit) {

  /** How a customer comes to the shop. */
  enum Habit {
    /** From one browser. */
    ONE_BROWSER,
    /** From two browsers, of which the second is recognised only once they sign in there. */
    TWO_BROWSERS,
    /** From a browser and the app. */
    APP,
    /** From the browser of the person before them, who may be known there too. */
    SHARED_BROWSER,
    /** From one browser, buying for a company. */
    COMPANY,
    /** From one browser; changes the email address after a while. */
    TWO_EMAILS
  }

  private static final double[] HABIT_WEIGHTS = {60, 14, 16, 2, 4, 4};
  private static final Habit[] HABITS = Habit.values();
  private static final int NUMBERS_PER_COMPANY = 500;

  private static final List<String> FIRST_NAMES =
      List.of(
          "Ada", "Björn", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hana", "Iñaki", "Jun",
          "Katja", "Liam", "Maya", "Noor", "Olga", "Pavel", "Quinn", "Rosa", "Sana", "Tom");
  private static final List<String> LAST_NAMES =
      List.of(
          "Abe",
          "Bauer",
          "Costa",
          "Diaz",
          "Eriksen",
          "Fischer",
          "Gupta",
          "Horvat",
          "Ito",
          "Jensen",
          "Kowalski",
          "Lopez",
          "Müller",
          "Novak",
          "Okafor",
          "Patel",
          "Rossi",
          "Silva");
  private static final List<String> COUNTRIES =
      List.of("US", "US", "US", "GB", "DE", "FR", "CA", "AU", "IN", "BR");

  /** The person of this number, in a shop that was open over {@code [start, end)}. */
  static SampleCustomer of(long seed, long start, long end, int number) {
    SampleRandom random = new SampleRandom(seed, number, 0);
    double open = (double) (end - start);
    double opening = Math.min(120.0 * SampleShop.DAY, open);
    double span = random.chance(0.3) ? opening : open;
    long arrival =
        Math.min(end - 1, SampleShop.openingTime(start + (long) random.between(0, span), random));
    boolean known = random.chance(0.7);
    double hazard = Math.max(random.gamma(0.9) / (known ? 170 : 20), 1e-5);
    double stayDays = Math.min(random.exponential() / hazard, 4000);
    double rate = Math.min(Math.max(random.gamma(1.2) / 30, 1.0 / 90), 0.6);
    double orderRate = Math.min(Math.max(random.gamma(1.4) / 38, 1.0 / 120), 1.0 / 6);
    int first = random.below(SampleShop.CATEGORIES.size());
    int second = random.below(SampleShop.CATEGORIES.size());
    return new SampleCustomer(
        number,
        arrival,
        arrival + (long) (stayDays * SampleShop.DAY),
        1 / rate,
        2 + 10 * random.uniform(),
        known ? 1 / orderRate : Double.POSITIVE_INFINITY,
        known ? random.below(4) : Integer.MAX_VALUE,
        StrictMath.exp(0.5 * random.gaussian()),
        first == second ? List.of(first) : List.of(first, second),
        HABITS[random.weighted(HABIT_WEIGHTS)]);
  }

  String userId() {
    return "u" + padded();
  }

  /** The anonymous id of one of their browsers: 0 or 1, or 2 for the app. */
  String anonymousId(long seed, int device) {
    int owner = habit == Habit.SHARED_BROWSER && number > 0 ? number - 1 : number;
    long scattered = new SampleRandom(seed, owner, 100 + device).nextLong();
    return "a" + Long.toHexString(scattered | Long.MIN_VALUE);
  }

  String firstName() {
    return FIRST_NAMES.get((int) (scattered() % FIRST_NAMES.size()));
  }

  String lastName() {
    return LAST_NAMES.get((int) (scattered() / 32 % LAST_NAMES.size()));
  }

  /** Their first address, or the one they change to. */
  String email(boolean changed) {
    return (changed ? "new" : "c") + padded() + "@example." + domain();
  }

  String country() {
    return COUNTRIES.get((int) (scattered() / 1024 % COUNTRIES.size()));
  }

  /** Full years, from 18 to 77. */
  int age() {
    return 18 + (int) (scattered() / 65536 % 60);
  }

  boolean newsletter() {
    return scattered() / 4096 % 3 == 0;
  }

  /** The plan they signed up for: {@code plus} customers come oftener. */
  String plan() {
    return gapDays < 25 ? "plus" : "free";
  }

  /** The company they buy for, if their habit is to do so; about fifteen people share one. */
  String groupId() {
    return "g" + (1000 + number / NUMBERS_PER_COMPANY);
  }

  /** The number with leading zeros, so that ids sort as numbers do. */
  private String padded() {
    String digits = Integer.toString(number);
    return "000000".substring(Math.min(6, digits.length())) + digits;
  }

  private String domain() {
    return List.of("com", "net", "org").get((int) (scattered() / 128 % 3));
  }

  private long scattered() {
    return SampleRandom.mix(number + 7L) >>> 1;
  }
}
