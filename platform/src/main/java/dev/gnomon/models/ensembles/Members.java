package dev.gnomon.models.ensembles;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The members of an ensemble on disk: `ensemble.json`, and a folder per member named by its
/// number.
final class Members {
  static final String FILE = "ensemble.json";

  private Members() {}

  static void requireSameInputs(List<Model> members) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("an ensemble without members");
    }
    for (Model member : members) {
      if (member.inputs() != members.getFirst().inputs()) {
        throw new IllegalArgumentException("members of different inputs");
      }
    }
  }

  static void write(ObjectNode json, List<Model> members, Path directory) {
    ArrayNode kinds = json.putArray("members");
    for (int m = 0; m < members.size(); m++) {
      kinds.add(members.get(m).kind());
      write(members.get(m), directory.resolve(Integer.toString(m)));
    }
    CanonicalJson.write(json, directory.resolve(FILE));
  }

  static void write(Model model, Path directory) {
    try {
      model.write(Files.createDirectory(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @throws BadInput when the files are no such ensemble
  static Model read(Path directory, BiFunction<JsonNode, List<Model>, Model> made) {
    Path file = directory.resolve(FILE);
    return ModelFiles.stated(
        file,
        "an ensemble",
        json -> {
          List<Model> members = new ArrayList<>();
          for (JsonNode kind : json.required("members")) {
            members.add(
                ModelFiles.read(
                    kind.stringValue(), directory.resolve(Integer.toString(members.size())), file));
          }
          return made.apply(json, members);
        });
  }
}
