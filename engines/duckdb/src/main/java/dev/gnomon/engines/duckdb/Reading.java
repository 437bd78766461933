package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnmappableCharacterException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The files of one source, opened in one session: which columns they have, and the SQL that yields
/// them as doubles, texts and times.
final class Reading implements AutoCloseable {
  /// What means "missing" in text files besides blank, unless `missing:` says otherwise.
  static final List<String> MISSING = List.of("NA", "N/A", "NaN", "null", "?");

  /// A date, or a date and a time divided by `T` or a blank, with fraction and offset where wanted.
  private static final String TIME_SHAPE =
      "\\s*\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?\\s?(Z|[+-]\\d{2}(:?\\d{2})?)?)?\\s*";

  final FileFormat format;
  final SourceFiles source;
  final Session session;
  final Charset charset;

  /// DuckDB's type of every column, by name in the order of the file.
  final Map<String, String> columns;

  private final String table;

  private Reading(
      FileFormat format,
      SourceFiles source,
      Session session,
      Charset charset,
      Map<String, String> columns,
      String table) {
    this.format = format;
    this.source = source;
    this.session = session;
    this.charset = charset;
    this.columns = columns;
    this.table = table;
  }

  static Reading open(FileFormat format, Session.Settings settings) {
    SourceFiles source = SourceFiles.find(format);
    Charset charset = charset(format);
    Session session = Session.open(settings);
    try {
      if (!utc(format.zone())) {
        session.execute("SET TimeZone = " + Sql.text(format.zone().getId()));
      }
      return switch (source.kind()) {
        case CSV -> csv(format, source, session, charset);
        case NDJSON -> json(format, source, session, charset);
        case PARQUET -> parquet(format, source, session, charset);
      };
    } catch (DuckDbException e) {
      session.close();
      throw Trouble.of(e, source);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  boolean isText() {
    return source.kind() != SourceFiles.Kind.PARQUET;
  }

  /// What stands behind FROM.
  String table() {
    return table;
  }

  /// A column of a text file, with NULL for every text that means missing.
  String present(String column) {
    String name = Sql.name(column);
    List<String> missing = new ArrayList<>();
    missing.add("");
    missing.addAll(format.missing().orElse(MISSING));
    // Trimming is dear, and nearly every text is too long to mean missing and has no blank at its
    // ends.
    int longest = missing.stream().mapToInt(String::length).max().orElse(0);
    return ("CASE WHEN (length(%1$s) <= %2$d OR ascii(%1$s) IN (9, 10, 13, 32, 160)"
            + " OR ascii(right(%1$s, 1)) IN (9, 10, 13, 32, 160))"
            + " AND trim(%1$s, ' \t\r\n\u00A0') IN (%3$s) THEN NULL ELSE %1$s END")
        .formatted(name, longest, Sql.texts(missing));
  }

  static String asNumber(String text) {
    return "CASE WHEN contains(%1$s, '_') THEN NULL ELSE try_cast(%1$s AS DOUBLE) END"
        .formatted(text);
  }

  /// Numbers are seconds since the epoch where a time is asked for; only those from 1973 to 2286
  /// are taken, so that neither `20240301` nor milliseconds pass for seconds.
  static String secondsAsTime(String number) {
    return "CASE WHEN %1$s >= 1e8 AND %1$s < 1e10 THEN make_timestamptz(CAST(round(%1$s * 1e6) AS BIGINT)) END"
        .formatted(number);
  }

  static String asTime(String text) {
    return "CASE WHEN regexp_full_match(%1$s, '%2$s') THEN try_cast(%1$s AS TIMESTAMPTZ) END"
        .formatted(text, TIME_SHAPE);
  }

  /// What a column's value is computed from: a text is first freed of what means missing, once,
  /// under a name of its own, so that the expressions over it do not repeat that work.
  String basis(String column) {
    boolean text = columns.getOrDefault(column, "VARCHAR").equals("VARCHAR");
    return text && (isText() || format.missing().isPresent()) ? present(column) : Sql.name(column);
  }

  /// As above for a column whose type is settled. What means missing is no number and no time, so
  /// that reading it as one says so already; the steps for texts hold megabytes per column, too
  /// much for tables of hundreds of columns.
  String basis(String column, Type type) {
    return type != Type.TEXT && isText() && missingIsNoValue() ? Sql.name(column) : basis(column);
  }

  private boolean missingIsNoValue() {
    return format.missing().orElse(MISSING).stream()
        .noneMatch(word ->
            word.chars().anyMatch(Character::isDigit)
                || word.toLowerCase(Locale.ROOT).contains("inf"));
  }

  /// The value of a column as the type asked for; null where it can't be had.
  String value(String column, Type type) {
    return value(column, "(" + basis(column) + ")", type);
  }

  /// As above, with the [#basis] standing under a name.
  String value(String column, String name, Type type) {
    String physical = columns.getOrDefault(column, "VARCHAR");
    if (physical.equals("VARCHAR")) {
      return switch (type) {
        case TEXT -> name;
        case NUMBER -> asNumber(name);
        case TIME ->
            "coalesce(%s, %s)".formatted(asTime(name), secondsAsTime("(" + asNumber(name) + ")"));
      };
    }
    boolean real = physical.equals("DOUBLE") || physical.equals("FLOAT");
    boolean plainTime = physical.equals("DATE") || physical.startsWith("TIMESTAMP");
    return switch (type) {
      case NUMBER -> plainTime ? "CAST(NULL AS DOUBLE)" : "CAST(%s AS DOUBLE)".formatted(name);
      case TEXT -> real ? realAsText(name) : "CAST(%s AS VARCHAR)".formatted(name);
      case TIME -> {
        if (physical.equals("TIMESTAMP WITH TIME ZONE")) {
          yield name;
        }
        if (plainTime) {
          String plain = "CAST(%s AS TIMESTAMP)".formatted(name);
          // In UTC the plain value is the answer, and casting it would cost a calendar per row.
          yield utc(format.zone()) ? plain : "CAST(%s AS TIMESTAMPTZ)".formatted(plain);
        }
        yield secondsAsTime("CAST(%s AS DOUBLE)".formatted(name));
      }
    };
  }

  /// A double as text: whole numbers without a fraction, so that 17850.0 is the key `17850`.
  static String realAsText(String name) {
    return ("CASE WHEN isnan(%1$s) THEN NULL WHEN abs(%1$s) < 1e15 AND %1$s = trunc(%1$s) AND CAST(%1$s AS VARCHAR) <> '-0.0'"
            + " THEN CAST(CAST(%1$s AS BIGINT) AS VARCHAR) ELSE CAST(%1$s AS VARCHAR) END")
        .formatted(name);
  }

  @Override
  public void close() {
    session.close();
  }

  static boolean utc(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC);
  }

  private static Reading csv(
      FileFormat format, SourceFiles source, Session session, Charset charset) {
    CsvLayout layout = CsvLayout.of(format, source.files(), charset);
    List<Path> readable = utf8(source.files(), charset, session);
    Map<String, String> columns = texts(layout.columns());
    String table =
        "read_csv(%s, auto_detect = false, header = %s, delim = %s, quote = %s, escape = %s, compression = %s, max_line_size = 16777216, buffer_size = 33554432, columns = %s"
            .formatted(
                Sql.files(readable),
                format.header(),
                Sql.text(String.valueOf(layout.delimiter())),
                Sql.text(format.quotes() ? "\"" : ""),
                Sql.text(format.quotes() ? "\"" : ""),
                compression(readable),
                struct(columns));
    return new Reading(format, source, session, charset, columns, table + ")");
  }

  private static Reading json(
      FileFormat format, SourceFiles source, Session session, Charset charset) {
    List<Path> readable = utf8(source.files(), charset, session);
    String table =
        "read_json(%s, format = 'newline_delimited', compression = %s"
            .formatted(Sql.files(readable), compression(readable));
    Map<String, String> found =
        described(
            session,
            table + ", sample_size = -1, map_inference_threshold = -1, maximum_depth = 1)");
    Map<String, String> columns = texts(found.keySet());
    return new Reading(
        format, source, session, charset, columns, table + ", columns = " + struct(columns) + ")");
  }

  private static Reading parquet(
      FileFormat format, SourceFiles source, Session session, Charset charset) {
    Map<String, String> first = new LinkedHashMap<>();
    List<dev.gnomon.core.Problem> problems = new ArrayList<>();
    for (Path file : source.files()) {
      try {
        Map<String, String> found = described(session, parquet(List.of(file)));
        if (first.isEmpty()) {
          first.putAll(found);
        } else if (!kinds(found).equals(kinds(first))) {
          problems.add(
              Trouble.difference(source.files().getFirst(), kinds(first), file, kinds(found)));
        }
      } catch (DuckDbException e) {
        problems.addAll(Trouble.of(e, new SourceFiles(source.kind(), List.of(file))).problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new Reading(format, source, session, charset, first, parquet(source.files()));
  }

  private static String parquet(List<Path> files) {
    return "read_parquet(%s, binary_as_string = true)".formatted(Sql.files(files));
  }

  static Type typeOf(String physical) {
    if (physical.equals("DATE") || physical.startsWith("TIMESTAMP")) {
      return Type.TIME;
    }
    return switch (physical) {
      case "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "FLOAT",
          "DOUBLE" ->
          Type.NUMBER;
      default -> physical.startsWith("DECIMAL") ? Type.NUMBER : Type.TEXT;
    };
  }

  private static Map<String, Type> kinds(Map<String, String> physical) {
    Map<String, Type> kinds = new LinkedHashMap<>();
    physical.forEach((name, type) -> kinds.put(name, typeOf(type)));
    return kinds;
  }

  private static Map<String, String> described(Session session, String table) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (var row :
        session.rows(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + table + ")")) {
      columns.put(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
    }
    return columns;
  }

  private static Map<String, String> texts(Iterable<String> names) {
    Map<String, String> columns = new LinkedHashMap<>();
    names.forEach(name -> columns.put(name, "VARCHAR"));
    return columns;
  }

  private static String struct(Map<String, String> columns) {
    return columns.keySet().stream()
        .map(name -> Sql.text(name) + ": 'VARCHAR'")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String compression(List<Path> files) {
    boolean gzip = SourceFiles.isGzip(files.getFirst());
    for (Path file : files) {
      if (SourceFiles.isGzip(file) != gzip) {
        return "'auto'";
      }
    }
    return gzip ? "'gzip'" : "'none'";
  }

  private static Charset charset(FileFormat format) {
    String name = format.encoding().orElse("utf-8").toLowerCase(Locale.ROOT);
    try {
      return switch (name) {
        case "latin-1", "latin1", "iso-8859-1" -> StandardCharsets.ISO_8859_1;
        case "utf-8-sig", "utf8", "utf-8" -> StandardCharsets.UTF_8;
        default -> Charset.forName(name);
      };
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new BadInput(
          "encoding",
          "'" + name + "' is unknown",
          "for example utf-8, utf-16, latin-1, windows-1252");
    }
  }

  /// DuckDB reads UTF-8; files in another encoding are copied into the session's folder first.
  private static List<Path> utf8(List<Path> files, Charset charset, Session session) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return files;
    }
    List<Path> copies = new ArrayList<>();
    for (Path file : files) {
      Path copy = session.folder().resolve("text-" + copies.size());
      copies.add(copy);
      CharsetDecoder decoder = charset.newDecoder();
      try (InputStream bytes = SourceFiles.open(file);
          Reader text = new InputStreamReader(bytes, decoder);
          OutputStream out = Files.newOutputStream(copy);
          var writer = new java.io.OutputStreamWriter(out, StandardCharsets.UTF_8)) {
        text.transferTo(writer);
      } catch (MalformedInputException | UnmappableCharacterException e) {
        throw new BadInput(
            file.toString(), "not every byte is " + charset.name(), "state the right `encoding:`");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return copies;
  }
}
