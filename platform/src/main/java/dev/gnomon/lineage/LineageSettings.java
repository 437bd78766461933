package dev.gnomon.lineage;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// Where run events go besides the home, read as the clients of OpenLineage read it.
///
/// @param namespace of the jobs
/// @param endpoint where events are posted; empty for nowhere
/// @param apiKey sent as a bearer token
/// @param kafka where topics are that do not say it themselves
public record LineageSettings(
    String namespace, Optional<URI> endpoint, Optional<String> apiKey, String kafka) {

  /// Reads `OPENLINEAGE_URL`, `OPENLINEAGE_ENDPOINT` (default `api/v1/lineage`),
  /// `OPENLINEAGE_API_KEY`, `OPENLINEAGE_NAMESPACE` (default `gnomon`) and `OPENLINEAGE_DISABLED`
  /// (`true` sends nothing).
  ///
  /// @throws IllegalArgumentException if the address is none of http or https
  public static LineageSettings of(Map<String, String> environment) {
    String url = environment.getOrDefault("OPENLINEAGE_URL", "").strip();
    boolean silent = environment.getOrDefault("OPENLINEAGE_DISABLED", "").equalsIgnoreCase("true");
    return new LineageSettings(
        given(environment, "OPENLINEAGE_NAMESPACE").orElse("gnomon"),
        url.isEmpty() || silent
            ? Optional.empty()
            : Optional.of(
                endpoint(url, given(environment, "OPENLINEAGE_ENDPOINT").orElse("api/v1/lineage"))),
        given(environment, "OPENLINEAGE_API_KEY"),
        given(environment, "GNOMON_KAFKA_SERVERS").orElse("unknown"));
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static URI endpoint(String url, String path) {
    URI uri = URI.create(url.replaceAll("/+$", "") + "/" + path.replaceAll("^/+", ""));
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException("'%s' is no http or https address".formatted(url));
    }
    return uri;
  }
}
