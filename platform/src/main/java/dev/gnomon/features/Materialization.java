package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.internal.Backfill;
import dev.gnomon.features.internal.EveryKey;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.InputDigests;
import dev.gnomon.features.internal.RunMerge;
import dev.gnomon.features.internal.SetLayout;
import dev.gnomon.features.internal.SetTally;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The features of every key as of one time, in Parquet beside a manifest: what a serving store
/// answers at that time.
///
/// The back-fill computes them, observing at as-of every key that a source of the frame's entity
/// knew then. Made again at the same as-of it says which values are others now, because rows came
/// late or were corrected.
///
/// @param asOfMicros the time of the values
/// @param definition version of the features
/// @param keyName the name of the key column
/// @param file the name of the Parquet file in the folder
/// @param hash content hash of its rows
/// @param inputs digests of the rows that could be seen at as-of, by source
public record Materialization(
    String useCase,
    long asOfMicros,
    String definition,
    String keyName,
    String file,
    long rows,
    String hash,
    SortedMap<String, String> inputs) {
  private static final int FORMAT = 1;

  /// One cell of the digests holds all there is: as-of alone divides them.
  private static final long ALL_TIME = 1L << 60;

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /// @param before what stood there at the same as-of
  /// @param changes against what stood there; empty without it, and where it was of another
  ///   definition
  public record Result(
      Materialization now, Optional<Materialization> before, Optional<ValueChanges> changes) {}

  /// Writes the features of all keys.
  ///
  /// @param asOfMicros of the values, microseconds
  /// @param options of which as-of is not looked at
  /// @throws BadInput with all problems of the definition, or when the folder can't be written
  public static Result run(
      UseCase useCase,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      long asOfMicros,
      TrainingSets.Options options,
      Progress progress) {
    if (useCase.data().isFlatTable()) {
      throw new BadInput(
          "data", "a flat table has no times and no current values", "sources of events or states");
    }
    FeatureProgram program =
        FeatureProgram.compile(useCase, TrainingSets.schemas(useCase, sources));
    program.notes().forEach(progress::note);
    try (DirectoryLock _ = DirectoryLock.take(folder)) {
      return run(program, sources, engine, folder, asOfMicros, options, progress);
    } catch (IOException | UncheckedIOException e) {
      throw new BadInput(
          folder.toString(),
          "it can't be written: " + e.getMessage(),
          "a writable folder with space; what stood there before is whole");
    }
  }

  private static Result run(
      FeatureProgram program,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      long asOf,
      TrainingSets.Options options,
      Progress progress)
      throws IOException {
    String name = name(asOf);
    Optional<Materialization> before = read(folder, asOf);
    sweepUp(folder, name, before);
    Path fresh = folder.resolve(name + "-new.parquet");
    Path work = folder.resolve(".work");
    AtomicFiles.deleteTree(work);
    InputDigests digests = new InputDigests(sources, ALL_TIME, asOf);
    EveryKey keys = new EveryKey(program, sources, digests, asOf);
    Materialization now;
    SetLayout layout;
    try {
      Backfill.Facts facts;
      SortedMap<String, String> inputs;
      try (Backfill backfill =
          Backfill.read(
              keys.observed(), keys, options.memoryBytes(), options.spillDirectory(), progress)) {
        inputs = digests.visible();
        facts =
            backfill.computeInto(
                work, OptionalLong.empty(), time -> true, options.threads(), progress);
      }
      layout = SetLayout.unlabelled(facts.keyName(), program.row(), program.inputs());
      try (RunMerge merge = Backfill.merged(keys.observed(), work, facts)) {
        progress.stage("writing " + name, merge.rows());
        SetTally tally =
            new SetTally(merge, layout, facts.keyName(), program.row(), Long.MAX_VALUE);
        engine.write(fresh, layout.file(), tally);
        String hash = tally.hash();
        now =
            new Materialization(
                program.useCase().name(),
                asOf,
                program.hash(),
                facts.keyName(),
                "%s-%s.parquet".formatted(name, hash.substring(0, 12)),
                tally.rows(),
                hash,
                inputs);
      }
    } finally {
      AtomicFiles.deleteTree(work);
    }
    Optional<ValueChanges> changes = changes(engine, folder, before, now, fresh, layout.file());
    AtomicFiles.rename(fresh, folder.resolve(now.file()));
    now.write(folder);
    if (before.isPresent() && !before.get().file().equals(now.file())) {
      Files.deleteIfExists(folder.resolve(before.get().file()));
    }
    return new Result(now, before, changes);
  }

  private static Optional<ValueChanges> changes(
      FileEngine engine,
      Path folder,
      Optional<Materialization> before,
      Materialization now,
      Path fresh,
      Schema file) {
    if (before.isEmpty()
        || !before.get().definition().equals(now.definition())
        || !before.get().keyName().equals(now.keyName())) {
      return Optional.empty();
    }
    if (before.get().hash().equals(now.hash())) {
      return Optional.of(new ValueChanges(0, 0, 0, List.of()));
    }
    Path old = folder.resolve(before.get().file());
    if (!Files.exists(old)) {
      throw new BadInput(
          old.toString(),
          "it is gone, though the manifest names it",
          "the file as it was written, or another folder");
    }
    try (TableScan then = scan(engine, old, file);
        TableScan today = scan(engine, fresh, file)) {
      return Optional.of(ValueChanges.between(then, today, file));
    }
  }

  private static TableScan scan(FileEngine engine, Path path, Schema file) {
    return engine.scan(FileFormat.of(path), file, file.names(), List.of());
  }

  private static String name(long asOf) {
    long micros = Math.floorMod(asOf, Times.SECOND);
    String fraction = micros == 0 ? "" : ".%06d".formatted(micros);
    return "features-%s%sZ".formatted(NAME.format(Times.instant(asOf)), fraction);
  }

  /// Deletes what a killed run left: no manifest names it.
  private static void sweepUp(Path folder, String name, Optional<Materialization> before)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String one = file.getFileName().toString();
        boolean half = one.endsWith(".part") || one.endsWith(".tmp");
        boolean unnamed =
            one.startsWith(name + "-")
                && one.endsWith(".parquet")
                && !before.map(Materialization::file).equals(Optional.of(one));
        if (half || unnamed) {
          Files.delete(file);
        }
      }
    }
  }

  /// What a folder holds at a time.
  ///
  /// @throws BadInput if its manifest is none
  public static Optional<Materialization> read(Path folder, long asOfMicros) {
    Path file = folder.resolve(name(asOfMicros) + ".json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode json = CanonicalJson.read(file);
    try {
      if (json.required("format").intValue() != FORMAT) {
        throw new BadInput(file.toString(), "format " + json.get("format"), "format " + FORMAT);
      }
      SortedMap<String, String> inputs = new TreeMap<>();
      json.required("inputs")
          .properties()
          .forEach(e -> inputs.put(e.getKey(), e.getValue().stringValue()));
      return Optional.of(
          new Materialization(
              json.required("useCase").stringValue(),
              json.required("asOf").longValue(),
              json.required("definition").stringValue(),
              json.required("keyName").stringValue(),
              json.required("file").stringValue(),
              json.required("rows").longValue(),
              json.required("hash").stringValue(),
              inputs));
    } catch (JacksonException e) {
      throw new BadInput(
          file.toString(),
          "it is no manifest of materialised features: " + e.getOriginalMessage(),
          "the manifest as it was written, or another folder");
    }
  }

  private void write(Path folder) throws IOException {
    ObjectNode json =
        CanonicalJson.object()
            .put("format", FORMAT)
            .put("useCase", useCase)
            .put("asOf", asOfMicros)
            .put("definition", definition)
            .put("keyName", keyName)
            .put("file", file)
            .put("rows", rows)
            .put("hash", hash);
    ObjectNode digests = json.putObject("inputs");
    inputs.forEach(digests::put);
    AtomicFiles.write(folder.resolve(name(asOfMicros) + ".json"), CanonicalJson.bytes(json));
  }
}
