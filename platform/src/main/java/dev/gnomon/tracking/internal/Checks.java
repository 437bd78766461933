package dev.gnomon.tracking.internal;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.StringNode;

/// What a name, a key and a text may be, with the messages of MLflow's server.
final class Checks {
  static final int KEY = 250;
  static final int PARAM_VALUE = 6_000;
  static final int RUN_TAG_VALUE = 8_000;
  static final int STUDY_TAG_VALUE = 5_000;
  static final int MODEL_TAG_VALUE = 100_000;
  static final int STUDY_NAME = 500;
  static final int MODEL_NAME = 256;
  static final int DESCRIPTION = 100_000;
  static final int LOCATION = 4_096;
  static final int NAME = 250;

  private static final Pattern KEY_LETTERS =
      Pattern.compile("[/\\w.\\- :]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][\\w-]{0,255}");
  private static final int SHOWN = 100;

  private Checks() {}

  static TrackingError invalid(String field, Object value, String reason) {
    String text =
        value instanceof String string
            ? CanonicalJson.text(StringNode.valueOf(shortened(string))).strip()
            : value.toString();
    return TrackingError.invalid(
        "Invalid value %s for parameter '%s' supplied: %s".formatted(text, field, reason));
  }

  private static String shortened(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(c -> out.appendCodePoint(Character.getType(c) == Character.SURROGATE ? '?' : c));
    return text.codePointCount(0, text.length()) > SHOWN
        ? out.append('…').toString()
        : out.toString();
  }

  static void required(String field, String value) {
    if (value.isEmpty()) {
      throw TrackingError.invalid(
          ("Missing value for required parameter '%s'."
                  + " See the API docs for more information about request parameters.")
              .formatted(field));
    }
  }

  /// Any text that a database can keep: no NUL, no half of a surrogate pair.
  static void text(String field, String value, int most) {
    int length = value.length();
    if (length > most && value.codePointCount(0, length) > most) {
      throw invalid(
          field,
          value,
          "exceeds the maximum length of %d characters (it has %d)"
              .formatted(most, value.codePointCount(0, length)));
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw invalid(field, value, "a NUL character can't be kept");
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < length
                && Character.isLowSurrogate(value.charAt(i + 1));
        if (!pair) {
          throw invalid(field, value, "half of a surrogate pair is no character");
        }
        i++;
      }
    }
  }

  static void optional(String field, @Nullable String value, int most) {
    if (value != null) {
      text(field, value, most);
    }
  }

  /// A key of a metric, a parameter or a tag: it may become the name of a file.
  static void key(String field, String key) {
    required(field, key);
    text(field, key, KEY);
    if (!KEY_LETTERS.matcher(key).matches()) {
      throw invalid(
          field,
          key,
          "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.),"
              + " spaces ( ), colon(:) and slashes (/).");
    }
    if (!normal(key)) {
      throw invalid(
          field,
          key,
          "Names may be treated as files in certain cases, and must not resolve to other names"
              + " when treated as such.");
    }
  }

  private static boolean normal(String key) {
    if (key.startsWith("/") || key.startsWith("..")) {
      return false;
    }
    for (String part : key.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  static void tag(String field, Tag tag, int most) {
    key(field + "key", tag.key());
    text(field + "value", tag.value(), most);
  }

  /// A tag outside of runs: its key may be any text.
  static void freeTag(String field, Tag tag, int most) {
    required(field + "key", tag.key());
    text(field + "key", tag.key(), KEY);
    text(field + "value", tag.value(), most);
  }

  static void freeTags(List<Tag> tags, int most) {
    for (int i = 0; i < tags.size(); i++) {
      freeTag("tags[%d].".formatted(i), tags.get(i), most);
    }
  }

  /// What can't be the id of a run is one that is not found.
  static boolean isRunId(String id) {
    return RUN_ID.matcher(id).matches();
  }
}
