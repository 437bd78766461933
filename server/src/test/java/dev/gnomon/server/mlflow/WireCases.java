package dev.gnomon.server.mlflow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests and what must come back, written down in a file.
///
/// ```
/// # what is looked at
/// > POST experiments/create {"name":"a"}
/// < 200 {"experiment_id":"$id"}
/// ```
///
/// An expected object may leave members out, and names with a `!` those that must not be there. A
/// list must have as many elements. In texts, `$id` keeps what is found (or stands for what was
/// kept), `*` is anything, and `~words` a text with these words. Kept texts are put in requests
/// too.
final class WireCases {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Pattern KEPT = Pattern.compile("\\$([a-z][A-Za-z0-9]*)");

  private final Map<String, String> kept = new HashMap<>();

  /// One request with the answer.
  record Case(
      String title, int line, String method, String path, String body, int status, String answer) {
    String place() {
      return "line %d (%s): %s %s %s".formatted(line, title, method, path, body);
    }
  }

  static List<Case> read(String resource) throws IOException {
    List<String> lines;
    try (InputStream in =
        Objects.requireNonNull(WireCases.class.getResourceAsStream(resource), resource)) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    List<Case> out = new ArrayList<>();
    String title = "";
    String @Nullable [] request = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        title = line.substring(1).strip();
      } else if (line.startsWith("> ")) {
        request = line.substring(2).split(" ", 3);
      } else if (line.startsWith("< ") && request != null) {
        String[] answer = line.substring(2).split(" ", 2);
        out.add(
            new Case(
                title,
                i + 1,
                request[0],
                request[1],
                request.length == 3 ? request[2] : "",
                Integer.parseInt(answer[0]),
                answer.length == 2 ? answer[1] : "{}"));
      } else if (!line.isBlank()) {
        throw new IllegalArgumentException("line %d: %s".formatted(i + 1, line));
      }
    }
    return out;
  }

  /// A request's path or body with what was kept.
  String filled(String text) {
    Matcher matcher = KEPT.matcher(text);
    return matcher.replaceAll(
        found -> Matcher.quoteReplacement(kept.getOrDefault(found.group(1), found.group())));
  }

  /// What is not as expected, if anything.
  Optional<String> differs(Case expected, MlflowServer.Answered found) {
    String shown = "found %d %s".formatted(found.status(), found.body());
    if (found.status() != expected.status()) {
      return Optional.of("expected %d; %s".formatted(expected.status(), shown));
    }
    if (!found.contentType().startsWith("application/json")) {
      return Optional.of("is " + found.contentType());
    }
    return differs(MAPPER.readTree(expected.answer()), MAPPER.readTree(found.body()), "answer")
        .map(why -> why + "; " + shown);
  }

  private Optional<String> differs(JsonNode expected, @Nullable JsonNode found, String place) {
    if (found == null) {
      return Optional.of(place + " is missing");
    }
    if (expected.isObject()) {
      for (var member : expected.properties()) {
        String name = member.getKey();
        if (name.startsWith("!")) {
          if (found.has(name.substring(1))) {
            return Optional.of(place + " has " + name.substring(1));
          }
          continue;
        }
        Optional<String> inside = differs(member.getValue(), found.get(name), place + "." + name);
        if (inside.isPresent()) {
          return inside;
        }
      }
      return found.isObject() ? Optional.empty() : Optional.of(place + " is no object");
    }
    if (expected.isArray()) {
      if (!found.isArray() || found.size() != expected.size()) {
        return Optional.of("%s has not %d elements".formatted(place, expected.size()));
      }
      for (int i = 0; i < expected.size(); i++) {
        Optional<String> inside =
            differs(expected.get(i), found.get(i), "%s[%d]".formatted(place, i));
        if (inside.isPresent()) {
          return inside;
        }
      }
      return Optional.empty();
    }
    if (expected.isString()) {
      return text(expected.stringValue(), found, place);
    }
    boolean same =
        expected.isNumber()
            ? found.isNumber() && expected.decimalValue().compareTo(found.decimalValue()) == 0
            : expected.equals(found);
    return same
        ? Optional.empty()
        : Optional.of("%s is %s, not %s".formatted(place, found, expected));
  }

  private Optional<String> text(String expected, JsonNode found, String place) {
    if (expected.equals("*")) {
      return Optional.empty();
    }
    if (!found.isString()) {
      return Optional.of(place + " is no text");
    }
    String text = found.stringValue();
    Matcher name = KEPT.matcher(expected);
    if (name.matches() && !kept.containsKey(name.group(1))) {
      kept.put(name.group(1), text);
      return Optional.empty();
    }
    String wanted = filled(expected);
    boolean same =
        wanted.startsWith("~") ? text.contains(wanted.substring(1)) : text.equals(wanted);
    return same
        ? Optional.empty()
        : Optional.of("%s is '%s', not '%s'".formatted(place, text, wanted));
  }
}
