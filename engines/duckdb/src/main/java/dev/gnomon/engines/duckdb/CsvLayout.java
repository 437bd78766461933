package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/// How the text files of a source are divided into named columns; the same for all of them. Found
/// by looking at the first lines of each, so that DuckDB has nothing left to guess.
record CsvLayout(char delimiter, List<String> columns) {
  private static final String CANDIDATES = ",;\t|";
  private static final int SAMPLE = 1 << 20;
  private static final int RECORDS = 20;

  static CsvLayout of(FileFormat format, List<Path> files, Charset charset) {
    List<Problem> problems = new ArrayList<>();
    CsvLayout first = null;
    for (Path file : files) {
      CsvLayout layout = of(format, file, charset, problems);
      if (layout == null) {
        continue;
      }
      if (first == null) {
        first = layout;
      } else if (!layout.equals(first)) {
        problems.add(difference(first, files.getFirst(), layout, file));
      }
    }
    if (first == null || !problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return first;
  }

  private static @org.jspecify.annotations.Nullable CsvLayout of(
      FileFormat format, Path file, Charset charset, List<Problem> problems) {
    String head = head(file, charset);
    if (head.isEmpty()) {
      problems.add(
          new Problem(file.toString(), "the file is empty", "at least a header and one row"));
      return null;
    }
    char delimiter =
        format
            .delimiter()
            .map(CsvLayout::single)
            .orElseGet(() -> guess(file, head, format.quotes()));
    List<List<String>> records = records(head, delimiter, 1, format.quotes());
    if (records.isEmpty()) {
      problems.add(
          new Problem(file.toString(), "only blank lines", "at least a header and one row"));
      return null;
    }
    List<String> header = records.getFirst();
    if (!format.header()) {
      List<String> numbered = new ArrayList<>();
      for (int i = 1; i <= header.size(); i++) {
        numbered.add("column" + i);
      }
      return new CsvLayout(delimiter, numbered);
    }
    List<String> names = header.stream().map(String::strip).toList();
    checkNames(format, file, names, problems);
    return new CsvLayout(delimiter, names);
  }

  private static void checkNames(
      FileFormat format, Path file, List<String> names, List<Problem> problems) {
    String place = file + ", line 1";
    if (names.size() == 1 && format.delimiter().isPresent()) {
      for (int i = 0; i < CANDIDATES.length(); i++) {
        char other = CANDIDATES.charAt(i);
        if (names.getFirst().indexOf(other) >= 0) {
          problems.add(
              new Problem(
                  place,
                  "one column is found with delimiter %s, but the header contains %s"
                      .formatted(show(single(format.delimiter().get())), show(other)),
                  "state `delimiter: \"%s\"` or leave it out".formatted(other)));
          return;
        }
      }
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isEmpty()) {
        problems.add(
            new Problem(
                place,
                "column %d has no name".formatted(i + 1),
                "a name for every column, or `header: false` if the first line is data"));
        continue;
      }
      Integer before = seen.put(name, i);
      if (before != null) {
        problems.add(
            new Problem(
                place,
                "column '%s' stands twice, at %d and %d".formatted(name, before + 1, i + 1),
                "distinct names"));
      }
    }
  }

  private static Problem difference(CsvLayout first, Path firstFile, CsvLayout layout, Path file) {
    List<String> absent = new ArrayList<>(first.columns);
    absent.removeAll(layout.columns);
    List<String> extra = new ArrayList<>(layout.columns);
    extra.removeAll(first.columns);
    String found =
        layout.delimiter != first.delimiter && absent.isEmpty() && extra.isEmpty()
            ? "it is delimited by %s, %s by %s"
                .formatted(show(layout.delimiter), firstFile, show(first.delimiter))
            : absent.isEmpty() && extra.isEmpty()
                ? "its columns stand in another order than in " + firstFile
                : "its columns differ from %s: absent %s, added %s"
                    .formatted(firstFile, absent, extra);
    return new Problem(
        file.toString(), found, "the same columns in the same order in all files of a source");
  }

  /// The first part of a file as text, without byte-order mark.
  private static String head(Path file, Charset charset) {
    try (InputStream bytes = SourceFiles.open(file)) {
      byte[] head = bytes.readNBytes(SAMPLE);
      if (head.length >= 2
          && charset.equals(StandardCharsets.UTF_8)
          && ((head[0] == (byte) 0xFF && head[1] == (byte) 0xFE)
              || (head[0] == (byte) 0xFE && head[1] == (byte) 0xFF))) {
        throw new BadInput(
            file.toString(),
            "it starts with the byte-order mark of UTF-16",
            "state `encoding: utf-16`");
      }
      String text = new String(head, charset);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (EOFException | ZipException e) {
      throw new BadInput(
          file.toString(),
          "the compressed file is cut short or damaged (" + e.getMessage() + ")",
          "copy it again; `gzip -t` tells whether it is whole");
    } catch (IOException e) {
      throw new BadInput(
          file.toString(), "the file can't be read: " + e.getMessage(), "a readable file");
    }
  }

  /// The candidate that divides the first records most evenly into most fields; the comma (the tab
  /// for .tsv) when there is only one column.
  private static char guess(Path file, String head, boolean quotes) {
    String name = file.toString();
    char best = name.endsWith(".tsv") || name.endsWith(".tsv.gz") ? '\t' : ',';
    double bestScore = 0;
    for (int i = 0; i < CANDIDATES.length(); i++) {
      char candidate = CANDIDATES.charAt(i);
      List<List<String>> records = records(head, candidate, RECORDS, quotes);
      if (records.isEmpty() || records.getFirst().size() < 2) {
        continue;
      }
      int fields = records.getFirst().size();
      long even = records.stream().filter(record -> record.size() == fields).count();
      double score = (double) even / records.size() * 1000 + Math.min(fields, 999);
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }

  private static char single(String delimiter) {
    String plain = delimiter.equals("\\t") || delimiter.equals("tab") ? "\t" : delimiter;
    if (plain.length() != 1) {
      throw new BadInput("delimiter", "'" + delimiter + "'", "one character, or `tab`");
    }
    return plain.charAt(0);
  }

  private static String show(char delimiter) {
    return delimiter == '\t' ? "tab" : "'" + delimiter + "'";
  }

  /// The first records, blank lines left out. The last one may be cut where the sample ends.
  private static List<List<String>> records(
      String text, char delimiter, int limit, boolean quotes) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length() && records.size() < limit; i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (quotes && c == '"' && field.isEmpty()) {
        quoted = true;
      } else if (c == delimiter) {
        record.add(field.toString());
        field.setLength(0);
      } else if (c == '\n' || c == '\r') {
        if (!record.isEmpty() || !field.isEmpty()) {
          record.add(field.toString());
          records.add(record);
        }
        record = new ArrayList<>();
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (records.size() < limit && (!record.isEmpty() || !field.isEmpty())) {
      record.add(field.toString());
      records.add(record);
    }
    return records;
  }

  /// The line on which a data row (counted from 1) of a file begins; quoted line ends and blank
  /// lines are accounted for.
  static long lineOf(Path file, Charset charset, boolean header, boolean quotes, long row)
      throws IOException {
    long wanted = header ? row + 1 : row;
    try (Reader text = new InputStreamReader(SourceFiles.open(file), charset)) {
      char[] buffer = new char[1 << 16];
      long line = 1;
      long begins = 1;
      long records = 0;
      boolean quoted = false;
      boolean content = false;
      char last = 0;
      for (int n = text.read(buffer); n > 0; n = text.read(buffer)) {
        for (int i = 0; i < n; i++) {
          char c = buffer[i];
          boolean end = c == '\n' || c == '\r';
          boolean newLine = c == '\r' || (c == '\n' && last != '\r');
          if (end && !quoted) {
            if (content && ++records == wanted) {
              return begins;
            }
            content = false;
          }
          if (newLine) {
            line++;
          }
          if (!end || quoted) {
            if (!content) {
              begins = line;
            }
            content = true;
          }
          if (quotes && c == '"') {
            quoted = !quoted;
          }
          last = c;
        }
      }
      return begins;
    }
  }
}
