package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.DirectoryLock;
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

  /// @param identity of input, bundle and options
  static Parts open(Path output, String identity, FileEngine engine) throws IOException {
    Path folder = output.resolveSibling("." + output.getFileName() + ".parts");
    Files.createDirectories(folder);
    DirectoryLock lock = DirectoryLock.take(folder);
    Path job = folder.resolve(JOB);
    if (!Files.exists(job) || !Files.readString(job).equals(identity)) {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          if (file.toString().endsWith(".parquet") || file.equals(job)) {
            Files.delete(file);
          }
        }
      }
      AtomicFiles.writeString(job, identity);
    }
    return new Parts(folder, engine, lock);
  }

  private Path file(int number) {
    return folder.resolve("part-%06d.parquet".formatted(number));
  }

  boolean has(int number) {
    return Files.exists(file(number));
  }

  void write(int number, Table part) {
    engine.write(file(number), ChunkScorer.PART, List.of(part));
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

  /// The job is done, or can't be.
  void delete() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
