package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a folder of chunks holds and what it was computed from: `manifest.json`, replaced
/// atomically after every chunk.
///
/// @param useCase its name
/// @param definition what rows mean, part by part
/// @param keyName the name of the key column
/// @param features names of the model inputs, in order
/// @param asOfMicros up to when outcomes were known
/// @param horizonMicros of the target; 0 when labels stand in a column
/// @param chunks by number, ascending
/// @param hash of the whole training set; empty while chunks are missing
public record ChunkManifest(
    String useCase,
    SortedMap<String, String> definition,
    String keyName,
    List<String> features,
    long asOfMicros,
    long horizonMicros,
    SortedMap<Long, Chunk> chunks,
    Optional<String> hash) {
  static final String FILE = "manifest.json";
  private static final int FORMAT = 1;

  /// One chunk of observation time.
  ///
  /// @param fromMicros inclusive
  /// @param toMicros exclusive
  /// @param file its name in the folder
  /// @param labelled rows with a label
  /// @param positive rows whose label is 1
  /// @param hash content hash of its rows, as of a training set of its own
  /// @param matureUntil up to which of its times the labels were known, microseconds
  /// @param unlabelled why labels are missing: reason to count
  /// @param inputs digests of all it depends on, by what they are of
  public record Chunk(
      long fromMicros,
      long toMicros,
      String file,
      long rows,
      long labelled,
      long positive,
      String hash,
      long matureUntil,
      Map<String, Long> unlabelled,
      SortedMap<String, String> inputs) {}

  public long rows() {
    return chunks.values().stream().mapToLong(Chunk::rows).sum();
  }

  public long labelled() {
    return chunks.values().stream().mapToLong(Chunk::labelled).sum();
  }

  /// Rows whose label is 1.
  public long positive() {
    return chunks.values().stream().mapToLong(Chunk::positive).sum();
  }

  /// Why labels are missing: reason to count.
  public Map<String, Long> unlabelled() {
    Map<String, Long> all = new LinkedHashMap<>();
    chunks.values().forEach(c -> c.unlabelled().forEach((why, n) -> all.merge(why, n, Long::sum)));
    return all;
  }

  /// The manifest of a folder, if it has one.
  ///
  /// @throws BadInput when there is a file that is none
  public static Optional<ChunkManifest> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode json = CanonicalJson.read(file);
    try {
      if (json.required("format").intValue() != FORMAT) {
        throw new BadInput(
            file.toString(), "format " + json.get("format"), "format 1; start anew with --restart");
      }
      SortedMap<Long, Chunk> chunks = new TreeMap<>();
      for (JsonNode chunk : json.required("chunks")) {
        chunks.put(chunk.required("number").longValue(), chunk(chunk));
      }
      List<String> features = new ArrayList<>();
      json.required("features").forEach(name -> features.add(name.stringValue()));
      return Optional.of(
          new ChunkManifest(
              json.required("useCase").stringValue(),
              texts(json.required("definition")),
              json.required("keyName").stringValue(),
              features,
              json.required("asOf").longValue(),
              json.required("horizon").longValue(),
              chunks,
              json.has("hash")
                  ? Optional.of(json.get("hash").stringValue())
                  : Optional.<String>empty()));
    } catch (JacksonException e) {
      throw new BadInput(
          file.toString(),
          "it is no manifest of a back-fill: " + e.getOriginalMessage(),
          "the manifest as it was written; start anew with --restart");
    }
  }

  private static Chunk chunk(JsonNode json) {
    Map<String, Long> unlabelled = new LinkedHashMap<>();
    json.required("unlabelled")
        .properties()
        .forEach(e -> unlabelled.put(e.getKey(), e.getValue().longValue()));
    return new Chunk(
        json.required("from").longValue(),
        json.required("to").longValue(),
        json.required("file").stringValue(),
        json.required("rows").longValue(),
        json.required("labelled").longValue(),
        json.required("positive").longValue(),
        json.required("hash").stringValue(),
        json.required("matureUntil").longValue(),
        unlabelled,
        texts(json.required("inputs")));
  }

  private static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.properties().forEach(e -> texts.put(e.getKey(), e.getValue().stringValue()));
    return texts;
  }

  /// Replaces the manifest of a folder; forced to disk when this returns.
  void write(Path folder) throws IOException {
    ObjectNode json =
        CanonicalJson.object()
            .put("format", FORMAT)
            .put("useCase", useCase)
            .put("keyName", keyName)
            .put("asOf", asOfMicros)
            .put("horizon", horizonMicros);
    hash.ifPresent(h -> json.put("hash", h));
    ObjectNode parts = json.putObject("definition");
    definition.forEach(parts::put);
    ArrayNode names = json.putArray("features");
    features.forEach(names::add);
    ArrayNode list = json.putArray("chunks");
    chunks.forEach((number, chunk) -> {
      ObjectNode one =
          list.addObject()
              .put("number", number)
              .put("from", chunk.fromMicros())
              .put("to", chunk.toMicros())
              .put("file", chunk.file())
              .put("rows", chunk.rows())
              .put("labelled", chunk.labelled())
              .put("positive", chunk.positive())
              .put("hash", chunk.hash())
              .put("matureUntil", chunk.matureUntil());
      ObjectNode why = one.putObject("unlabelled");
      chunk.unlabelled().forEach(why::put);
      ObjectNode inputs = one.putObject("inputs");
      chunk.inputs().forEach(inputs::put);
    });
    AtomicFiles.write(folder.resolve(FILE), CanonicalJson.bytes(json));
  }
}
