package dev.gnomon.engines.duckdb;

import static dev.gnomon.engines.duckdb.DuckDbNative.MEMORY;
import static dev.gnomon.engines.duckdb.DuckDbNative.impossible;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gnomon.schema.Times;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The rows of one statement, a few thousand at a time, copied column by column out of DuckDB's
/// vectors. The columns must be DOUBLE, VARCHAR or a timestamp of microseconds.
final class Chunks implements AutoCloseable {
  /// A string of up to so many bytes lies inside its 16-byte descriptor; a longer one behind a
  /// pointer in the second half.
  static final int INLINE = 12;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment statement = arena.allocate(ADDRESS);
  private final MemorySegment result = arena.allocate(DuckDbNative.RESULT);
  private final MemorySegment chunk = arena.allocate(ADDRESS);
  private final int columns;
  private int size;
  private boolean open = true;

  Chunks(Session session, String sql) {
    try {
      int state =
          (int)
              DuckDbNative.PREPARE.invokeExact(
                  session.connection(), arena.allocateFrom(sql), statement);
      if (state != 0) {
        throw new DuckDbException(
            DuckDbNative.text(
                (MemorySegment) DuckDbNative.PREPARE_ERROR.invokeExact(statement.get(ADDRESS, 0))));
      }
      state = (int) DuckDbNative.EXECUTE_STREAMING.invokeExact(statement.get(ADDRESS, 0), result);
      if (state != 0) {
        throw failure();
      }
      this.columns = (int) (long) DuckDbNative.COLUMN_COUNT.invokeExact(result);
    } catch (DuckDbException e) {
      close();
      throw e;
    } catch (Throwable e) {
      close();
      throw impossible(e);
    }
  }

  /// Goes to the next chunk; false at the end.
  boolean next() {
    try {
      release();
      MemorySegment fetched = (MemorySegment) DuckDbNative.FETCH_CHUNK.invokeExact(result);
      if (fetched.address() == 0) {
        DuckDbException failure = failure();
        if (!"".equals(failure.getMessage())) {
          throw failure;
        }
        size = 0;
        return false;
      }
      chunk.set(ADDRESS, 0, fetched);
      size = (int) (long) DuckDbNative.CHUNK_SIZE.invokeExact(fetched);
      return true;
    } catch (DuckDbException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Rows of the present chunk.
  int size() {
    return size;
  }

  int columns() {
    return columns;
  }

  /// Copies `count` doubles from row `from`; what is null becomes NaN.
  void numbers(int column, int from, int count, double[] target, int at) {
    MemorySegment vector = vector(column);
    MemorySegment.copy(MEMORY, JAVA_DOUBLE, data(vector) + 8L * from, target, at, count);
    long validity = validity(vector);
    if (validity != 0) {
      for (int i = 0; i < count; i++) {
        if (!valid(validity, from + i)) {
          target[at + i] = Double.NaN;
        }
      }
    }
  }

  /// Copies `count` times from row `from`; what is null becomes [Times#MISSING].
  void times(int column, int from, int count, long[] target, int at) {
    MemorySegment vector = vector(column);
    MemorySegment.copy(MEMORY, JAVA_LONG, data(vector) + 8L * from, target, at, count);
    long validity = validity(vector);
    if (validity != 0) {
      for (int i = 0; i < count; i++) {
        if (!valid(validity, from + i)) {
          target[at + i] = Times.MISSING;
        }
      }
    }
  }

  /// Writes the codes of `count` texts from row `from`; what is null becomes -1.
  void texts(int column, int from, int count, TextCodes codes, int[] target, int at) {
    MemorySegment vector = vector(column);
    long descriptor = data(vector) + 16L * from;
    long validity = validity(vector);
    for (int i = 0; i < count; i++, descriptor += 16) {
      target[at + i] =
          validity == 0 || valid(validity, from + i)
              ? codes.code(MEMORY.get(JAVA_LONG, descriptor), MEMORY.get(JAVA_LONG, descriptor + 8))
              : -1;
    }
  }

  /// One text; null when null. For small results only.
  @Nullable String text(int column, int row) {
    MemorySegment vector = vector(column);
    long validity = validity(vector);
    if (validity != 0 && !valid(validity, row)) {
      return null;
    }
    long descriptor = data(vector) + 16L * row;
    int length = (int) MEMORY.get(JAVA_LONG, descriptor);
    long start = length <= INLINE ? descriptor + 4 : MEMORY.get(JAVA_LONG, descriptor + 8);
    byte[] bytes = new byte[length];
    MemorySegment.copy(MEMORY, JAVA_BYTE, start, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      release();
      DuckDbNative.DESTROY_RESULT.invokeExact(result);
      DuckDbNative.DESTROY_PREPARE.invokeExact(statement);
    } catch (Throwable e) {
      throw impossible(e);
    } finally {
      arena.close();
    }
  }

  private void release() throws Throwable {
    if (chunk.get(ADDRESS, 0).address() != 0) {
      DuckDbNative.DESTROY_CHUNK.invokeExact(chunk);
      chunk.set(ADDRESS, 0, MemorySegment.NULL);
    }
  }

  private DuckDbException failure() throws Throwable {
    return new DuckDbException(
        DuckDbNative.text((MemorySegment) DuckDbNative.RESULT_ERROR.invokeExact(result)));
  }

  private MemorySegment vector(int column) {
    try {
      return (MemorySegment)
          DuckDbNative.CHUNK_VECTOR.invokeExact(chunk.get(ADDRESS, 0), (long) column);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static long data(MemorySegment vector) {
    try {
      return ((MemorySegment) DuckDbNative.VECTOR_DATA.invokeExact(vector)).address();
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// The address of the bit mask of valid rows; 0 when all are.
  private static long validity(MemorySegment vector) {
    try {
      return ((MemorySegment) DuckDbNative.VECTOR_VALIDITY.invokeExact(vector)).address();
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static boolean valid(long mask, int row) {
    return (MEMORY.get(JAVA_LONG, mask + ((row >>> 6) << 3)) >>> (row & 63) & 1) != 0;
  }
}
