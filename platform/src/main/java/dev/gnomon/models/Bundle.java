package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.stats.RandomStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Everything needed to decide, and to know later why: immutable, the same bytes for the same
/// content. What was evaluated is what is served.
///
/// The files: `bundle.json`, `usecase.yaml`, `preprocessing.json`, `model/`, `calibration.json`,
/// `policy.json`, `reference.json`, `evaluation.json`, `requests.json`; and `provenance/`, which is
/// no part of the identity.
public record Bundle(
    Manifest manifest,
    FittedPreprocessing preprocessing,
    Model model,
    Calibration calibration,
    Policy policy,
    ReferenceStatistics reference,
    JsonNode evaluation,
    List<ReplayRequest> requests) {
  /// The part of a bundle's directory that its hash leaves out.
  public static final String PROVENANCE = "provenance";

  public Bundle {
    requests = List.copyOf(requests);
  }

  /// Puts the parts together and makes up the requests.
  ///
  /// @param evaluation the report, free of times and paths
  public static Bundle of(
      Manifest manifest,
      FittedPreprocessing preprocessing,
      Model model,
      Calibration calibration,
      Policy policy,
      ReferenceStatistics reference,
      JsonNode evaluation,
      long seed) {
    Scoring scoring = new Scoring(preprocessing, model, calibration, policy);
    return new Bundle(
        manifest,
        preprocessing,
        model,
        calibration,
        policy,
        reference,
        evaluation,
        ReplayRequest.sample(
            reference, manifest.row(), scoring, RandomStream.of(seed).split("requests")));
  }

  public Scoring scoring() {
    return new Scoring(preprocessing, model, calibration, policy);
  }

  /// Writes all files into an existing, empty directory.
  public void write(Path directory) {
    try {
      CanonicalJson.write(manifest.toJson(model.kind()), directory.resolve("bundle.json"));
      Files.writeString(
          directory.resolve("usecase.yaml"), manifest.definition(), StandardCharsets.UTF_8);
      CanonicalJson.write(preprocessing.toJson(), directory.resolve("preprocessing.json"));
      model.write(Files.createDirectory(directory.resolve("model")));
      CanonicalJson.write(calibration.toJson(), directory.resolve("calibration.json"));
      CanonicalJson.write(policy.toJson(), directory.resolve("policy.json"));
      CanonicalJson.write(reference.toJson(), directory.resolve("reference.json"));
      CanonicalJson.write(evaluation, directory.resolve("evaluation.json"));
      ArrayNode list = CanonicalJson.object().putArray("requests");
      requests.forEach(request -> list.add(request.toJson()));
      CanonicalJson.write(list, directory.resolve("requests.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a bundle and answers its requests again.
  ///
  /// @throws BadInput when a file is missing or damaged, no engine reads its model, or a request is
  ///   no longer answered as it was, naming each of them
  public static Bundle load(Path directory) {
    JsonNode header = CanonicalJson.read(directory.resolve("bundle.json"));
    Manifest manifest = Manifest.fromJson(header, definition(directory));
    FittedPreprocessing preprocessing =
        FittedPreprocessing.fromJson(CanonicalJson.read(directory.resolve("preprocessing.json")));
    if (!preprocessing
        .inputs()
        .fields()
        .equals(manifest.row().fields().subList(0, manifest.inputs()))) {
      throw new BadInput(
          directory.resolve("preprocessing.json").toString(),
          "it reads other inputs than bundle.json states",
          "the files of one bundle");
    }
    Model model =
        ModelFiles.read(
            header.path("modelKind").asString(""),
            directory.resolve("model"),
            directory.resolve("bundle.json"));
    if (model.inputs() != preprocessing.width()) {
      throw new BadInput(
          directory.resolve("model").toString(),
          "it takes %d inputs, the preprocessing gives %d"
              .formatted(model.inputs(), preprocessing.width()),
          "the files of one bundle");
    }
    Bundle bundle =
        new Bundle(
            manifest,
            preprocessing,
            model,
            Calibration.fromJson(CanonicalJson.read(directory.resolve("calibration.json"))),
            Policy.fromJson(CanonicalJson.read(directory.resolve("policy.json")), manifest.row()),
            ReferenceStatistics.fromJson(CanonicalJson.read(directory.resolve("reference.json"))),
            CanonicalJson.read(directory.resolve("evaluation.json")),
            requests(directory, manifest));
    bundle.replay(directory.resolve("requests.json").toString());
    return bundle;
  }

  private void replay(String place) {
    Scoring scoring = scoring();
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      requests.get(i).replay(scoring, i + 1, place).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private static List<ReplayRequest> requests(Path directory, Manifest manifest) {
    Path file = directory.resolve("requests.json");
    JsonNode list = CanonicalJson.read(file);
    try {
      List<ReplayRequest> requests = new ArrayList<>();
      list.forEach(node -> requests.add(ReplayRequest.fromJson(node, manifest.row())));
      if (requests.isEmpty()) {
        throw new IllegalArgumentException("no request");
      }
      return requests;
    } catch (RuntimeException e) {
      throw new BadInput(
          file.toString(), "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }

  private static String definition(Path directory) {
    Path file = directory.resolve("usecase.yaml");
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "the use case of the bundle");
    }
  }
}
