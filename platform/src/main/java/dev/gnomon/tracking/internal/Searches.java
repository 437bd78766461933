package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What searches and lists have in common.
final class Searches {
  private Searches() {}

  static void checkMost(int most, int limit) {
    if (most < 1 || most > limit) {
      throw Checks.invalid(
          "max_results", most, "Must be at least 1 and at most %d.".formatted(limit));
    }
  }

  static @Nullable String token(Search search) {
    return token(search.token());
  }

  static @Nullable String token(@Nullable String token) {
    return token == null || token.isEmpty() ? null : token;
  }

  /// Those that can exist.
  static List<Long> studies(List<String> ids) {
    List<Long> studies = new ArrayList<>();
    for (String id : ids) {
      OptionalLong number = StudyRules.number(id);
      if (number.isPresent() && !studies.contains(number.getAsLong())) {
        studies.add(number.getAsLong());
      }
    }
    return studies;
  }

  static String token(String query, Metric last) {
    return HistoryToken.of(
        query,
        List.of(
            Long.toString(last.timestamp()),
            Long.toString(last.step()),
            Double.toString(last.value())));
  }

  static Metric metric(String query, String key, String token) {
    List<@Nullable String> values = HistoryToken.values(query, token, 3);
    try {
      return new Metric(
          key, Double.parseDouble(text(values, 2)), number(values, 0), number(values, 1));
    } catch (NumberFormatException e) {
      throw Checks.invalid("page_token", token, "not a token of this list");
    }
  }

  private static long number(List<@Nullable String> values, int i) {
    return Long.parseLong(text(values, i));
  }

  private static String text(List<@Nullable String> values, int i) {
    String text = values.get(i);
    if (text == null) {
      throw new NumberFormatException("null");
    }
    return text;
  }
}
