package dev.gnomon.server.security;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is asked, before its body is read.
///
/// @param least the role that the route needs
/// @param pattern of the route; empty when the path leads nowhere
/// @param segments decoded, where the pattern has `{…}`
/// @param host the authority that the client named
/// @param headers by lower-case name
/// @param peer the address at the other end of the connection
/// @param takesForms whether the route's body is a form, which brings its own proof
public record Asked(
    String method,
    Role least,
    String pattern,
    List<String> segments,
    @Nullable String host,
    Function<String, @Nullable String> headers,
    Supplier<String> peer,
    boolean takesForms) {

  @Nullable String header(String name) {
    return headers.apply(name);
  }

  /// Whether answering changes nothing.
  boolean safe() {
    return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
  }
}
