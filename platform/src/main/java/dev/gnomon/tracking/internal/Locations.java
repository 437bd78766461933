package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.TrackingError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where files may be said to lie. A caller may name a storage, never a file of this machine, and
/// nothing that could mean another place once it is decoded or resolved.
final class Locations {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)");
  private static final int DECODINGS = 4;

  private Locations() {}

  static void check(String field, String location) {
    Checks.text(field, location, Checks.LOCATION);
    String problem = problem(location);
    if (problem != null) {
      throw Checks.invalid(field, location, problem);
    }
  }

  static void checkSource(String source) {
    Checks.text("source", source, Checks.LOCATION);
    String problem = problem(source);
    if (problem != null) {
      throw TrackingError.invalid(
          "Invalid model version source: '%s'. %s".formatted(source, problem));
    }
  }

  private static @Nullable String problem(String location) {
    Matcher matcher = SCHEME.matcher(location);
    if (!matcher.matches()) {
      return "It must be the URI of a storage, such as runs:/, models:/, mlflow-artifacts:/ or s3://;"
          + " paths of files are not accepted.";
    }
    if (matcher.group(1).toLowerCase(Locale.ROOT).equals("file")) {
      return "Paths of files are not accepted.";
    }
    if (location.indexOf('#') >= 0 || location.indexOf('?') >= 0) {
      return "It must have no query and no fragment.";
    }
    String rest = matcher.group(2);
    for (int i = 0; i < DECODINGS; i++) {
      if (rest.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
        return "It must have no backslash and no control character.";
      }
      for (String part : rest.split("/", -1)) {
        if (part.equals("..") || part.equals(".")) {
          return "It must have no segment '..' or '.'.";
        }
      }
      if (i > 0 && (rest.indexOf('#') >= 0 || rest.indexOf('?') >= 0)) {
        return "It must have no query and no fragment.";
      }
      String decoded = decoded(rest);
      if (decoded.equals(rest)) {
        return null;
      }
      rest = decoded;
    }
    return "It is encoded too often.";
  }

  /// What is no valid encoding stands for itself.
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
