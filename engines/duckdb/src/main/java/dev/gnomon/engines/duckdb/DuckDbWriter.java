package dev.gnomon.engines.duckdb;

import static dev.gnomon.engines.duckdb.DuckDbNative.MEMORY;
import static dev.gnomon.engines.duckdb.DuckDbNative.impossible;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Appends batches to a table that DuckDB may spill, then has it written beside the target and
/// renamed.
final class DuckDbWriter {
  private DuckDbWriter() {}

  static void write(
      Session.Settings settings, Path target, Schema schema, Iterable<Table> batches) {
    Path whole = target.toAbsolutePath();
    Path folder = whole.getParent();
    if (folder == null || schema.size() == 0) {
      throw new BadInput(target.toString(), "nothing can be written there", "a file and a column");
    }
    Path part = folder.resolve("." + whole.getFileName() + "-" + UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(folder);
      try (Session session = Session.open(settings)) {
        session.execute("CREATE TEMP TABLE rows (" + definition(schema) + ")");
        append(session, schema, batches);
        session.execute(copy(schema, whole, part));
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (DuckDbException | IOException e) {
      throw new BadInput(
          target.toString(),
          "it can't be written: " + e.getMessage(),
          "a writable folder with space");
    } finally {
      deleteQuietly(part);
    }
  }

  private static void deleteQuietly(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String definition(Schema schema) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      columns.add(
          Sql.name(schema.field(i).name())
              + switch (schema.field(i).type()) {
                case NUMBER -> " DOUBLE";
                case TEXT -> " VARCHAR";
                case TIME -> " TIMESTAMPTZ";
              });
    }
    return String.join(", ", columns);
  }

  private static String copy(Schema schema, Path whole, Path part) {
    String name = whole.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean csv = name.endsWith(".csv") || name.endsWith(".csv.gz");
    if (!csv) {
      return "COPY rows TO %s (FORMAT parquet, COMPRESSION zstd)"
          .formatted(Sql.text(part.toString()));
    }
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      String column = Sql.name(schema.field(i).name());
      columns.add(
          switch (schema.field(i).type()) {
                case NUMBER -> Reading.realAsText(column);
                case TEXT -> column;
                case TIME ->
                    "strftime(%1$s, CASE WHEN epoch_us(%1$s) %% 1000000 = 0 THEN '%%Y-%%m-%%dT%%H:%%M:%%SZ' ELSE '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ' END)"
                        .formatted(column);
              }
              + " AS "
              + column);
    }
    return "COPY (SELECT %s FROM rows) TO %s (FORMAT csv, HEADER true, COMPRESSION %s)"
        .formatted(
            String.join(", ", columns),
            Sql.text(part.toString()),
            name.endsWith(".gz") ? "gzip" : "none");
  }

  private static void append(Session session, Schema schema, Iterable<Table> batches) {
    try (Arena arena = Arena.ofConfined()) {
      int columns = schema.size();
      MemorySegment types = arena.allocate(ADDRESS, columns);
      for (int i = 0; i < columns; i++) {
        int type =
            switch (schema.field(i).type()) {
              case NUMBER -> DuckDbNative.TYPE_DOUBLE;
              case TEXT -> DuckDbNative.TYPE_VARCHAR;
              case TIME -> DuckDbNative.TYPE_TIMESTAMP_TZ;
            };
        types.setAtIndex(ADDRESS, i, (MemorySegment) DuckDbNative.CREATE_TYPE.invokeExact(type));
      }
      MemorySegment chunk = arena.allocate(ADDRESS);
      chunk.set(
          ADDRESS, 0, (MemorySegment) DuckDbNative.CREATE_CHUNK.invokeExact(types, (long) columns));
      MemorySegment appender = arena.allocate(ADDRESS);
      int created =
          (int)
              DuckDbNative.APPENDER_CREATE.invokeExact(
                  session.connection(), MemorySegment.NULL, arena.allocateFrom("rows"), appender);
      try {
        check(created, appender);
        int size = (int) (long) DuckDbNative.VECTOR_SIZE.invokeExact();
        for (Table batch : batches) {
          requireSame(schema, batch.schema());
          for (int from = 0; from < batch.rows(); from += size) {
            int count = Math.min(size, batch.rows() - from);
            DuckDbNative.RESET_CHUNK.invokeExact(chunk.get(ADDRESS, 0));
            for (int i = 0; i < columns; i++) {
              fill(vector(chunk, i), batch.column(i), from, count);
            }
            DuckDbNative.SET_CHUNK_SIZE.invokeExact(chunk.get(ADDRESS, 0), (long) count);
            int appended =
                (int)
                    DuckDbNative.APPEND_CHUNK.invokeExact(
                        appender.get(ADDRESS, 0), chunk.get(ADDRESS, 0));
            check(appended, appender);
          }
        }
        int closed = (int) DuckDbNative.APPENDER_CLOSE.invokeExact(appender.get(ADDRESS, 0));
        check(closed, appender);
      } finally {
        int _ = (int) DuckDbNative.APPENDER_DESTROY.invokeExact(appender);
        DuckDbNative.DESTROY_CHUNK.invokeExact(chunk);
        for (int i = 0; i < columns; i++) {
          DuckDbNative.DESTROY_TYPE.invokeExact(types.asSlice(i * ADDRESS.byteSize(), ADDRESS));
        }
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static void requireSame(Schema expected, Schema found) {
    if (!expected.equals(found)) {
      throw new IllegalArgumentException("a batch of %s under %s".formatted(found, expected));
    }
  }

  private static void check(int state, MemorySegment appender) throws Throwable {
    if (state != 0) {
      throw new DuckDbException(
          DuckDbNative.text(
              (MemorySegment) DuckDbNative.APPENDER_ERROR.invokeExact(appender.get(ADDRESS, 0))));
    }
  }

  private static MemorySegment vector(MemorySegment chunk, int column) throws Throwable {
    return (MemorySegment)
        DuckDbNative.CHUNK_VECTOR.invokeExact(chunk.get(ADDRESS, 0), (long) column);
  }

  private static void fill(MemorySegment vector, Column column, int from, int count)
      throws Throwable {
    long data = ((MemorySegment) DuckDbNative.VECTOR_DATA.invokeExact(vector)).address();
    DuckDbNative.VECTOR_WRITABLE_VALIDITY.invokeExact(vector);
    long validity = ((MemorySegment) DuckDbNative.VECTOR_VALIDITY.invokeExact(vector)).address();
    for (int word = 0; word * 64 < count; word++) {
      long valid = 0;
      for (int bit = 0; bit < 64 && word * 64 + bit < count; bit++) {
        if (!column.missing(from + word * 64 + bit)) {
          valid |= 1L << bit;
        }
      }
      MEMORY.set(JAVA_LONG, validity + 8L * word, valid);
    }
    switch (column) {
      case Column.Numbers numbers ->
          MemorySegment.copy(numbers.values(), from, MEMORY, JAVA_DOUBLE, data, count);
      case Column.Moments moments ->
          MemorySegment.copy(moments.micros(), from, MEMORY, JAVA_LONG, data, count);
      case Column.Texts texts -> fill(vector, texts, from, count);
    }
  }

  private static void fill(MemorySegment vector, Column.Texts texts, int from, int count)
      throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(1 << 12);
      for (int i = 0; i < count; i++) {
        String text = texts.dictionary().text(texts.codes()[from + i]);
        if (text == null) {
          continue;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > buffer.byteSize()) {
          buffer = arena.allocate(bytes.length * 2L);
        }
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        DuckDbNative.VECTOR_ASSIGN_TEXT.invokeExact(vector, (long) i, buffer, (long) bytes.length);
      }
    }
  }
}
