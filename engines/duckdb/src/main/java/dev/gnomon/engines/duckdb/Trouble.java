package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// DuckDB's complaints about files, as problems with a place and a remedy.
final class Trouble {
  private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
  private static final Pattern FILE = Pattern.compile("file = (.+)");

  private Trouble() {}

  static BadInput of(DuckDbException complaint, SourceFiles source) {
    String said = String.valueOf(complaint.getMessage());
    Path file = named(said, source);
    if (said.contains("GZIP") || said.contains("gzip")) {
      return new BadInput(
          file.toString(),
          "the compressed file is cut short or damaged",
          "copy it again; `gzip -t` tells whether it is whole");
    }
    if (said.contains("not utf-8 encoded") || said.contains("Invalid unicode")) {
      return new BadInput(
          file.toString() + invalidByte(file),
          "the text is not UTF-8",
          "state `encoding: latin-1` (or the encoding it was written in)");
    }
    if (said.contains("too small to be a Parquet") || said.contains("magic bytes")) {
      return new BadInput(
          file.toString(),
          "it is not a whole Parquet file",
          "copy it again; Parquet ends with PAR1");
    }
    Matcher line = LINE.matcher(said);
    if (line.find()) {
      return new BadInput(file + ", line " + line.group(1), reason(said), remedy(said));
    }
    return new BadInput(file.toString(), firstLine(said), "a file that can be decoded");
  }

  /// All lines that do not fit their header, when reading failed for one of them.
  static BadInput explained(DuckDbException complaint, Reading reading) {
    BadInput one = of(complaint, reading.source);
    String said = String.valueOf(complaint.getMessage());
    if (reading.source.kind() != SourceFiles.Kind.CSV
        || !LINE.matcher(said).find()
        || said.contains("not utf-8 encoded")) {
      return one;
    }
    List<Problem> problems = new ArrayList<>();
    try {
      String table = reading.table();
      String lenient = table.substring(0, table.length() - 1) + ", store_rejects = true)";
      reading.session.rows("SELECT count(COLUMNS(*)) FROM " + lenient);
      for (List<@Nullable String> row :
          reading.session.rows(
              "SELECT s.file_path, e.line, e.error_type, e.error_message FROM reject_errors e"
                  + " JOIN reject_scans s USING (scan_id, file_id) ORDER BY s.file_path, e.line LIMIT 20")) {
        String message = String.valueOf(row.get(3));
        problems.add(
            new Problem(row.get(0) + ", line " + row.get(1), reason(message), remedy(message)));
      }
    } catch (DuckDbException e) {
      return one;
    }
    return problems.isEmpty() ? one : new BadInput(problems);
  }

  static Problem difference(
      Path first, Map<String, Type> expected, Path file, Map<String, Type> found) {
    List<String> notes = new ArrayList<>();
    expected.forEach((name, type) -> {
      Type other = found.get(name);
      if (other == null) {
        notes.add("'" + name + "' is absent");
      } else if (other != type) {
        notes.add("'%s' is %s, not %s".formatted(name, other.word(), type.word()));
      }
    });
    found.keySet().stream()
        .filter(name -> !expected.containsKey(name))
        .forEach(name -> notes.add("'" + name + "' is added"));
    return new Problem(
        file.toString(),
        "its columns differ from %s: %s".formatted(first, String.join(", ", notes)),
        "the same columns in all files of a source");
  }

  private static String reason(String said) {
    Matcher count =
        Pattern.compile("Expected Number of Columns: (\\d+) Found: (\\d+)").matcher(said);
    if (count.find()) {
      return "%s fields where the header has %s".formatted(count.group(2), count.group(1));
    }
    if (said.contains("unterminated quote")) {
      return "a quoted value is not closed";
    }
    if (said.contains("Maximum line size")) {
      return "the line is longer than 16 MB";
    }
    return firstLine(said);
  }

  private static String remedy(String said) {
    return said.contains("quote")
        ? "a closing quote; a quote inside a quoted value is written twice"
        : "as many fields as the header names; quote values that contain the delimiter";
  }

  private static Path named(String said, SourceFiles source) {
    Matcher stated = FILE.matcher(said);
    if (stated.find()) {
      String name = stated.group(1).strip();
      for (Path file : source.files()) {
        if (file.toString().equals(name)) {
          return file;
        }
      }
    }
    for (Path file : source.files()) {
      if (said.contains(file.toString())) {
        return file;
      }
    }
    return source.files().getFirst();
  }

  private static String firstLine(String said) {
    return said.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse(said);
  }

  /// Where the first byte sequence stands that is not UTF-8, counted from 1.
  private static String invalidByte(Path file) {
    try (InputStream bytes = SourceFiles.open(file)) {
      long position = Utf8.firstInvalid(bytes);
      return position < 0 ? "" : ", byte " + (position + 1);
    } catch (IOException e) {
      return ""; // the message then names the file only
    }
  }
}
