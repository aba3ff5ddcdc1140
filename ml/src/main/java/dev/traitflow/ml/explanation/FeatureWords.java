package dev.traitflow.ml.explanation;

import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a feature is called for people, and how its number is written.
 *
 * @param words what it is, without the event's name
 * @param unit how its number is written
 */
record FeatureWords(String words, Unit unit) {
  private static final Pattern WINDOW = Pattern.compile("(.+)_(\\d+)d");

  /** How a number is written. */
  enum Unit {
    NUMBER,
    TIMES,
    DAYS,
    GAPS,
    CHANGE,
    SHARE,
    AMOUNT,
    HOUR,
    YES_NO
  }

  /** Features without their windows; {@code %s} is where the window's words go. */
  private static final Map<String, FeatureWords> STEMS =
      Map.ofEntries(
          of("count", "times%s", Unit.TIMES),
          of("active_days", "days with it%s", Unit.DAYS),
          of("days_since_first", "time since the first", Unit.DAYS),
          of("days_since_last", "time since the last", Unit.DAYS),
          of("gap_mean", "mean time between days with it", Unit.DAYS),
          of("gap_median", "median time between days with it", Unit.DAYS),
          of("gap_last", "time between the last two days with it", Unit.DAYS),
          of("gap_max", "longest time between days with it", Unit.DAYS),
          of("gap_deviation", "spread of the times between days with it", Unit.DAYS),
          of("overdue", "time since the last against the own rhythm", Unit.GAPS),
          of("trend", "times%s against as long before", Unit.CHANGE),
          of("day_rate", "days with it for each day since the first", Unit.NUMBER),
          of("count_rate", "times for each day since the first", Unit.NUMBER),
          of("recency_share", "share of the time since the first that the last ends", Unit.SHARE),
          of("weekend_share", "share on weekends", Unit.SHARE),
          of("amount_count", "times with an amount", Unit.TIMES),
          of("amount_sum", "sum of amounts", Unit.AMOUNT),
          of("amount", "sum of amounts%s", Unit.AMOUNT),
          of("amount_mean", "mean amount", Unit.AMOUNT),
          of("amount_max", "largest amount", Unit.AMOUNT),
          of("amount_min", "smallest amount", Unit.AMOUNT),
          of("amount_first", "first amount", Unit.AMOUNT),
          of("amount_last", "last amount", Unit.AMOUNT),
          of("amount_deviation", "spread of amounts", Unit.AMOUNT),
          of("amount_negative", "sum of negative amounts", Unit.AMOUNT),
          of("amount_trend", "sum of amounts%s against as long before", Unit.CHANGE),
          of("items", "items", Unit.NUMBER),
          of("products", "different products", Unit.NUMBER),
          of("lines_mean", "products at a time", Unit.NUMBER),
          of("event_types", "different events%s", Unit.NUMBER),
          of("hour_entropy", "evenness over the hours of the day", Unit.NUMBER),
          of("weekday_entropy", "evenness over the days of the week", Unit.NUMBER),
          of("hour_mean", "mean hour of the day (UTC)", Unit.HOUR),
          of("refund_count", "refunds", Unit.TIMES),
          of("refund_sum", "sum of refunds", Unit.AMOUNT),
          of(FeatureMapping.HAPPENED, "ever happened", Unit.YES_NO),
          of(FeatureMapping.REPEATED, "happened on two days or more", Unit.YES_NO),
          of(FeatureMapping.TRAIT_VALUE, "value", Unit.NUMBER),
          of(FeatureMapping.TRAIT_SET, "is set", Unit.YES_NO),
          of(CustomerBaseModel.SILENCE, "chance of none by the customer-base model", Unit.SHARE),
          of(CustomerBaseModel.COUNT, "days expected by the customer-base model", Unit.DAYS),
          of(CustomerBaseModel.SPEND, "spend expected by the customer-base model", Unit.AMOUNT));

  /** The words of a feature; one that is not known here is called by its name. */
  static FeatureWords of(String feature) {
    FeatureWords whole = STEMS.get(feature);
    if (whole != null) {
      return whole.within(" ever");
    }
    Matcher window = WINDOW.matcher(feature);
    FeatureWords stem = window.matches() ? STEMS.get(window.group(1)) : null;
    if (stem == null) {
      return new FeatureWords(feature.replace('_', ' '), Unit.NUMBER);
    }
    String days = window.group(2);
    return stem.within(days.equals("1") ? " in the last day" : " in the last " + days + " days");
  }

  /** True if it is an answer of the customer-base model, which rows hold as a logarithm. */
  static boolean isModelled(String feature) {
    return feature.equals(CustomerBaseModel.SILENCE)
        || feature.equals(CustomerBaseModel.COUNT)
        || feature.equals(CustomerBaseModel.SPEND);
  }

  /** The chance, the days or the amount of the logarithm in a row. */
  static double unmodelled(String feature, double number) {
    return feature.equals(CustomerBaseModel.SILENCE)
        ? 1 / (1 + Math.exp(-number))
        : Math.exp(number);
  }

  /** True if {@link FeatureSet#NEVER} stands for a time that does not exist. */
  static boolean canBeNever(String feature) {
    return feature.startsWith("days_since_")
        || feature.startsWith("gap_")
        || feature.equals("overdue");
  }

  /** How a number of it is written. */
  String text(double number) {
    if (Double.isNaN(number)) {
      if (words.equals("value")) {
        return "not set";
      }
      return words.startsWith("time since the ") && unit == Unit.DAYS ? "never" : "none yet";
    }
    return switch (unit) {
      case NUMBER -> plain(number);
      case TIMES -> plain(number) + (number == 1 ? " time" : " times");
      case DAYS -> plain(number) + (number == 1 ? " day" : " days");
      case GAPS -> plain(number) + " times the usual gap";
      case CHANGE -> (number > 0 ? "+" : "") + plain(number);
      case SHARE -> plain(100 * number) + " %";
      case AMOUNT -> String.format(Locale.ROOT, "%.2f", number);
      case HOUR -> plain(number) + " h";
      case YES_NO -> number > 0.5 ? "yes" : "no";
    };
  }

  private FeatureWords within(String window) {
    return new FeatureWords(words.replace("%s", window), unit);
  }

  /** One decimal, two below ten, none where the number is whole. */
  private static String plain(double number) {
    if (number == Math.rint(number)) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    return String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.2f" : "%.1f", number);
  }

  private static Map.Entry<String, FeatureWords> of(String stem, String words, Unit unit) {
    return Map.entry(stem, new FeatureWords(words, unit));
  }
}
