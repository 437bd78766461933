package dev.gnomon.server;

import dev.gnomon.server.security.Form;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which bodies a route takes. That they must carry their media type keeps forms of other web pages
/// away: a form can't name JSON.
final class Gate {
  private Gate() {}

  static boolean acceptable(Route.Accepts accepts, @Nullable String contentType) {
    String type =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (accepts) {
      case NOTHING, ANY -> true;
      case JSON -> type.equals("application/json");
      case JSON_OR_UNSTATED -> type.isEmpty() || type.equals("application/json");
      case FORM -> type.equals(Form.TYPE);
      case JSON_OR_NDJSON ->
          type.equals("application/json")
              || type.equals("application/x-ndjson")
              || type.equals("application/ndjson");
    };
  }
}
