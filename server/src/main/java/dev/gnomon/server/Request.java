package dev.gnomon.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request, read to its end and within its limits; knows nothing of the HTTP library.
///
/// @param segments the decoded parts of the path that stand where the route has `{…}`, in order
/// @param query decoded; the last value wins when a name stands twice
public record Request(
    String method, String path, List<String> segments, Map<String, String> query, byte[] body) {
  public Request {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
