package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.TrackingError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What says where the next page begins: the values of the last item of a page by which the list is
/// ordered. It is tied to the query it came from.
final class HistoryToken {
  private static final String FORM = "1";

  private HistoryToken() {}

  /// @param query anything that describes what is listed and in which order
  static String of(String query, List<? extends @Nullable String> values) {
    StringBuilder text = new StringBuilder(FORM).append(' ').append(sum(query));
    for (String value : values) {
      text.append(' ');
      if (value != null) {
        text.append(value.length()).append(':').append(value);
      } else {
        text.append('-');
      }
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String sum(String query) {
    CRC32C sum = new CRC32C();
    sum.update(query.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }

  /// @throws TrackingError if it is none, or one of another query
  static List<@Nullable String> values(String query, String token, int count) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      String head = FORM + " " + sum(query);
      if (text.startsWith(head)) {
        List<@Nullable String> values = split(text.substring(head.length()));
        if (values.size() == count) {
          return values;
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // falls through: what can't be read is no token
    }
    throw TrackingError.invalid(
        "Invalid value for parameter 'page_token' supplied: not a token of this list with this"
            + " filter and order; leave it out to begin with the first page");
  }

  private static List<@Nullable String> split(String text) {
    List<@Nullable String> values = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      if (text.charAt(i + 1) == '-') {
        values.add(null);
        i += 2;
      } else {
        int colon = text.indexOf(':', i);
        int end = colon + 1 + Integer.parseInt(text.substring(i + 1, colon));
        values.add(text.substring(colon + 1, end));
        i = end;
      }
    }
    return values;
  }
}
