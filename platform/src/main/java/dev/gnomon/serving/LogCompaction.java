package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.SourceLog;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Copies the logs of a home to Parquet, for whatever reads that.
///
/// ```
/// parquet/usecases/<name>/decisions/part-<first>-<last>.parquet
/// parquet/usecases/<name>/outcomes/…
/// parquet/sources/<name>/events/…
/// ```
///
/// A file holds the records from one log position to another, both inclusive, and appears whole or
/// not at all: the names are what says how far the copy goes, so that a repeated or killed run
/// never writes a record twice. Decisions under another row schema begin a new file. The logs stay
/// as they are. The home must be held: what a running server has not forced yet could be lost after
/// it was copied.
public final class LogCompaction {
  private static final int ROWS = 100_000;
  private static final Pattern PART = Pattern.compile("part-(\\d+)-(\\d+)\\.parquet");

  private final Home home;
  private final FileEngine engine;

  public LogCompaction(Home home, FileEngine engine) {
    this.home = home;
    this.engine = engine;
  }

  /// What was copied of one log.
  public record Copied(String log, long records, int files) {}

  /// Copies what is new in every log whose use case or source has this name; of all when empty.
  public List<Copied> run(String name) throws IOException {
    List<Copied> copied = new ArrayList<>();
    for (String kind : List.of("usecases", "sources")) {
      Path folder = home.logs().resolve(kind);
      if (!Files.isDirectory(folder)) {
        continue;
      }
      List<Path> owners;
      try (var all = Files.list(folder)) {
        owners = all.filter(Files::isDirectory).sorted().toList();
      }
      for (Path owner : owners) {
        String one = String.valueOf(owner.getFileName());
        if (name.isEmpty() || name.equals(one)) {
          for (String log : List.of("decisions", "outcomes", "events")) {
            if (Files.isDirectory(owner.resolve(log))) {
              copied.add(copy(kind + "/" + one + "/" + log, one, log));
            }
          }
        }
      }
    }
    return copied;
  }

  /// The files that hold records at these positions of a log, below `parquet/` in the home.
  static List<Path> filesWith(Home home, String place, long[] positions) throws IOException {
    Path target = home.root().resolve("parquet").resolve(place);
    if (!Files.isDirectory(target)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (var files = Files.list(target)) {
      for (Path file : files.sorted().toList()) {
        Matcher part = PART.matcher(String.valueOf(file.getFileName()));
        if (part.matches()
            && Arrays.stream(positions)
                .anyMatch(at ->
                    at >= Long.parseLong(part.group(1)) && at <= Long.parseLong(part.group(2)))) {
          found.add(file);
        }
      }
    }
    return found;
  }

  /// Copies what a file holds from the log again, under its name: without what was erased since.
  void again(String place, Path file) throws IOException {
    Matcher part = PART.matcher(String.valueOf(file.getFileName()));
    if (!part.matches()) {
      throw new IllegalArgumentException(file + " is no copy of a log");
    }
    String[] names = place.split("/", -1);
    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    Again again = new Again(file, Long.parseLong(part.group(1)), Long.parseLong(part.group(2)));
    var _ = copy(place, names[1], names[2], again);
    if (again.batch == null) {
      Files.deleteIfExists(file);
    }
  }

  /// One file that is written once more.
  private static final class Again {
    private final Path file;
    private final long first;
    private final long last;
    private @Nullable Batch batch;

    Again(Path file, long first, long last) {
      this.file = file;
      this.first = first;
      this.last = last;
    }
  }

  private Copied copy(String place, String owner, String kind) throws IOException {
    return copy(place, owner, kind, null);
  }

  private Copied copy(String place, String owner, String kind, @Nullable Again again)
      throws IOException {
    Path target = home.root().resolve("parquet").resolve(place);
    Files.createDirectories(target);
    long done = again == null ? done(target) : again.first - 1;
    Batch batch = null;
    Schema row = new Schema(List.of());
    long records = 0;
    int files = 0;
    try (LogReader log = LogReader.of(home.logs().resolve(place), SegmentedLog.START)) {
      while (log.next()) {
        boolean schema = kind.equals("decisions") && log.type() == DecisionCodec.SCHEMA;
        if (schema) {
          Schema found = DecisionCodec.schema(log.bytes());
          if (again == null && batch != null && !found.equals(row)) {
            batch.write(target);
            files++;
            batch = null;
          }
          row = found;
        }
        boolean other =
            switch (kind) {
              case "decisions" -> log.type() != DecisionCodec.DECISION;
              case "events" -> !SourceLog.isRow(log.type());
              default -> log.type() != OutcomeLog.OUTCOME;
            };
        if (other || log.position() <= done || (again != null && log.position() > again.last)) {
          continue;
        }
        if (batch == null) {
          batch = new Batch(schemaOf(kind, row));
        }
        batch.begin(log.position());
        switch (kind) {
          case "decisions" ->
              decision(batch, owner, DecisionCodec.read(log.position(), log.body(), row));
          case "outcomes" -> outcome(batch, owner, log.body());
          default -> {
            byte[] record = log.bytes();
            int from = SourceLog.rowStart(log.type(), record);
            batch.time(log.time());
            batch.text(new String(record, from, record.length - from, StandardCharsets.UTF_8));
          }
        }
        records++;
        if (batch.rows == ROWS && again == null) {
          batch.write(target);
          files++;
          batch = null;
        }
      }
    }
    if (batch != null && again != null) {
      again.batch = batch;
      batch.writeTo(again.file);
    } else if (batch != null) {
      batch.write(target);
      files++;
    }
    return new Copied(place, records, files);
  }

  /// The last position that was copied; -1 for none.
  private static long done(Path target) throws IOException {
    try (var files = Files.list(target)) {
      return files
          .map(file -> PART.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .mapToLong(found -> Long.parseLong(found.group(2)))
          .max()
          .orElse(-1);
    }
  }

  private static Schema schemaOf(String kind, Schema row) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("position", Type.NUMBER));
    switch (kind) {
      case "decisions" -> {
        for (String text : List.of("prediction_id", "key", "request_id")) {
          fields.add(new Field(text, Type.TEXT));
        }
        fields.add(new Field("at", Type.TIME));
        fields.add(new Field("made_at", Type.TIME));
        fields.add(new Field("score", Type.NUMBER));
        for (String text : List.of("policy", "decision", "variant", "cause", "band")) {
          fields.add(new Field(text, Type.TEXT));
        }
        for (String number :
            List.of(
                "version",
                "threshold",
                "expected_cost",
                "cost_true_positive",
                "cost_false_positive",
                "cost_false_negative",
                "cost_true_negative")) {
          fields.add(new Field(number, Type.NUMBER));
        }
        row.fields().forEach(f -> fields.add(new Field("f_" + f.name(), f.type())));
      }
      case "outcomes" -> {
        fields.add(new Field("prediction_id", Type.TEXT));
        fields.add(new Field("at", Type.TIME));
        fields.add(new Field("happened", Type.NUMBER));
        fields.add(new Field("id", Type.TEXT));
      }
      default -> {
        fields.add(new Field("arrived_at", Type.TIME));
        fields.add(new Field("row", Type.TEXT));
      }
    }
    return new Schema(fields);
  }

  private static void decision(Batch batch, String useCase, DecisionRecord record) {
    batch.text(new PredictionId(useCase, record.position()).text());
    batch.text(record.key());
    batch.text(record.requestId().orElse(null));
    batch.time(record.at());
    batch.time(record.madeAt());
    batch.number(record.score());
    boolean decides = record.band() != Decision.Band.NONE;
    batch.text(!decides ? null : record.act() ? "yes" : "no");
    batch.text(!decides ? null : record.decision());
    batch.text(record.variant().word());
    batch.text(record.cause().word());
    batch.text(record.band().name().toLowerCase(Locale.ROOT));
    batch.number(record.version());
    batch.number(record.threshold());
    batch.number(record.expectedCost());
    for (double cost : record.costs()) {
      batch.number(cost);
    }
    Schema row = record.features().schema();
    for (int c = 0; c < row.size(); c++) {
      switch (row.field(c).type()) {
        case NUMBER -> batch.number(record.features().number(c));
        case TEXT -> batch.text(record.features().text(c));
        case TIME -> batch.time(record.features().time(c));
      }
    }
  }

  private static void outcome(Batch batch, String useCase, ByteBuffer record) {
    ByteBuffer body = record.order(ByteOrder.LITTLE_ENDIAN);
    batch.text(new PredictionId(useCase, body.getLong()).text());
    batch.time(body.getLong());
    batch.number(body.get());
    byte[] id = new byte[body.remaining()];
    body.get(id);
    batch.text(id.length == 0 ? null : new String(id, StandardCharsets.UTF_8));
  }

  /// Rows of one file to be, value by value in the order of the columns.
  private final class Batch {
    private final Schema schema;
    private final double[][] numbers;
    private final int[][] codes;
    private final long[][] times;
    private final List<Dictionary> dictionaries = new ArrayList<>();
    private long first = -1;
    private long last;
    private int rows;
    private int column;

    Batch(Schema schema) {
      this.schema = schema;
      int width = schema.size();
      this.numbers = new double[width][];
      this.codes = new int[width][];
      this.times = new long[width][];
      for (int c = 0; c < width; c++) {
        dictionaries.add(new Dictionary());
        numbers[c] = new double[schema.field(c).type() == Type.NUMBER ? 256 : 0];
        codes[c] = new int[schema.field(c).type() == Type.TEXT ? 256 : 0];
        times[c] = new long[schema.field(c).type() == Type.TIME ? 256 : 0];
      }
    }

    void begin(long position) {
      first = first < 0 ? position : first;
      last = position;
      rows++;
      column = 0;
      number((double) position);
    }

    void number(double value) {
      if (rows > numbers[column].length) {
        numbers[column] = Arrays.copyOf(numbers[column], rows * 2);
      }
      numbers[column++][rows - 1] = value;
    }

    void text(@Nullable String value) {
      if (rows > codes[column].length) {
        codes[column] = Arrays.copyOf(codes[column], rows * 2);
      }
      codes[column][rows - 1] = dictionaries.get(column).code(value);
      column++;
    }

    void time(long value) {
      if (rows > times[column].length) {
        times[column] = Arrays.copyOf(times[column], rows * 2);
      }
      times[column++][rows - 1] = value;
    }

    void write(Path target) {
      writeTo(target.resolve("part-%019d-%019d.parquet".formatted(first, last)));
    }

    void writeTo(Path file) {
      List<Column> columns = new ArrayList<>();
      for (int c = 0; c < schema.size(); c++) {
        columns.add(
            switch (schema.field(c).type()) {
              case NUMBER -> new Column.Numbers(Arrays.copyOf(numbers[c], rows));
              case TEXT -> new Column.Texts(Arrays.copyOf(codes[c], rows), dictionaries.get(c));
              case TIME -> new Column.Moments(Arrays.copyOf(times[c], rows));
            });
      }
      engine.write(file, schema, List.of(new Table(schema, columns, rows)));
    }
  }
}
