package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.ChunkManifest.Chunk;
import dev.gnomon.features.internal.Backfill;
import dev.gnomon.features.internal.ChunkPlan;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.InputDigests;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A training set in chunks of observation time: one Parquet file each and a manifest, in a folder
/// that a killed run is continued in and a later run only adds to.
///
/// The sources are read once per run. While they are read, digests tell for every chunk whether
/// anything it can see has changed; only chunks that are new or whose inputs changed are computed.
/// A row that was known later than a chunk's observations is no input of its features.
///
/// All chunks together have the hash of the training set, whatever the length of a chunk.
public final class ChunkedBackfill {
  private static final String NEW = "new";

  private final FeatureProgram program;
  private final SourceOpener sources;
  private final Path folder;
  private final TrainingSets.Options options;
  private final ChunkPlan plan;
  private final ChunkDefinition definition;
  private final ChunkFiles files;
  private final Progress progress;

  /// A chunk that this run computed.
  ///
  /// @param why `new`, or what it depends on that changed
  /// @param before the content hash it had before; empty for a new one
  public record Done(Chunk chunk, List<String> why, Optional<String> before) {
    /// Whether rows that were there before are others now.
    public boolean changed() {
      return before.filter(hash -> !hash.equals(chunk.hash())).isPresent();
    }
  }

  /// @param manifest of all chunks there are now
  /// @param computed those that this run computed, in order of time
  /// @param before the hash of the whole training set before this run, if it was whole
  public record Result(
      FeaturePlan plan, ChunkManifest manifest, List<Done> computed, Optional<String> before) {}

  private ChunkedBackfill(
      FeatureProgram program,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      Duration chunk,
      TrainingSets.Options options,
      Progress progress) {
    this.program = program;
    this.sources = sources;
    this.folder = folder;
    this.options = options;
    this.plan = new ChunkPlan(program, Math.multiplyExact(chunk.toSeconds(), Times.SECOND));
    this.definition =
        new ChunkDefinition(folder, plan.definition(), FeaturePlan.of(program).inputNames());
    this.progress = progress;
    this.files = new ChunkFiles(program, plan, engine, folder, definition, progress);
  }

  /// Brings a folder of chunks up to date with use case and sources.
  ///
  /// @param chunk the length of a chunk, at least a second; chunks are aligned to the epoch
  /// @param restart whether what the folder holds is deleted first
  /// @throws Refusal if the folder was made by another definition, or a file in it is not what was
  ///   written
  /// @throws BadInput with all problems of the definition, or when the folder can't be written
  public static Result run(
      UseCase useCase,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      Duration chunk,
      boolean restart,
      TrainingSets.Options options,
      Progress progress) {
    if (useCase.data().isFlatTable()) {
      throw new BadInput(
          "data", "a flat table has no observation times", "`gnomon features training-set`");
    }
    if (chunk.toSeconds() < 1) {
      throw new BadInput("--chunk", chunk.toString(), "at least a second, for example 30d");
    }
    FeatureProgram program =
        FeatureProgram.compile(useCase, TrainingSets.schemas(useCase, sources));
    program.notes().forEach(progress::note);
    try (DirectoryLock _ = DirectoryLock.take(folder)) {
      return new ChunkedBackfill(program, sources, engine, folder, chunk, options, progress)
          .run(restart);
    } catch (IOException | UncheckedIOException e) {
      throw new BadInput(
          folder.toString(),
          "it can't be written: " + e.getMessage(),
          "a writable folder with space; the next run goes on from here");
    }
  }

  /// Which chunks of a folder would be others today at the as-of they were computed with, and what
  /// they depend on that changed. Reads the sources and computes nothing: the digests tell. Rows
  /// known only later than a chunk's observations, or later than as-of, are no inputs.
  ///
  /// @return by the name of the file; empty when all of it is reproducible
  /// @throws Refusal if the folder was made by another definition
  /// @throws BadInput if it holds no manifest
  public static SortedMap<String, List<String>> changed(
      UseCase useCase,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      TrainingSets.Options options,
      Progress progress) {
    ChunkManifest manifest =
        ChunkManifest.read(folder)
            .orElseThrow(() ->
                new BadInput(
                    folder.toString(),
                    "there is no %s in it".formatted(ChunkManifest.FILE),
                    "a folder that gnomon features backfill wrote"));
    long chunk = Long.parseLong(manifest.definition().getOrDefault("chunk", "1000000"));
    TrainingSets.Options then =
        new TrainingSets.Options(
            manifest.asOfMicros() == Times.MISSING
                ? OptionalLong.empty()
                : OptionalLong.of(manifest.asOfMicros()),
            options.threads(),
            options.memoryBytes(),
            options.spillDirectory());
    return new ChunkedBackfill(
            FeatureProgram.compile(useCase, TrainingSets.schemas(useCase, sources)),
            sources,
            engine,
            folder,
            Duration.ofSeconds(chunk / Times.SECOND),
            then,
            progress)
        .changed(manifest);
  }

  private SortedMap<String, List<String>> changed(ChunkManifest manifest) {
    definition.requireSame(manifest);
    InputDigests digests =
        new InputDigests(
            sources,
            Long.parseLong(definition.definition().getOrDefault("chunk", "1")),
            options.asOf().orElse(Long.MAX_VALUE));
    try (Backfill _ =
        Backfill.read(
            program, digests, options.memoryBytes(), options.spillDirectory(), progress)) {
      SortedMap<Long, SortedMap<String, String>> inputs = plan.inputs(digests);
      SortedMap<Long, List<String>> needed = needed(manifest, inputs, false);
      SortedMap<String, List<String>> changed = new TreeMap<>();
      manifest
          .chunks()
          .forEach((number, chunk) -> {
            if (!inputs.containsKey(number)) {
              changed.put(chunk.file(), List.of("observations"));
            } else if (needed.containsKey(number)) {
              changed.put(chunk.file(), needed.getOrDefault(number, List.of()));
            }
          });
      return changed;
    }
  }

  private Result run(boolean restart) throws IOException {
    sweepUp(restart);
    ChunkManifest manifest =
        ChunkManifest.read(folder)
            .orElseGet(() ->
                new ChunkManifest(
                    program.useCase().name(),
                    definition.definition(),
                    Backfill.keyName(program),
                    plan().inputNames(),
                    Times.MISSING,
                    0,
                    new TreeMap<>(),
                    Optional.empty()));
    definition.requireSame(manifest);
    Optional<String> before = manifest.hash();
    boolean again = true;
    while (again) {
      Pass pass = pass(manifest);
      manifest = pass.manifest();
      again = pass.again();
    }
    AtomicFiles.deleteTree(work());
    manifest = manifest.hash().isPresent() ? manifest : files.hashed(manifest);
    return new Result(plan(), manifest, files.computed(), before);
  }

  private FeaturePlan plan() {
    return FeaturePlan.of(program);
  }

  private Path work() {
    return folder.resolve(".work");
  }

  /// Deletes what a killed run left half written; everything when beginning anew.
  private void sweepUp(boolean restart) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean half = name.endsWith(".part") || name.endsWith(".tmp");
        boolean ours = name.equals(ChunkManifest.FILE) || name.matches("rows-.*\\.parquet");
        if (half || (restart && ours)) {
          Files.delete(file);
        }
      }
    }
    if (restart) {
      AtomicFiles.deleteTree(work());
    }
  }

  private record Pass(ChunkManifest manifest, boolean again) {}

  /// Reads the sources, computes what is missing or changed and writes it chunk by chunk.
  private Pass pass(ChunkManifest manifest) throws IOException {
    InputDigests digests =
        new InputDigests(
            sources,
            Long.parseLong(definition.definition().getOrDefault("chunk", "1")),
            options.asOf().orElse(Long.MAX_VALUE));
    SortedMap<Long, SortedMap<String, String>> inputs;
    SortedMap<Long, List<String>> needed;
    Backfill.Facts facts;
    try (Backfill backfill =
        Backfill.read(
            program, digests, options.memoryBytes(), options.spillDirectory(), progress)) {
      inputs = plan.inputs(digests);
      boolean moved = backfill.asOf(options.asOf()) != manifest.asOfMicros();
      needed = needed(manifest, inputs, moved);
      if (needed.isEmpty()) {
        return new Pass(files.without(manifest, inputs), false);
      }
      prepareWork(digests, needed);
      facts =
          backfill.computeInto(
              work(),
              options.asOf(),
              time -> needed.containsKey(plan.index(time)),
              options.threads(),
              progress);
    }
    ChunkManifest next =
        files.write(files.without(manifest, inputs), inputs, needed, facts, work());
    AtomicFiles.deleteTree(work());
    boolean again = false;
    for (Map.Entry<Long, Chunk> chunk : next.chunks().entrySet()) {
      again |= files.mature(chunk.getKey(), facts.matureUntil()) != chunk.getValue().matureUntil();
    }
    return new Pass(next, again);
  }

  /// Which chunks must be computed, and why.
  private SortedMap<Long, List<String>> needed(
      ChunkManifest manifest,
      SortedMap<Long, SortedMap<String, String>> inputs,
      boolean outcomesMoved) {
    SortedMap<Long, List<String>> needed = new TreeMap<>();
    inputs.forEach((number, now) -> {
      Chunk chunk = manifest.chunks().get(number);
      List<String> why = new ArrayList<>();
      if (chunk == null) {
        why.add(NEW);
      } else {
        now.forEach((what, digest) -> {
          if (!digest.equals(chunk.inputs().get(what))) {
            why.add(what);
          }
        });
        if (outcomesMoved && chunk.matureUntil() < plan.to(number) - 1) {
          why.add("outcomes that were not yet known");
        }
        if (!Files.exists(folder.resolve(chunk.file()))) {
          why.add("its file is gone");
        }
      }
      if (!why.isEmpty()) {
        needed.put(number, why);
      }
    });
    return needed;
  }

  /// Runs of another computation are thrown away.
  private void prepareWork(InputDigests digests, SortedMap<Long, List<String>> needed)
      throws IOException {
    String job =
        CanonicalJson.hash(
            CanonicalJson.object()
                .put("definition", definition.definition().toString())
                .put("chunks", needed.keySet().toString())
                .put("inputs", digests.all())
                .put("observe", program.useCase().frame().observe().toString())
                .put("asOf", options.asOf().toString()));
    Path file = work().resolve("job");
    if (!Files.exists(file) || !Files.readString(file).equals(job)) {
      AtomicFiles.deleteTree(work());
      AtomicFiles.writeString(file, job);
    }
  }
}
