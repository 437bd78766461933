package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Chunks that are scored already, in a folder beside the output: what a killed run leaves and the
/// next one goes on from. The folder belongs to one job; parts of another are thrown away.
final class Parts implements AutoCloseable {
  private static final String JOB = "job";

  private final Path folder;
  private final FileEngine engine;
  private final DirectoryLock lock;

  private Parts(Path folder, FileEngine engine, DirectoryLock lock) {
    this.folder = folder;
    this.engine = engine;
    this.lock = lock;
  }

  /// Takes the folder; made if there is none.
  ///
  /// @throws dev.gnomon.core.Refusal if another run has it
  static Parts open(Path folder, FileEngine engine) throws IOException {
    Files.createDirectories(folder);
    return new Parts(folder, engine, DirectoryLock.take(folder));
  }

  /// Beside an output.
  static Path beside(Path output) {
    return output.resolveSibling("." + output.getFileName() + ".parts");
  }

  Path folder() {
    return folder;
  }

  /// Whether a run left something here.
  boolean begun() {
    return Files.exists(folder.resolve(JOB));
  }

  /// Whether it is this job that was begun here.
  ///
  /// @param identity of input, bundle and options
  boolean isOf(String identity) throws IOException {
    Path job = folder.resolve(JOB);
    return Files.exists(job) && Files.readString(job).equals(identity);
  }

  /// Begins a job, or goes on with it; parts of another are thrown away.
  void claim(String identity) throws IOException {
    if (isOf(identity)) {
      return;
    }
    Path job = folder.resolve(JOB);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (String.valueOf(file.getFileName()).startsWith("part-") || file.equals(job)) {
          Files.delete(file);
        }
      }
    }
    AtomicFiles.writeString(job, identity);
  }

  private Path file(int number) {
    return folder.resolve("part-%06d.parquet".formatted(number));
  }

  boolean has(int number) {
    return Files.exists(file(number));
  }

  void write(int number, Table part) {
    try {
      engine.write(file(number), ChunkScorer.PART, List.of(part));
    } catch (BadInput e) {
      throw new NotKept(e);
    }
  }

  /// A part can't be kept, on a full disk for instance; those that are stay.
  static final class NotKept extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final BadInput why;

    NotKept(BadInput why) {
      super(why);
      this.why = why;
    }

    BadInput told() {
      return new BadInput(
          why.problems().stream()
              .map(p ->
                  new Problem(
                      p.place(),
                      p.found(),
                      p.valid() + "; the same command then goes on where it was"))
              .toList());
    }
  }

  /// A part as one table.
  Table read(int number) {
    TableScan scan =
        engine.scan(
            FileFormat.of(file(number)), ChunkScorer.PART, ChunkScorer.PART.names(), List.of());
    try (Slices whole = new Slices(scan, Integer.MAX_VALUE)) {
      Optional<Table> table = whole.next();
      return table.orElseThrow(() -> new IllegalStateException(file(number) + " is empty"));
    }
  }

  /// Without a job there is nothing here to go on from.
  void deleteUnlessBegun() throws IOException {
    if (!begun()) {
      delete();
    }
  }

  /// The job is done, or can't be.
  void delete() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
