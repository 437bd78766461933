package dev.gnomon.server.security;

import dev.gnomon.core.CanonicalJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One line of the audit: a request, or how many more like it were refused.
///
/// @param number of the line; later lines have higher ones, over all files
/// @param who the caller's name; empty when nobody was known
/// @param what method and path, without its query
/// @param useCase that the path names; empty when it names none
/// @param from the client's address
/// @param more how many further requests this line stands for; 0 for a line about one request
/// @param since when the counting of these began; the time of the line where it counts none
public record AuditLine(
    long number,
    Instant at,
    String who,
    String what,
    String useCase,
    String from,
    int status,
    long more,
    Instant since) {

  /// What came of it.
  public enum Outcome {
    DONE,
    /// Who asked may not.
    REFUSED,
    /// What was asked can't be done.
    FAILED;

    /// As it is written: `done`, …
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Outcome outcome(int status) {
    return status < 400
        ? Outcome.DONE
        : status == 401 || status == 403 || status == 429 ? Outcome.REFUSED : Outcome.FAILED;
  }

  public Outcome outcome() {
    return outcome(status);
  }

  AuditLine numbered(long number) {
    return new AuditLine(number, at, who, what, useCase, from, status, more, since);
  }

  /// What a line that counts says in words; empty for one about a single request.
  public String says() {
    return more == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%s %,d more times from %s",
            outcome().word(),
            more,
            who.isEmpty() ? from : who + ", " + from);
  }

  public ObjectNode json() {
    ObjectNode json =
        CanonicalJson.object().put("n", number).put("at", at.toString()).put("who", who);
    json.put("what", what);
    if (!useCase.isEmpty()) {
      json.put("useCase", useCase);
    }
    json.put("from", from).put("status", status).put("outcome", outcome().word());
    if (more > 0) {
      json.put("more", more).put("since", since.toString()).put("says", says());
    }
    return json;
  }

  /// @return empty for what is no line of ours, as one cut off by the end of a process
  static Optional<AuditLine> parse(String text) {
    try {
      JsonNode json = JsonMapper.shared().readTree(text);
      Instant at = Instant.parse(json.path("at").asString(""));
      return Optional.of(
          new AuditLine(
              json.path("n").asLong(0),
              at,
              json.path("who").asString(""),
              json.path("what").asString(""),
              json.path("useCase").asString(""),
              json.path("from").asString(""),
              json.path("status").asInt(0),
              json.path("more").asLong(0),
              json.has("since") ? Instant.parse(json.path("since").asString("")) : at));
    } catch (JacksonException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
