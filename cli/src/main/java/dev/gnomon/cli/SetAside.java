package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceText;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.QuarantineLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is set aside of the sources of a use case: posted rows, and rows of files.
final class SetAside {
  private SetAside() {}

  /// @param where `posted`, or the quarantine file
  /// @param at when a posted row arrived, or the position in the files of the source
  record Row(String where, String at, String reason, Map<String, String> values) {}

  /// @param posted by reason
  /// @param files by reason; they stay in the source and come back when the check is corrected
  record Counts(String source, Map<String, Long> posted, Map<String, Long> files) {}

  static List<SourceSpec> sources(UseCase useCase, Optional<String> name) {
    Map<String, SourceSpec> all = useCase.data().sources();
    if (name.isEmpty()) {
      return List.copyOf(all.values());
    }
    SourceSpec found = all.get(name.get());
    if (found == null) {
      throw new BadInput(
          "source '%s'".formatted(name.get()),
          "the use case has no such source",
          "one of " + String.join(", ", all.keySet()));
    }
    return List.of(found);
  }

  static Counts counts(Home home, String source) {
    Map<String, Long> posted = new TreeMap<>();
    Map<String, Long> files = new TreeMap<>();
    for (Row row : rows(home, source, Integer.MAX_VALUE)) {
      (row.where().equals("posted") ? posted : files).merge(row.reason(), 1L, Long::sum);
    }
    return new Counts(source, posted, files);
  }

  /// The oldest posted rows, then rows of files.
  static List<Row> rows(Home home, String source, int most) {
    List<Row> rows = new ArrayList<>();
    try {
      for (QuarantineLog.Held held : QuarantineLog.read(home.quarantine(source))) {
        if (rows.size() == most) {
          return rows;
        }
        Map<String, String> values = new LinkedHashMap<>();
        held.row()
            .properties()
            .forEach(value -> values.put(value.getKey(), value.getValue().asString("")));
        rows.add(
            new Row("posted", Times.instant(held.arrived()).toString(), held.reason(), values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Optional<Path> file = newestFile(home, source);
    if (file.isPresent()) {
      addFile(file.get(), rows, most);
    }
    return rows;
  }

  private static void addFile(Path file, List<Row> rows, int most) {
    FileEngine engine = FileEngines.find();
    Schema schema = engine.resolve(FileFormat.of(file), List.of());
    try (TableScan scan = engine.scan(FileFormat.of(file), schema, schema.names(), List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table table = next.get();
        for (int i = 0; i < table.rows() && rows.size() < most; i++) {
          Map<String, String> values = new LinkedHashMap<>();
          String at = "";
          String reason = "";
          for (int c = 0; c < schema.size(); c++) {
            Column column = table.column(c);
            String value = column.missing(i) ? "" : String.valueOf(SourceText.of(column, i));
            switch (schema.field(c).name()) {
              case "quarantine_row" -> at = "row " + value;
              case "quarantine_reason" -> reason = value;
              default -> {
                if (!value.isEmpty()) {
                  values.put(schema.field(c).name(), value);
                }
              }
            }
          }
          rows.add(new Row(String.valueOf(file.getFileName()), at, reason, values));
        }
      }
    }
  }

  /// The last finding about the files of a source.
  static Optional<Path> newestFile(Home home, String source) {
    return files(home, source).reduce((a, b) -> modified(a) >= modified(b) ? a : b);
  }

  static Stream<Path> files(Home home, String source) {
    Path folder = home.quarantine();
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .filter(file ->
              String.valueOf(file.getFileName())
                  .matches(java.util.regex.Pattern.quote(source) + "-[0-9a-f]{16}\\.parquet"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }
}
