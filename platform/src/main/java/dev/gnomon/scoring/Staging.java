package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.data.spi.SqlEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Rows of a database, copied into a file before they are scored.
///
/// A table has no order and changes while it is read; the copy has one and does not. A run that
/// goes on after a kill therefore scores the rows that it began with, each once.
final class Staging {
  private final Path folder;
  private final FileEngine engine;

  Staging(Path folder, FileEngine engine) {
    this.folder = folder;
    this.engine = engine;
  }

  /// The file with the rows: made now, or by the run that was killed.
  Path rows(Place.OfDatabase from, SqlEngine database, InstantSource clock, Progress progress)
      throws IOException {
    Path file = folder.resolve("input.parquet");
    Path said = folder.resolve("input.txt");
    // No more than a trace of it: an address may hold a password.
    String wanted = Hash.of(from.address() + "\n" + from.select());
    if (Files.exists(file) && Files.exists(said)) {
      List<String> lines = Files.readAllLines(said);
      if (lines.size() == 2 && lines.get(1).equals(wanted)) {
        progress.note("goes on with the rows as they were read at " + lines.getFirst());
        return file;
      }
    }
    Files.deleteIfExists(said);
    String now = clock.instant().toString();
    progress.stage("reading " + from.shown(), 0);
    try (SqlEngine.Rows rows = database.read(from.address(), from.select(), System.getenv())) {
      engine.write(file, rows.schema(), () -> tables(rows, progress));
    }
    AtomicFiles.writeString(said, now + "\n" + wanted + "\n");
    return file;
  }

  private static Iterator<Table> tables(SqlEngine.Rows rows, Progress progress) {
    return new Iterator<>() {
      private Optional<Table> next = rows.next();

      @Override
      public boolean hasNext() {
        return next.isPresent();
      }

      @Override
      public Table next() {
        Table given = next.orElseThrow(NoSuchElementException::new);
        progress.advance(given.rows());
        next = rows.next();
        return given;
      }
    };
  }

  /// What is wrong with the file is wrong with what it was copied from.
  static BadInput named(BadInput failure, Path file, Place from) {
    List<Problem> problems =
        failure.problems().stream()
            .map(p ->
                new Problem(p.place().replace(file.toString(), from.shown()), p.found(), p.valid()))
            .toList();
    return new BadInput(problems);
  }
}
