package dev.gnomon.server.telemetry;

import java.util.Optional;
import java.util.regex.Pattern;

/// The header `traceparent`: `00-<trace id>-<span id>-<flags>`, all lower-case hexadecimal.
///
/// A header that is not valid counts as none, as the standard asks; so do the version `ff` and ids
/// of zeros only. A later version may have more after the flags.
///
/// Source: W3C Trace Context, section 3.2.
///
/// @param traceId 32 digits
/// @param spanId 16 digits, the caller's
/// @param sampled whether the caller keeps its part of the trace
public record TraceParent(String traceId, String spanId, boolean sampled) {
  static final String HEADER = "traceparent";

  private static final int LENGTH = 55;
  private static final int MOST = 512;
  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  public static Optional<TraceParent> parse(String text) {
    if (text.length() < LENGTH || text.length() > MOST) {
      return Optional.empty();
    }
    boolean longer = text.length() > LENGTH;
    if ((longer && (text.startsWith("00") || text.charAt(LENGTH) != '-'))
        || !FORM.matcher(text).region(0, LENGTH).matches()) {
      return Optional.empty();
    }
    boolean sampled = (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1;
    return Optional.of(new TraceParent(text.substring(3, 35), text.substring(36, 52), sampled));
  }
}
