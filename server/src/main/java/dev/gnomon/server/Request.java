package dev.gnomon.server;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request, read to its end and within its limits; knows nothing of the HTTP library.
///
/// @param segments the decoded parts of the path that stand where the route has `{…}`, in order
/// @param query decoded; the last value wins when a name stands twice
/// @param headers by lower-case name; see [#header]
public record Request(
    String method,
    String path,
    List<String> segments,
    Map<String, String> query,
    Function<String, @Nullable String> headers,
    byte[] body) {

  /// A request without headers.
  public Request(
      String method, String path, List<String> segments, Map<String, String> query, byte[] body) {
    this(method, path, segments, query, name -> null, body);
  }

  /// The first value of a header.
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name.toLowerCase(Locale.ROOT)));
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
