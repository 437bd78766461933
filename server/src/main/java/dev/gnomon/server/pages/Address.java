package dev.gnomon.server.pages;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An address of a page with its question. Immutable; [#text] is encoded, and still to be escaped
/// where it stands in HTML: [#html] is.
record Address(String path, List<Part> parts) {
  /// One `name=value` behind the question mark.
  record Part(String name, String value) {}

  Address {
    parts = List.copyOf(parts);
  }

  /// @param path its parts, each encoded here
  static Address of(String... path) {
    StringBuilder out = new StringBuilder();
    for (String part : path) {
      out.append('/').append(encoded(part).replace("+", "%20"));
    }
    return new Address(out.toString(), List.of());
  }

  /// With one more; an empty value is left out.
  Address with(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(name, value));
    return new Address(path, more);
  }

  Address with(String name, List<String> values) {
    Address out = this;
    for (String value : values) {
      out = out.with(name, value);
    }
    return out;
  }

  Address without(String name) {
    return new Address(path, parts.stream().filter(part -> !part.name().equals(name)).toList());
  }

  String text() {
    StringBuilder out = new StringBuilder(path);
    char between = '?';
    for (Part part : parts) {
      out.append(between).append(encoded(part.name())).append('=').append(encoded(part.value()));
      between = '&';
    }
    return out.toString();
  }

  /// As the value of an attribute.
  String html() {
    return dev.gnomon.core.html.Html.escape(text());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
