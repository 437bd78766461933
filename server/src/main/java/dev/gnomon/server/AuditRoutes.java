package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.server.security.Audit;
import dev.gnomon.server.security.AuditLine;
import dev.gnomon.server.security.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/audit`: who asked what of the control surfaces, and what came of it.
final class AuditRoutes {
  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  private final Path file;

  /// @param file `audit.jsonl` of the home
  AuditRoutes(Path file) {
    this.file = file;
  }

  Route route() {
    return Route.get(
        Role.ADMIN,
        "/v1/audit",
        "Who asked what of the control surfaces, the newest first (limit, before, who, usecase,"
            + " outcome: done, refused or failed)",
        this::audit);
  }

  private Answer audit(Request request) {
    int limit = (int) LedgerRoutes.number(request, "limit", 1, MOST, USUAL);
    Audit.Wanted wanted =
        new Audit.Wanted(
            LedgerRoutes.number(request, "before", 1, Long.MAX_VALUE, 0),
            limit,
            request.query("who"),
            request.query("usecase"),
            request.query("outcome").map(AuditRoutes::outcome));
    List<AuditLine> lines;
    try {
      lines = Audit.read(file, wanted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ObjectNode json = CanonicalJson.object();
    ArrayNode list = json.putArray("lines");
    lines.forEach(line -> list.add(line.json()));
    if (lines.size() == limit) {
      json.put("next", lines.getLast().number());
    }
    return Answer.json(200, json.toString());
  }

  private static AuditLine.Outcome outcome(String word) {
    Optional<AuditLine.Outcome> found =
        Arrays.stream(AuditLine.Outcome.values()).filter(one -> one.word().equals(word)).findAny();
    return found.orElseThrow(() ->
        new BadInput(
            "outcome",
            "'%s'".formatted(word.length() > 40 ? word.substring(0, 40) + "…" : word),
            Arrays.stream(AuditLine.Outcome.values())
                .map(AuditLine.Outcome::word)
                .collect(Collectors.joining(", "))));
  }
}
