package dev.gnomon.server;

import dev.gnomon.server.security.Verdict.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request, read to its end and within its limits; knows nothing of the HTTP library.
///
/// @param segments the decoded parts of the path that stand where the route has `{…}`, in order
/// @param query decoded; the last value wins when a name stands twice: see [#queryAll]
/// @param rawQuery as it came, if there is one
/// @param headers by lower-case name; see [#header]
/// @param caller who asks; the route's role and the use cases of its path are checked already
/// @param peer the address at the other end of the connection
public record Request(
    String method,
    String path,
    List<String> segments,
    Map<String, String> query,
    @Nullable String rawQuery,
    Function<String, @Nullable String> headers,
    byte[] body,
    Principal caller,
    Supplier<String> peer) {

  /// A request without headers.
  public Request(
      String method, String path, List<String> segments, Map<String, String> query, byte[] body) {
    this(
        method, path, segments, query, null, name -> null, body, Principal.NOBODY, () -> "unknown");
  }

  /// The first value of a header.
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name.toLowerCase(Locale.ROOT)));
  }

  /// The values of a parameter that may stand several times, in their order.
  public List<String> queryAll(String name) {
    return Query.all(rawQuery, name);
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
