package dev.gnomon.features;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.ChunkManifest.Chunk;
import dev.gnomon.features.internal.Backfill;
import dev.gnomon.features.internal.ChunkPlan;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.RunMerge;
import dev.gnomon.features.internal.SetHash;
import dev.gnomon.features.internal.SetLayout;
import dev.gnomon.features.internal.SetTally;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of a folder of chunks: written, left out, and read back for the hash of them all.
final class ChunkFiles {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private final FeatureProgram program;
  private final ChunkPlan plan;
  private final FileEngine engine;
  private final Path folder;
  private final ChunkDefinition definition;
  private final Progress progress;
  private final Map<Long, ChunkedBackfill.Done> computed = new TreeMap<>();

  ChunkFiles(
      FeatureProgram program,
      ChunkPlan plan,
      FileEngine engine,
      Path folder,
      ChunkDefinition definition,
      Progress progress) {
    this.program = program;
    this.plan = plan;
    this.engine = engine;
    this.folder = folder;
    this.definition = definition;
    this.progress = progress;
  }

  /// The chunks that were written, in order of time.
  List<ChunkedBackfill.Done> computed() {
    return List.copyOf(computed.values());
  }

  /// Up to which time of a chunk labels are known.
  long mature(long number, long until) {
    return Math.clamp(until, plan.from(number) - 1, plan.to(number) - 1);
  }

  /// Leaves out chunks in which nothing is observed any more.
  ChunkManifest without(ChunkManifest manifest, SortedMap<Long, SortedMap<String, String>> inputs)
      throws IOException {
    SortedMap<Long, Chunk> left = new TreeMap<>(manifest.chunks());
    left.keySet().retainAll(inputs.keySet());
    if (left.size() == manifest.chunks().size()) {
      return manifest;
    }
    ChunkManifest next = with(manifest, left, Optional.empty());
    next.write(folder);
    for (Map.Entry<Long, Chunk> chunk : manifest.chunks().entrySet()) {
      if (!inputs.containsKey(chunk.getKey())) {
        progress.note(chunk.getValue().file() + ": nothing is observed in its time any more");
        Files.deleteIfExists(folder.resolve(chunk.getValue().file()));
      }
    }
    return next;
  }

  private static ChunkManifest with(
      ChunkManifest manifest, SortedMap<Long, Chunk> chunks, Optional<String> hash) {
    return new ChunkManifest(
        manifest.useCase(),
        manifest.definition(),
        manifest.keyName(),
        manifest.features(),
        manifest.asOfMicros(),
        manifest.horizonMicros(),
        chunks,
        hash);
  }

  /// Writes the chunks that are needed, each with the manifest that names it.
  ///
  /// @param work where the runs of the computation are
  ChunkManifest write(
      ChunkManifest manifest,
      SortedMap<Long, SortedMap<String, String>> inputs,
      SortedMap<Long, List<String>> needed,
      Backfill.Facts facts,
      Path work)
      throws IOException {
    Schema row = program.row();
    SetLayout layout = new SetLayout(facts.keyName(), row, program.inputs(), true);
    SortedMap<Long, Chunk> chunks = new TreeMap<>(manifest.chunks());
    ChunkManifest now = manifest;
    try (RunMerge merge = Backfill.merged(program, work, facts)) {
      progress.stage("writing chunks", needed.size());
      for (Map.Entry<Long, List<String>> one : needed.entrySet()) {
        long number = one.getKey();
        SetTally tally = new SetTally(merge, layout, facts.keyName(), row, plan.to(number));
        String file = "rows-%sZ.parquet".formatted(NAME.format(Times.instant(plan.from(number))));
        engine.write(folder.resolve(file), layout.file(), tally);
        Chunk chunk =
            new Chunk(
                plan.from(number),
                plan.to(number),
                file,
                tally.rows(),
                tally.labelled(),
                tally.positive(),
                tally.hash(),
                mature(number, facts.matureUntil()),
                merge.takeUnlabelled(),
                inputs.getOrDefault(number, new TreeMap<>()));
        Optional<String> before = Optional.ofNullable(chunks.put(number, chunk)).map(Chunk::hash);
        ChunkedBackfill.Done earlier = computed.get(number);
        computed.put(
            number,
            earlier == null
                ? new ChunkedBackfill.Done(chunk, one.getValue(), before)
                : new ChunkedBackfill.Done(chunk, earlier.why(), earlier.before()));
        now =
            new ChunkManifest(
                manifest.useCase(),
                definition.definition(),
                facts.keyName(),
                definition.features(),
                facts.asOf(),
                facts.horizon(),
                chunks,
                Optional.empty());
        now.write(folder);
        progress.advance(1);
      }
    }
    return now;
  }

  /// Reads all chunks back: what is on disk is what is hashed.
  ChunkManifest hashed(ChunkManifest manifest) throws IOException {
    progress.stage("hashing", manifest.chunks().size());
    Schema row = program.row();
    SetHash whole = new SetHash(manifest.keyName(), row);
    SetLayout layout = new SetLayout(manifest.keyName(), row, program.inputs(), true);
    List<Problem> problems = new ArrayList<>();
    for (Chunk chunk : manifest.chunks().values()) {
      SetHash own = new SetHash(manifest.keyName(), row);
      Path file = folder.resolve(chunk.file());
      try (TableScan scan =
          engine.scan(FileFormat.of(file), layout.file(), layout.file().names(), List.of())) {
        Optional<Table> next = scan.next();
        while (next.isPresent()) {
          RunMerge.Batch batch = layout.batch(next.get());
          own.add(batch.keys(), batch.observedAt(), batch.rows(), batch.labels());
          whole.add(batch.keys(), batch.observedAt(), batch.rows(), batch.labels());
          next = scan.next();
        }
      }
      if (!own.finish().equals(chunk.hash())) {
        problems.add(
            new Problem(
                file.toString(),
                "it does not hold what was written",
                "the file as it was written; delete it and it is computed again"));
      }
      progress.advance(1);
    }
    if (!problems.isEmpty()) {
      throw new Refusal(problems);
    }
    ChunkManifest next = with(manifest, manifest.chunks(), Optional.of(whole.finish()));
    next.write(folder);
    return next;
  }
}
