package dev.gnomon.features.internal;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.ServedRequests;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.features.internal.SourceRecords.Bounds;
import dev.gnomon.schema.Schema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Compares the features of one source, request by request: as they were served, as the serving
/// path gives them for the rows in the order in which they arrived, and as the back-fill gives
/// them.
///
/// Requests and rows are partitioned by the key in the source, as in a back-fill, and go to disk
/// beyond the memory stated; one partition per thread is held whole.
final class SourceVerification implements AutoCloseable {
  /// The key of requests that lack a part of the source's key; no row has it.
  private static final String NO_KEY = "\u0000";

  final NarrowProgram serving;
  final NarrowProgram backfill;
  final ReplayedServing sides;
  final KeyCodes keys = new KeyCodes();
  final RequestRecords requests;
  final SourceRecords records;
  final RawRecords rows;
  final long history;

  /// How a comparison is made.
  ///
  /// @param byKnownAt whether rows arrive when they become known: for observations that no server
  ///   answered
  /// @param history how far before the newest arrival the server answered
  /// @param memoryBytes how much of requests and rows is held in memory before the rest goes to
  ///   disk
  record Settings(
      boolean byKnownAt, Duration history, int threads, long memoryBytes, Path directory) {}

  private SourceVerification(
      SourceProgram source,
      FeatureProgram backfillProgram,
      ReplayedServing sides,
      SourceOpener opener,
      ServedRequests served,
      Settings settings,
      Progress progress) {
    this.sides = sides;
    this.backfill = NarrowProgram.of(backfillProgram, source);
    SourceSpec spec = source.spec();
    SourceProgram other =
        sides.program().sources().stream()
            .filter(one -> one.spec().name().equals(spec.name()))
            .findFirst()
            .orElseThrow();
    this.serving = NarrowProgram.of(sides.program(), other);
    this.history = ProgramCompiler.micros(settings.history());
    MemoryBudget budget = new MemoryBudget(settings.memoryBytes(), settings.directory());
    this.requests = new RequestRecords(backfill, budget);
    progress.stage("reading requests of " + spec.name(), 0);
    FeatureProgram.Group group = backfillProgram.groups().get(backfillProgram.groupOf(spec));
    Schema row = backfillProgram.row();
    served.forEach((key, at, madeAt, position, values) -> {
      String own = group.key(key, values, row);
      int code = keys.dictionary().code(own == null ? NO_KEY : own);
      requests.add(keys.partition(code), code, at, madeAt, position, values);
    });
    boolean any = keys.size() > 0;
    boolean windowed = backfill.source().reach() != SourceProgram.FOR_EVER;
    Bounds bounds =
        new Bounds(
            false,
            windowed && any ? requests.from() - backfill.source().reach() : Long.MIN_VALUE,
            any ? requests.to() : Long.MIN_VALUE);
    RecordLayout layout = new RecordLayout(backfill.source(), !settings.byKnownAt());
    this.records = SourceRecords.read(layout, opener, keys, bounds, budget, progress);
    this.rows = RawRecords.read(serving.source(), opener, keys, settings.byKnownAt(), budget);
  }

  /// Adds what is found to the tallies of the whole row.
  static void run(
      SourceProgram source,
      FeatureProgram program,
      ReplayedServing sides,
      SourceOpener opener,
      ServedRequests served,
      Settings settings,
      List<VerificationTally> tallies,
      Progress progress) {
    try (SourceVerification one =
        new SourceVerification(source, program, sides, opener, served, settings, progress)) {
      progress.stage("comparing " + source.spec().name(), PartitionedRecords.PARTITIONS);
      List<List<VerificationTally>> found =
          Parallel.run(
              settings.threads(),
              PartitionedRecords.PARTITIONS,
              () -> new PartitionVerification(one),
              (worker, partition) -> {
                List<VerificationTally> part = worker.run(partition);
                progress.advance(1);
                return part;
              });
      int[] columns = one.backfill.columns();
      for (List<VerificationTally> part : found) {
        for (int c = 0; c < part.size(); c++) {
          tallies.get(columns[c]).add(part.get(c));
        }
      }
    }
  }

  @Override
  public void close() {
    try (requests;
        records) {
      rows.close();
    }
  }
}
