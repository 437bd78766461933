package dev.gnomon.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the route of a request by walking its path part by part. A literal part wins over a `{…}`,
/// and of those with a tail (`{name}.svg`) the first stated wins. `{name...}`, the last of its
/// pattern, takes all that is left of a path, slashes included, and wins over nothing.
final class RouteTable {
  private final Node root = new Node();

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final List<Branch> branches = new ArrayList<>();

    /// Where `{…...}` leads.
    @Nullable Node rest;

    /// By method, in the order in which they were stated.
    final Map<String, Route> routes = new LinkedHashMap<>();
  }

  /// A `{…}` with what must follow it in the same part.
  private record Branch(String tail, Node node) {}

  /// What a path leads to.
  sealed interface Match {
    /// @param segments the decoded parts that stand where the route has `{…}`
    record Found(Route route, List<String> segments) implements Match {}

    /// The path exists for other methods only.
    ///
    /// @param any one of its routes, for the form of its errors
    record OtherMethods(Route any, String allowed) implements Match {}

    /// The part for a `{…}` is not validly encoded.
    record BadEncoding(Route route) implements Match {}

    /// There is nothing here.
    record Nothing() implements Match {}
  }

  private static final Match NOTHING = new Match.Nothing();

  /// @throws IllegalArgumentException when two routes have one method and pattern
  RouteTable(List<Route> routes) {
    for (Route route : routes) {
      Node node = root;
      for (String part : parts(route.pattern())) {
        node =
            part.endsWith("...}")
                ? rest(node)
                : part.startsWith("{") ? branch(node, part) : literal(node, part);
      }
      if (node.routes.putIfAbsent(route.method(), route) != null) {
        throw new IllegalArgumentException(
            "two routes for %s %s".formatted(route.method(), route.pattern()));
      }
    }
  }

  private static Node literal(Node node, String part) {
    return node.literals.computeIfAbsent(part, one -> new Node());
  }

  private static Node rest(Node node) {
    Node rest = node.rest == null ? new Node() : node.rest;
    node.rest = rest;
    return rest;
  }

  private static Node branch(Node node, String part) {
    String tail = part.substring(part.indexOf('}') + 1);
    for (Branch branch : node.branches) {
      if (branch.tail.equals(tail)) {
        return branch.node;
      }
    }
    Branch branch = new Branch(tail, new Node());
    // One with a tail says more than one without.
    if (tail.isEmpty()) {
      node.branches.add(branch);
    } else {
      node.branches.addFirst(branch);
    }
    return branch.node;
  }

  private static String[] parts(String pattern) {
    return pattern.substring(1).split("/", -1);
  }

  /// @param method HEAD is answered by the route of GET
  Match find(String method, String path) {
    @Nullable String[] raw = new @Nullable String[MOST_SEGMENTS];
    Node node = walk(root, path, path.startsWith("/") ? 1 : 0, raw, 0);
    if (node == null) {
      return NOTHING;
    }
    Route route = node.routes.get(method.equals("HEAD") ? "GET" : method);
    if (route == null) {
      return new Match.OtherMethods(
          node.routes.values().iterator().next(), String.join(", ", node.routes.keySet()));
    }
    try {
      List<String> segments = new ArrayList<>(2);
      for (String part : raw) {
        if (part == null) {
          break;
        }
        segments.add(decoded(part));
      }
      return new Match.Found(route, segments);
    } catch (IllegalArgumentException e) {
      return new Match.BadEncoding(route);
    }
  }

  private static final int MOST_SEGMENTS = 8;

  /// The node at which the path ends and that has a route, if any.
  private static @Nullable Node walk(
      Node node, String path, int from, @Nullable String[] raw, int depth) {
    int slash = path.indexOf('/', from);
    String part = path.substring(from, slash < 0 ? path.length() : slash);
    Node literal = node.literals.get(part);
    if (literal != null) {
      Node end = end(literal, path, slash, raw, depth);
      if (end != null) {
        return end;
      }
    }
    for (Branch branch : node.branches) {
      if (part.length() > branch.tail.length()
          && part.endsWith(branch.tail)
          && depth < MOST_SEGMENTS) {
        raw[depth] = part.substring(0, part.length() - branch.tail.length());
        Node end = end(branch.node, path, slash, raw, depth + 1);
        if (end != null) {
          return end;
        }
        raw[depth] = null;
      }
    }
    if (node.rest != null && from < path.length() && depth < MOST_SEGMENTS) {
      raw[depth] = path.substring(from);
      return node.rest;
    }
    return null;
  }

  private static @Nullable Node end(
      Node node, String path, int slash, @Nullable String[] raw, int depth) {
    if (slash >= 0) {
      return walk(node, path, slash + 1, raw, depth);
    }
    return node.routes.isEmpty() ? null : node;
  }

  /// A plus is a plus in a path; only forms and queries write blanks so.
  ///
  /// @throws IllegalArgumentException when it is not validly encoded
  private static String decoded(String part) {
    return part.indexOf('%') < 0
        ? part
        : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
