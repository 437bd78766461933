package dev.gnomon.serving;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.log.LogErasure.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An erasure that was decided and is not finished: everything that is left to do, each step of
/// which may be done twice. It names records by their places and the key by its hash, so that it
/// holds nothing of a person itself.
///
/// @param id of this erasure
/// @param columns the column with the key, by source
/// @param targets records, by log (`sources/logins/events`)
/// @param copies Parquet files to write again, by log
/// @param ledger what the ledger will say
record ErasureJournal(
    String id,
    String useCase,
    String entity,
    String subject,
    Instant at,
    String who,
    String why,
    Map<String, String> columns,
    Map<String, List<Target>> targets,
    Map<String, List<String>> copies,
    String ledger) {
  private static Path file(Home home) {
    return home.erasures().resolve("pending.json");
  }

  /// On disk on return.
  void write(Home home) throws IOException {
    ObjectNode json =
        CanonicalJson.object()
            .put("id", id)
            .put("useCase", useCase)
            .put("entity", entity)
            .put("subject", subject)
            .put("at", at.toString())
            .put("who", who)
            .put("why", why)
            .put("ledger", ledger);
    ObjectNode places = json.putObject("columns");
    columns.forEach(places::put);
    ObjectNode logs = json.putObject("targets");
    targets.forEach((log, list) -> {
      ArrayNode out = logs.putArray(log);
      for (Target target : list) {
        out.addArray()
            .add(target.position())
            .add(target.length())
            .add(target.type())
            .add(target.keep());
      }
    });
    ObjectNode parts = json.putObject("copies");
    copies.forEach((log, list) -> {
      ArrayNode out = parts.putArray(log);
      list.forEach(out::add);
    });
    AtomicFiles.write(file(home), CanonicalJson.bytes(json));
  }

  static Optional<ErasureJournal> read(Home home) {
    if (!Files.isRegularFile(file(home))) {
      return Optional.empty();
    }
    JsonNode json = CanonicalJson.read(file(home));
    Map<String, String> columns = new TreeMap<>();
    json.required("columns")
        .properties()
        .forEach(one -> columns.put(one.getKey(), one.getValue().stringValue()));
    Map<String, List<Target>> targets = new TreeMap<>();
    json.required("targets")
        .properties()
        .forEach(one -> {
          List<Target> list = new ArrayList<>();
          for (JsonNode target : one.getValue()) {
            list.add(
                new Target(
                    target.get(0).longValue(),
                    target.get(1).intValue(),
                    target.get(2).intValue(),
                    target.get(3).intValue()));
          }
          targets.put(one.getKey(), list);
        });
    Map<String, List<String>> copies = new TreeMap<>();
    json.required("copies")
        .properties()
        .forEach(one -> {
          List<String> list = new ArrayList<>();
          one.getValue().forEach(name -> list.add(name.stringValue()));
          copies.put(one.getKey(), list);
        });
    return Optional.of(
        new ErasureJournal(
            json.required("id").stringValue(),
            json.required("useCase").stringValue(),
            json.required("entity").stringValue(),
            json.required("subject").stringValue(),
            Instant.parse(json.required("at").stringValue()),
            json.required("who").stringValue(),
            json.required("why").stringValue(),
            columns,
            targets,
            copies,
            json.required("ledger").stringValue()));
  }

  /// Nothing is left to do.
  static void end(Home home) throws IOException {
    if (Files.deleteIfExists(file(home))) {
      AtomicFiles.forceDirectory(home.erasures());
    }
  }
}
