package dev.gnomon.core.usecase;

import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the rows of a source lie and how they are decoded; everything a reader may need, and
/// nothing of the use case.
///
/// @param paths as written in the use-case file, made absolute; may contain `*` and `?`. CSV, TSV
///   (also .gz), Parquet, NDJSON (also .gz)
/// @param delimiter for CSV; found from the first lines when empty
/// @param encoding a charset name; UTF-8 (with or without byte-order mark) when empty
/// @param header whether the first line names the columns; true when not said
/// @param missing texts that mean missing, besides blank; the standard list (blank, NA, N/A, NaN,
///   null, ?) when empty
/// @param types columns whose type is stated instead of found
/// @param zone of times without one
/// @param quotes whether values of a text file may stand in double quotes; if not, a quote is a
///   character like any other
public record FileFormat(
    List<Path> paths,
    Optional<String> delimiter,
    Optional<String> encoding,
    boolean header,
    Optional<List<String>> missing,
    Map<String, Type> types,
    ZoneId zone,
    boolean quotes) {
  public FileFormat {
    paths = List.copyOf(paths);
    missing = missing.map(List::copyOf);
    types = Map.copyOf(types);
  }

  /// With values that may stand in double quotes.
  public FileFormat(
      List<Path> paths,
      Optional<String> delimiter,
      Optional<String> encoding,
      boolean header,
      Optional<List<String>> missing,
      Map<String, Type> types,
      ZoneId zone) {
    this(paths, delimiter, encoding, header, missing, types, zone, true);
  }

  /// The defaults for one path.
  public static FileFormat of(Path path) {
    return new FileFormat(
        List.of(path),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty(),
        Map.of(),
        ZoneOffset.UTC);
  }
}
