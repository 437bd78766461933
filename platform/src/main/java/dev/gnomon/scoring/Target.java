package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.data.spi.SqlTable;
import dev.gnomon.schema.Schema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/// What a run writes into: a file that appears when it is whole, or a table that fills part by
/// part.
sealed interface Target {
  /// Looks whether there is something already that is not this run's.
  ///
  /// @param same whether a run of the same job was begun here and not ended
  /// @throws Refusal if there is
  void require(boolean same, boolean overwrite);

  /// As above, when it is known what will be written; before the work begins.
  void begin(String job, Schema schema, boolean overwrite);

  /// Writes what the tables give, each once.
  ///
  /// @param job tells one run from another
  void write(String job, Schema schema, Iterator<Table> tables, boolean overwrite);

  record OfFile(Path path, FileEngine engine) implements Target {
    @Override
    public void require(boolean same, boolean overwrite) {
      if (Files.exists(path) && !same && !overwrite) {
        throw new Refusal(
            "--out",
            path + " is there already, and not of this run",
            "another name, or --overwrite");
      }
    }

    @Override
    public void begin(String job, Schema schema, boolean overwrite) {}

    @Override
    public void write(String job, Schema schema, Iterator<Table> tables, boolean overwrite) {
      try {
        engine.write(path, schema, () -> tables);
      } catch (BadInput e) {
        throw new Parts.NotKept(e).told();
      }
    }

    /// @param path absolute
    static OfFile of(Path path, FileEngine engine) {
      String name = String.valueOf(path.getFileName());
      if (!name.endsWith(".csv") && !name.endsWith(".csv.gz") && !name.endsWith(".parquet")) {
        throw new BadInput("--out", "'%s'".formatted(path), "a name in .csv, .csv.gz, .parquet");
      }
      if (!Files.isDirectory(path.resolveSibling("."))) {
        throw new BadInput("--out", "there is no folder " + path.getParent(), "an existing folder");
      }
      if (Files.isDirectory(path)) {
        throw new BadInput("--out", path + " is a folder", "a file");
      }
      return new OfFile(path, engine);
    }
  }

  /// @param table to be closed by whoever opened it
  record OfTable(SqlTable table) implements Target {
    /// The table says so itself when it is begun.
    @Override
    public void require(boolean same, boolean overwrite) {}

    @Override
    public void begin(String job, Schema schema, boolean overwrite) {
      int _ = table.begin(job, schema, overwrite);
    }

    @Override
    public void write(String job, Schema schema, Iterator<Table> tables, boolean overwrite) {
      int there = table.begin(job, schema, overwrite);
      for (int number = 0; tables.hasNext(); number++) {
        Table next = tables.next();
        if (number >= there) {
          table.append(number, next);
        }
      }
    }
  }

  /// What is opened for it.
  static List<AutoCloseable> resources(Target target) {
    return switch (target) {
      case OfFile _ -> List.of();
      case OfTable of -> List.of(of.table());
    };
  }
}
