package dev.gnomon.server.telemetry;

import dev.gnomon.core.BadInput;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where traces go, by the environment variables that OpenTelemetry defines.
///
/// @param endpoint the full address of the collector's traces
/// @param headers sent with every export, such as a key
/// @param ratio of the requests without a `traceparent` that are kept
/// @param service what this server is called
/// @param delay how long spans are gathered before they are sent
record OtlpSettings(
    URI endpoint, Map<String, String> headers, double ratio, String service, Duration delay) {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String RATIO = "OTEL_TRACES_SAMPLER_ARG";
  private static final String DELAY = "OTEL_BSP_SCHEDULE_DELAY";
  private static final double USUAL_RATIO = 0.01;

  OtlpSettings {
    headers = Map.copyOf(headers);
  }

  /// Empty when no collector is named, or telemetry is switched off.
  ///
  /// @throws BadInput when a variable can't be used
  static Optional<OtlpSettings> of(Map<String, String> environment) {
    String all = environment.getOrDefault(ENDPOINT, "").strip();
    String traces = environment.getOrDefault(TRACES, "").strip();
    if ((all.isEmpty() && traces.isEmpty())
        || environment.getOrDefault("OTEL_SDK_DISABLED", "").strip().equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    String protocol = environment.getOrDefault(PROTOCOL, "").strip().toLowerCase(Locale.ROOT);
    if (!protocol.isEmpty() && !protocol.equals("http/protobuf")) {
      throw new BadInput(PROTOCOL, "'%s' is not spoken".formatted(protocol), "http/protobuf");
    }
    URI endpoint =
        traces.isEmpty()
            ? address(ENDPOINT, all.endsWith("/") ? all + "v1/traces" : all + "/v1/traces")
            : address(TRACES, traces);
    String service = environment.getOrDefault("OTEL_SERVICE_NAME", "").strip();
    return Optional.of(
        new OtlpSettings(
            endpoint,
            headers(environment.getOrDefault("OTEL_EXPORTER_OTLP_HEADERS", "")),
            number(environment, RATIO, USUAL_RATIO, 1, "a share from 0 to 1, as in 0.05"),
            service.isEmpty() ? "gnomon" : service,
            Duration.ofMillis(
                (long) number(environment, DELAY, 5_000, 600_000, "milliseconds, as in 5000"))));
  }

  private static URI address(String variable, String text) {
    try {
      URI address = URI.create(text);
      String scheme = String.valueOf(address.getScheme());
      if (address.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // Told below, with what would be valid.
    }
    throw new BadInput(
        variable, "'%s' is no address".formatted(text), "as in http://127.0.0.1:4318");
  }

  /// Pairs `name=value`, separated by commas.
  private static Map<String, String> headers(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        headers.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      } else if (!pair.isBlank()) {
        // The pair itself may be a secret.
        throw new BadInput(
            "OTEL_EXPORTER_OTLP_HEADERS", "a pair has no =", "name=value,name=value");
      }
    }
    return headers;
  }

  private static double number(
      Map<String, String> environment, String variable, double usual, double most, String valid) {
    String text = environment.getOrDefault(variable, "").strip();
    if (text.isEmpty()) {
      return usual;
    }
    try {
      double number = Double.parseDouble(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Told below, with what would be valid.
    }
    throw new BadInput(variable, "'%s' can't be used".formatted(text), valid);
  }
}
