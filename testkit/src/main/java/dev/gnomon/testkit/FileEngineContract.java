package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every engine that decodes files must do.
@SuppressWarnings("NullAway.Init") // the folder is made before each test
public abstract class FileEngineContract {
  @TempDir Path folder;

  protected abstract FileEngine engine();

  // Types

  @Test
  void aColumnIsANumberOrATimeOnlyIfEveryPresentValueIs() {
    Path file =
        csv(
            """
            n,mostly,t,day,truth,zip,none,blank
            1,1,2024-03-01 10:00:00,2024-03-01,true,012,, x
            -2.5e3,2,2024-03-01T10:00:00.5+02:00,2024-02-29,false,07,NA,
            NA,three,2024-03-01T10:00Z,?,true,1,null,  \s
            """);
    Schema schema = engine().resolve(FileFormat.of(file), List.of());
    assertThat(schema.fields())
        .containsExactly(
            new Field("n", Type.NUMBER),
            new Field("mostly", Type.TEXT),
            new Field("t", Type.TIME),
            new Field("day", Type.TIME),
            new Field("truth", Type.TEXT),
            new Field("zip", Type.NUMBER),
            new Field("none", Type.NUMBER),
            new Field("blank", Type.TEXT));
    Table table = read(FileFormat.of(file), schema);
    assertThat(numbers(table, "n")).containsExactly(1, -2500, Double.NaN);
    assertThat(times(table, "t"))
        .containsExactly(
            micros("2024-03-01T10:00:00Z"),
            micros("2024-03-01T08:00:00.5Z"),
            micros("2024-03-01T10:00:00Z"));
    assertThat(times(table, "day"))
        .containsExactly(
            micros("2024-03-01T00:00:00Z"), micros("2024-02-29T00:00:00Z"), Times.MISSING);
    assertThat(texts(table, "truth")).containsExactly("true", "false", "true");
    assertThat(texts(table, "blank")).containsExactly(" x", null, null);
  }

  @Test
  void whatLooksLikeANumberElsewhereIsText() {
    Path file = csv("a,b,c\n1_000,1,0x1F\n2,2024-1-2,3\n");
    assertThat(engine().resolve(FileFormat.of(file), List.of()).fields())
        .extracting(Field::type)
        .containsOnly(Type.TEXT);
  }

  @Test
  void statedTypesAndComparedTextsComeBeforeWhatIsFound() {
    Path file = csv("zip,key,at\n012,007,1709287200\n013,8,1709287201\n");
    FileFormat format = types(file, Map.of("zip", Type.TEXT, "at", Type.TIME));
    Schema schema = engine().resolve(format, List.of("key"));
    Table table = read(format, schema);
    assertThat(texts(table, "zip")).containsExactly("012", "013");
    assertThat(texts(table, "key")).containsExactly("007", "8");
    assertThat(times(table, "at"))
        .containsExactly(micros("2024-03-01T10:00:00Z"), micros("2024-03-01T10:00:01Z"));
  }

  @Test
  void timesWithoutZoneAreInTheZoneStated() {
    Path file = csv("at\n2024-07-01 12:00:00\n2024-01-01T12:00:00\n2024-01-01T12:00:00Z\n");
    FileFormat format = with(FileFormat.of(file), Optional.empty(), ZoneId.of("Europe/Berlin"));
    Table table = read(format, engine().resolve(format, List.of()));
    assertThat(times(table, "at"))
        .containsExactly(
            micros("2024-07-01T10:00:00Z"),
            micros("2024-01-01T11:00:00Z"),
            micros("2024-01-01T12:00:00Z"));
  }

  @Test
  void whatMeansMissingCanBeStated() {
    Path file = csv("a,b\n-999,NA\n5,x\n");
    FileFormat format =
        new FileFormat(
            List.of(file),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.of(List.of("-999")),
            Map.of(),
            ZoneOffset.UTC);
    Table table = read(format, engine().resolve(format, List.of()));
    assertThat(numbers(table, "a")).containsExactly(Double.NaN, 5);
    assertThat(texts(table, "b")).containsExactly("NA", "x");
  }

  @Test
  void ndjsonIsReadByTheTextOfItsValues() throws IOException {
    Path file = folder.resolve("x.ndjson");
    Files.writeString(
        file,
        """
        {"n": 1, "s": "a", "b": true, "t": "2024-03-01T10:00:00Z", "id": 12}
        {"n": null, "s": "ä\\n\\"", "b": false, "id": 13}
        """);
    Schema schema = engine().resolve(FileFormat.of(file), List.of("id"));
    Table table = read(FileFormat.of(file), schema);
    assertThat(numbers(table, "n")).containsExactly(1, Double.NaN);
    assertThat(texts(table, "s")).containsExactly("a", "ä\n\"");
    assertThat(texts(table, "b")).containsExactly("true", "false");
    assertThat(texts(table, "id")).containsExactly("12", "13");
    assertThat(times(table, "t")).containsExactly(micros("2024-03-01T10:00:00Z"), Times.MISSING);
  }

  @Test
  void wholeDoublesAreKeysWithoutFraction() {
    Path file = folder.resolve("keys.parquet");
    write(file, table(new double[] {17850, 0.5, Double.NaN}, 3));
    Table table = read(FileFormat.of(file), engine().resolve(FileFormat.of(file), List.of("n")));
    assertThat(texts(table, "n")).containsExactly("17850", "0.5", null);
  }

  // Files

  @Test
  void filesOfAPatternAreReadInTheOrderOfTheirNames() throws IOException {
    Files.writeString(folder.resolve("part-10.csv"), "a\n3\n");
    Files.writeString(folder.resolve("part-02.csv"), "a\n2\n");
    gzip(folder.resolve("part-01.csv.gz"), "a\n1\n");
    Files.writeString(folder.resolve(".part-00.csv"), "a\n0\n");
    FileFormat format = FileFormat.of(folder.resolve("part-*.csv*"));
    assertThat(numbers(read(format, engine().resolve(format, List.of())), "a"))
        .containsExactly(1, 2, 3);
  }

  @Test
  void namesWithSignsOfAPatternAreTakenAsTheyAre() throws IOException {
    Path file = folder.resolve("it's [1].csv");
    Files.writeString(file, "a\n1\n");
    assertThat(numbers(read(FileFormat.of(file)), "a")).containsExactly(1);
  }

  @Test
  void byteOrderMarkLineEndsAndQuotesAreHandled() {
    Path file = csv("\uFEFFa;b\r\n1;\"x;\"\"y\"\"\r\nz\"\r\n2;\"\"\r\n");
    Table table = read(FileFormat.of(file));
    assertThat(numbers(table, "a")).containsExactly(1, 2);
    assertThat(texts(table, "b")).containsExactly("x;\"y\"\r\nz", null);
  }

  @Test
  void otherEncodingsAreReadWhenStated() {
    for (String encoding : List.of("latin-1", "utf-16", "windows-1252")) {
      String charset = encoding.equals("latin-1") ? "iso-8859-1" : encoding;
      Path file = folder.resolve(encoding + ".csv");
      bytes(file, "a,b\n1,café\n".getBytes(Charset.forName(charset)));
      FileFormat format = with(FileFormat.of(file), Optional.of(encoding), ZoneOffset.UTC);
      assertThat(texts(read(format, engine().resolve(format, List.of())), "b"))
          .containsExactly("café");
    }
  }

  @Test
  void withoutHeaderColumnsAreNumbered() {
    Path file = csv("1,x\n2,y\n");
    FileFormat format =
        new FileFormat(
            List.of(file),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Map.of(),
            ZoneOffset.UTC);
    Table table = read(format, engine().resolve(format, List.of()));
    assertThat(numbers(table, "column1")).containsExactly(1, 2);
    assertThat(texts(table, "column2")).containsExactly("x", "y");
  }

  @Test
  void columnsComeInTheOrderAskedForAndRowsSortedWithMissingLast() {
    Path file = csv("a,b,c\n2,x,1\n,y,2\n1,z,3\n2,w,4\n");
    Schema schema = engine().resolve(FileFormat.of(file), List.of());
    Table table = all(engine().scan(FileFormat.of(file), schema, List.of("c", "a"), List.of("a")));
    assertThat(table.schema().names()).containsExactly("c", "a");
    assertThat(numbers(table, "c")).containsExactly(3, 1, 4, 2);
  }

  @Test
  void manyRowsKeepTheirOrderAndShareOneDictionary() {
    int rows = 300_000;
    double[] values = new double[rows];
    Arrays.setAll(values, i -> i);
    Path file = folder.resolve("many.parquet");
    write(file, table(values, rows));
    assertThat(engine().rowCount(FileFormat.of(file))).contains((long) rows);
    Schema schema = engine().resolve(FileFormat.of(file), List.of());
    int batches = 0;
    int at = 0;
    try (TableScan scan =
        engine().scan(FileFormat.of(file), schema, List.of("n", "s"), List.of())) {
      Dictionary dictionary = null;
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        batches++;
        Column.Texts texts = (Column.Texts) next.get().column("s");
        assertThat(dictionary == null || texts.dictionary() == dictionary).isTrue();
        dictionary = texts.dictionary();
        double[] numbers = numbers(next.get(), "n");
        for (int i = 0; i < numbers.length; i++, at++) {
          if (numbers[i] != at || !textOf(at).equals(dictionary.text(texts.codes()[i]))) {
            throw new AssertionError("row " + at);
          }
        }
      }
    }
    assertThat(at).isEqualTo(rows);
    assertThat(batches).isGreaterThan(1);
  }

  @Test
  void aFailedWriteLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("out.parquet");
    write(file, table(new double[] {1}, 1));
    byte[] before = Files.readAllBytes(file);
    Table good = table(new double[] {2}, 1);
    Iterable<Table> broken =
        () ->
            Stream.of(good, good)
                .peek(
                    new java.util.function.Consumer<>() {
                      private int seen;

                      @Override
                      public void accept(Table table) {
                        if (++seen == 2) {
                          throw new IllegalStateException("broken");
                        }
                      }
                    })
                .iterator();
    assertThatThrownBy(() -> engine().write(file, good.schema(), broken)).hasMessage("broken");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aTableWithoutRowsIsStillATable() {
    Path file = folder.resolve("empty.parquet");
    engine().write(file, table(new double[0], 0).schema(), List.of());
    assertThat(read(FileFormat.of(file)).rows()).isZero();
  }

  // Round trips

  @Property(tries = 40)
  void parquetGivesBackWhatWasWritten(@ForAll("tables") Table table) {
    Path place = temporary();
    try {
      Path file = place.resolve("t.parquet");
      write(file, table);
      assertSame(table, read(FileFormat.of(file)), false);
    } finally {
      delete(place);
    }
  }

  /// CSV has one way to write both an empty and a missing text, and its types must be stated where
  /// values do not show them.
  @Property(tries = 40)
  void csvGivesBackWhatWasWrittenWithEmptyTextsMissing(@ForAll("tables") Table table) {
    Path place = temporary();
    try {
      for (String name : List.of("t.csv", "t.csv.gz")) {
        Path file = place.resolve(name);
        write(file, table);
        FileFormat format = types(file, Map.of("n", Type.NUMBER, "t", Type.TIME, "s", Type.TEXT));
        assertSame(table, read(format, engine().resolve(format, List.of())), true);
      }
    } finally {
      delete(place);
    }
  }

  @Provide
  Arbitrary<Table> tables() {
    Arbitrary<Double> number =
        Arbitraries.oneOf(
            Arbitraries.of(
                0.0,
                -0.0,
                Double.MIN_VALUE,
                -Double.MAX_VALUE,
                Double.MAX_VALUE,
                1e15,
                -1e15 - 1,
                0.1,
                9007199254740992.0,
                Double.NaN),
            Arbitraries.doubles(),
            Arbitraries.integers().map(Integer::doubleValue));
    Arbitrary<@Nullable String> text =
        Arbitraries.oneOf(
                Arbitraries.of(
                    "",
                    " lead",
                    "a,b;c",
                    "\"q\"",
                    "line\nend",
                    "cr\r\nlf",
                    "'",
                    "äöü€😀漢字",
                    "twelve bytes",
                    "thirteen byte",
                    "tab\there",
                    "\\N",
                    "a\u2028b"),
                Arbitraries.strings().alpha().ofMaxLength(40),
                Arbitraries.strings()
                    .withCharRange(' ', '\ud7ff')
                    .ofMaxLength(20)
                    .filter(s -> !isMissingText(s)))
            .injectNull(0.1);
    Arbitrary<Long> time =
        Arbitraries.oneOf(
            Arbitraries.of(
                Times.MISSING, -1L, 0L, 1L, -62_135_596_800_000_000L, 253_402_300_799_999_999L),
            Arbitraries.longs().between(-62_135_596_800_000_000L, 253_402_300_799_999_999L));
    return Combinators.combine(number, text, time)
        .as(Cells::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(50)
        .map(FileEngineContract::tableOf);
  }

  private record Cells(double number, @Nullable String text, long time) {}

  private static boolean isMissingText(String text) {
    return List.of("NA", "N/A", "NaN", "null", "?").contains(text.strip());
  }

  private static Table tableOf(List<Cells> cells) {
    Dictionary dictionary = new Dictionary();
    return new Table(
        Schema.of(
            new Field("n", Type.NUMBER), new Field("s", Type.TEXT), new Field("t", Type.TIME)),
        List.of(
            new Column.Numbers(cells.stream().mapToDouble(Cells::number).toArray()),
            new Column.Texts(
                cells.stream().mapToInt(c -> dictionary.code(c.text())).toArray(), dictionary),
            new Column.Moments(cells.stream().mapToLong(Cells::time).toArray())),
        cells.size());
  }

  private static void assertSame(Table expected, Table found, boolean blankIsMissing) {
    assertThat(found.schema()).isEqualTo(expected.schema());
    assertThat(bits(found)).isEqualTo(bits(expected));
    assertThat(times(found, "t")).isEqualTo(times(expected, "t"));
    assertThat(texts(found, "s"))
        .isEqualTo(
            texts(expected, "s").stream()
                .map(s -> blankIsMissing && s != null && isBlank(s) ? null : s)
                .toList());
  }

  private static boolean isBlank(String text) {
    return text.chars().allMatch(c -> " \t\r\n\u00A0".indexOf(c) >= 0);
  }

  private static long[] bits(Table table) {
    return Arrays.stream(numbers(table, "n")).mapToLong(Double::doubleToLongBits).toArray();
  }

  // Bad input

  @Test
  void absentFilesAreNamed() {
    assertThat(refusal(FileFormat.of(folder.resolve("none.csv"))))
        .contains("none.csv")
        .contains("no such file");
    assertThat(refusal(FileFormat.of(folder.resolve("none-*.parquet"))))
        .contains("no file matches");
  }

  @Test
  void emptyFilesAreRefused() {
    assertThat(refusal(csv(""))).contains("the file is empty");
    assertThat(refusal(csv("a,b\n"))).contains("a header but no row");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    Path zipped = folder.resolve("cut.csv.gz");
    StringBuilder rows = new StringBuilder("a,b\n");
    for (int i = 0; i < 200_000; i++) {
      rows.append(i * 7919L % 104_729).append(',').append(i).append('\n');
    }
    gzip(zipped, rows.toString());
    byte[] whole = Files.readAllBytes(zipped);
    Files.write(zipped, Arrays.copyOf(whole, whole.length / 2));
    assertThat(refusal(zipped)).contains("cut.csv.gz").contains("cut short or damaged");

    Path parquet = folder.resolve("cut.parquet");
    write(parquet, table(new double[] {1, 2, 3}, 3));
    byte[] footer = Files.readAllBytes(parquet);
    Files.write(parquet, Arrays.copyOf(footer, footer.length - 20));
    assertThat(refusal(parquet)).contains("not a whole Parquet file");
  }

  @Test
  void aWrongDelimiterIsToldWithTheRightOne() {
    Path file = csv("a;b\n1;2\n");
    FileFormat format =
        new FileFormat(
            List.of(file),
            Optional.of(","),
            Optional.empty(),
            true,
            Optional.empty(),
            Map.of(),
            ZoneOffset.UTC);
    assertThat(refusal(format)).contains("one column").contains("delimiter: \";\"");
  }

  @Test
  void aWrongEncodingIsToldWithItsPlace() {
    Path file = folder.resolve("latin.csv");
    bytes(file, "a,b\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal(file)).contains("byte 10").contains("encoding: latin-1");
    Path wide = folder.resolve("wide.csv");
    bytes(wide, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_16));
    assertThat(refusal(wide)).contains("UTF-16").contains("encoding: utf-16");
  }

  @Test
  void headersNeedDistinctNames() {
    assertThat(refusal(csv("a,b,a,,b\n1,2,3,4,5\n")))
        .contains("column 'a' stands twice, at 1 and 3")
        .contains("column 'b' stands twice, at 2 and 5")
        .contains("column 4 has no name");
  }

  @Test
  void raggedRowsAreAllToldByLine() {
    assertThat(refusal(csv("a,b\n1,2\n3\n4,5\n6,7,8\n")))
        .contains("line 3: 1 fields where the header has 2")
        .contains("line 5: 3 fields where the header has 2");
    assertThat(refusal(csv("a,b\n1,\"open\n2,3\n"))).contains("not closed");
  }

  @Test
  void absentColumnsAreToldWithTheNearest() {
    Path file = csv("tenure,churn\n1,x\n");
    Schema schema = engine().resolve(FileFormat.of(file), List.of());
    BadInput refused =
        catchThrowableOfType(
            BadInput.class,
            () -> engine().scan(FileFormat.of(file), schema, List.of("tenur", "zzz"), List.of()));
    assertThat(refused.problems())
        .extracting(Problem::found)
        .containsExactly("no column 'tenur'", "no column 'zzz'");
    assertThat(refused.problems().getFirst().valid()).contains("did you mean 'tenure'?");
    assertThat(refusal(types(file, Map.of("chrun", Type.TEXT)))).contains("did you mean 'churn'?");
  }

  @Test
  void aValueThatIsNotOfTheTypeStatedIsToldByLine() {
    Path file = csv("at,n\n2024-01-01,1\n\"\n\",2\nyesterday,x\n2024-13-01,3\n");
    assertThat(refusal(types(file, Map.of("at", Type.TIME, "n", Type.NUMBER))))
        .contains("line 5: column 'at' holds 2 of 3 values that are no time, first 'yesterday'")
        .contains("column 'n' holds 1 of 4 values that are no number, first 'x'");
    assertThat(refusal(types(csv("d\n20240301\n"), Map.of("d", Type.TIME)))).contains("no time");
  }

  @Test
  void infiniteNumbersAreRefused() {
    assertThat(refusal(csv("a\n1\ninf\n2\n-Infinity\n")))
        .contains("column 'a' holds 2 infinite values, first 'inf'");
  }

  @Test
  void filesOfOnePatternMustAgree() throws IOException {
    Files.writeString(folder.resolve("a-1.csv"), "x,y\n1,2\n");
    Files.writeString(folder.resolve("a-2.csv"), "x,z\n1,2\n");
    assertThat(refusal(FileFormat.of(folder.resolve("a-*.csv"))))
        .contains("a-2.csv")
        .contains("absent [y]")
        .contains("added [z]");
    write(folder.resolve("p-1.parquet"), table(new double[] {1}, 1));
    Dictionary dictionary = new Dictionary();
    Table other =
        new Table(
            Schema.of(new Field("n", Type.TEXT)),
            List.of(new Column.Texts(new int[] {dictionary.code("x")}, dictionary)),
            1);
    write(folder.resolve("p-2.parquet"), other);
    assertThat(refusal(FileFormat.of(folder.resolve("p-*.parquet"))))
        .contains("p-2.parquet")
        .contains("'n' is text, not number")
        .contains("'s' is absent");
  }

  // Tools

  private String refusal(Path file) {
    return refusal(FileFormat.of(file));
  }

  private String refusal(FileFormat format) {
    BadInput refused =
        catchThrowableOfType(
            BadInput.class,
            () -> {
              Schema schema = engine().resolve(format, List.of());
              read(format, schema);
            });
    assertThat(refused).isNotNull();
    return String.valueOf(refused.getMessage());
  }

  private Table read(FileFormat format) {
    return read(format, engine().resolve(format, List.of()));
  }

  private Table read(FileFormat format, Schema schema) {
    return all(engine().scan(format, schema, schema.names(), List.of()));
  }

  /// All batches as one; at most one batch is expected.
  private static Table all(TableScan scan) {
    try (scan) {
      Optional<Table> first = scan.next();
      assertThat(scan.next()).isEmpty();
      return first.orElseGet(() -> new Table(new Schema(List.of()), List.of(), 0));
    }
  }

  private void write(Path file, Table table) {
    engine().write(file, table.schema(), List.of(table));
  }

  private static String textOf(int row) {
    return row % 3 == 0 ? "k" + row % 1000 : "a text longer than twelve bytes " + row % 777;
  }

  private static Table table(double[] numbers, int rows) {
    Dictionary dictionary = new Dictionary();
    int[] codes = new int[rows];
    Arrays.setAll(codes, i -> dictionary.code(textOf(i)));
    return new Table(
        Schema.of(new Field("n", Type.NUMBER), new Field("s", Type.TEXT)),
        List.of(new Column.Numbers(numbers), new Column.Texts(codes, dictionary)),
        rows);
  }

  private Path csv(String content) {
    Path file = folder.resolve("f.csv");
    bytes(file, content.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static void bytes(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void gzip(Path file, String content) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("file-engine");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path place) {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileFormat types(Path file, Map<String, Type> types) {
    return new FileFormat(
        List.of(file),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty(),
        types,
        ZoneOffset.UTC);
  }

  private static FileFormat with(FileFormat format, Optional<String> encoding, ZoneId zone) {
    return new FileFormat(
        format.paths(),
        format.delimiter(),
        encoding,
        format.header(),
        format.missing(),
        format.types(),
        zone);
  }

  private static double[] numbers(Table table, String column) {
    return ((Column.Numbers) table.column(column)).values();
  }

  private static long[] times(Table table, String column) {
    return ((Column.Moments) table.column(column)).micros();
  }

  private static List<@Nullable String> texts(Table table, String column) {
    Column.Texts texts = (Column.Texts) table.column(column);
    List<@Nullable String> found = new ArrayList<>();
    for (int code : texts.codes()) {
      found.add(texts.dictionary().text(code));
    }
    return found;
  }

  private static long micros(String instant) {
    return Times.micros(Instant.parse(instant));
  }
}
