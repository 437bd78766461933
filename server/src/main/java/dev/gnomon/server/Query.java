package dev.gnomon.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The part of an address behind the question mark.
final class Query {
  private static final int MOST = 1_000;

  private Query() {}

  /// By name; the last value wins when one stands twice.
  static Map<String, String> last(@Nullable String raw) {
    if (raw == null) {
      return Map.of();
    }
    Map<String, String> out = new HashMap<>();
    forEach(raw, out::put);
    return out;
  }

  /// The values of one name in their order.
  static List<String> all(@Nullable String raw, String name) {
    List<String> out = new ArrayList<>();
    if (raw != null) {
      forEach(
          raw,
          (found, value) -> {
            if (found.equals(name)) {
              out.add(value);
            }
          });
    }
    return out;
  }

  private static void forEach(String raw, BiConsumer<String, String> found) {
    for (String pair : raw.split("&", MOST)) {
      int equals = pair.indexOf('=');
      try {
        if (equals > 0) {
          found.accept(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        } else if (!pair.isEmpty()) {
          found.accept(decode(pair), "");
        }
      } catch (IllegalArgumentException _) {
        // Not validly encoded: as if it were not there, like any parameter that no route reads.
      }
    }
  }

  private static String decode(String part) {
    return part.indexOf('%') < 0 && part.indexOf('+') < 0
        ? part
        : URLDecoder.decode(part, StandardCharsets.UTF_8);
  }
}
