package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.monitoring.Alert;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Figures and badges of the pages; everything returned is HTML.
final class Words {
  static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Words() {}

  static String badge(Optional<Alert.Level> level) {
    return level.map(l -> badge(l.word())).orElse("<span class=\"badge ok\">all well</span>");
  }

  static String badge(String level) {
    return "<span class=\"badge %s\">%s</span>"
        .formatted(Html.escape(level.replace(' ', '-')), Html.escape(level));
  }

  /// @param value HTML
  /// @param under text below it; may be empty
  static String tile(String name, String value, String under) {
    return "<div class=\"tile\"><dt>%s</dt><dd>%s%s</dd></div>"
        .formatted(
            Html.escape(name),
            value,
            under.isEmpty() ? "" : "<small>" + Html.escape(under) + "</small>");
  }

  static String money(double value, String currency) {
    return Html.amount(value) + (currency.isEmpty() ? "" : "\u00a0" + Html.escape(currency));
  }

  /// What was saved so far, and how sure that is, as text.
  static String basis(Realised realised) {
    return realised.measured()
        ? "measured on the hold-out, " + range(realised.saved())
        : "outcomes counted, effect assumed";
  }

  static String range(Interval interval) {
    return "95 % " + Html.amount(interval.lower()) + " to " + Html.amount(interval.upper());
  }

  static String time(Instant time) {
    return "<time datetime=\"%s\">%s</time>".formatted(time, MINUTE.format(time));
  }

  /// @param width of a slice: from a day on, the hour says nothing
  static String moment(long micros, long width) {
    return (width >= Times.DAY ? DAY : SHORT).format(Times.instant(micros));
  }

  static String per(long width) {
    if (width == Times.HOUR) {
      return "hour";
    }
    if (width == Times.DAY) {
      return "day";
    }
    return width < Times.DAY ? width / Times.HOUR + " hours" : width / Times.DAY + " days";
  }

  static String millis(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value) + "\u00a0ms";
  }

  /// An age as people say it: in seconds, minutes, hours up to two days, then days.
  static String age(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < 120) {
      return seconds + "\u00a0s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + "\u00a0min";
    }
    return seconds < 172_800
        ? seconds / 3_600 + "\u00a0h"
        : Html.count(seconds / 86_400) + "\u00a0days";
  }

  /// The address of a feature view.
  static String view(String name) {
    return "/features/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// An address below a use case.
  static String link(String useCase) {
    return "/usecases/" + URLEncoder.encode(useCase, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// A measurement in up to six digits.
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    // Tracking keeps infinities as the greatest numbers.
    if (Math.abs(value) >= Double.MAX_VALUE) {
      return value > 0 ? "\u221e" : "\u2212\u221e";
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return Html.count(value);
    }
    if (size >= 1e4 && size < 1e9) {
      return String.format(Locale.ROOT, "%,.1f", value)
          .replaceFirst("^-", "\u2212")
          .replaceFirst("[.]0$", "");
    }
    String text =
        size >= 1e9 || size < 1e-4
            ? String.format(Locale.ROOT, "%.4e", value).replaceFirst("\\.?0*e", "e")
            : new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
    return text.replaceFirst("^-", "\u2212");
  }

  /// How long something took, from milliseconds to days.
  static String span(long millis) {
    long seconds = Math.max(0, millis) / 1_000;
    if (millis < 1_000) {
      return Math.max(0, millis) + "\u00a0ms";
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f\u00a0s", millis / 1e3);
    }
    if (seconds < 3_600) {
      return seconds / 60 + "\u00a0min " + seconds % 60 + "\u00a0s";
    }
    if (seconds < 172_800) {
      return seconds / 3_600 + "\u00a0h " + seconds % 3_600 / 60 + "\u00a0min";
    }
    return seconds / 86_400 + "\u00a0d " + seconds % 86_400 / 3_600 + "\u00a0h";
  }

  /// A time of tracking, which counts milliseconds.
  static String millisTime(long millis) {
    return time(Instant.ofEpochMilli(millis));
  }

  /// Text that may be long, cut at its end.
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "\u2026";
  }
}
