package dev.gnomon.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What part of a body is asked for (RFC 9110, section 14). Several ranges at once, and what can't
/// be understood, are answered with the whole, as the standard allows.
sealed interface ByteRange {
  /// Everything.
  record Whole() implements ByteRange {}

  /// From one byte up to before another.
  record Part(long from, long until) implements ByteRange {}

  /// Nothing of it is there.
  record Beyond() implements ByteRange {}

  Pattern RANGE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

  /// @param range the header `Range`
  /// @param ifRange the header `If-Range`: with another etag than the body's, the body changed
  ///   since the part that the client has, and it needs the whole
  static ByteRange of(@Nullable String range, @Nullable String ifRange, String etag, long length) {
    if (range == null || (ifRange != null && !ifRange.strip().equals(etag))) {
      return new Whole();
    }
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches()) {
      return new Whole();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty() && last.isEmpty()) {
      return new Whole();
    }
    if (first.isEmpty()) {
      long suffix = Math.min(length, Long.parseLong(last));
      return suffix == 0 ? new Beyond() : new Part(length - suffix, length);
    }
    long from = Long.parseLong(first);
    long until = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
    if (!last.isEmpty() && Long.parseLong(last) < from) {
      return new Whole();
    }
    return from >= length ? new Beyond() : new Part(from, until);
  }
}
