package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the last comparison of served features found, kept in the home for gates and reports.
///
/// @param definition hash of the definition that was compared
/// @param at when
/// @param how for people: what was compared with what
/// @param values how many values
/// @param differing how many of them differ
/// @param features those of which any differs
public record LastVerification(
    String definition, Instant at, String how, long values, long differing, List<String> features) {
  public LastVerification {
    features = List.copyOf(features);
  }

  /// Who compared: the whole log, or a sample of live requests.
  public enum Kind {
    WHOLE("last"),
    LIVE("live");

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  public static LastVerification of(VerificationReport report, Instant at) {
    return new LastVerification(
        report.definition(),
        at,
        "%d %s against both paths".formatted(report.requests(), report.compared().word()),
        report.values(),
        report.differing(),
        report.differingFeatures());
  }

  private static Path file(Home home, String useCase, Kind kind) {
    return home.root().resolve("verification").resolve(useCase + "." + kind.file + ".json");
  }

  /// Keeps it as the last of its kind.
  public void write(Home home, String useCase, Kind kind) {
    ObjectNode json =
        CanonicalJson.object()
            .put("definition", definition)
            .put("at", at.toString())
            .put("how", how)
            .put("values", values)
            .put("differing", differing);
    ArrayNode names = json.putArray("features");
    features.forEach(names::add);
    try {
      AtomicFiles.write(file(home, useCase, kind), CanonicalJson.bytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The last of a kind, if there is one.
  public static Optional<LastVerification> read(Home home, String useCase, Kind kind) {
    Path file = file(home, useCase, kind);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode json = CanonicalJson.read(file);
    List<String> names = new ArrayList<>();
    json.path("features").forEach(name -> names.add(name.stringValue()));
    return Optional.of(
        new LastVerification(
            json.path("definition").stringValue(),
            Instant.parse(json.path("at").stringValue()),
            json.path("how").stringValue(),
            json.path("values").longValue(),
            json.path("differing").longValue(),
            names));
  }
}
