package dev.gnomon.engines.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The functions of DuckDB's C interface that the engine calls.
///
/// The JDBC jar carries a native library that exports this interface too. It is used instead of
/// JDBC because whole vectors are copied at once: ten times the rows per second of JDBC's getters.
@SuppressWarnings("restricted") // calling native code is what this class is for
final class DuckDbNative {
  /// `duckdb_result`, passed by value: three counts, two deprecated pointers, one for its own use.
  static final StructLayout RESULT =
      MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);

  /// All of the address space, so that a pointer is read without making an object for it.
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  static final int TYPE_DOUBLE = 11;
  static final int TYPE_VARCHAR = 17;
  static final int TYPE_TIMESTAMP_TZ = 31;

  private static final SymbolLookup LIBRARY = load();

  static final MethodHandle CREATE_CONFIG = of("create_config", JAVA_INT, ADDRESS);
  static final MethodHandle SET_CONFIG = of("set_config", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle DESTROY_CONFIG = of("destroy_config", null, ADDRESS);
  static final MethodHandle OPEN_EXT = of("open_ext", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle CLOSE = of("close", null, ADDRESS);
  static final MethodHandle CONNECT = of("connect", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle DISCONNECT = of("disconnect", null, ADDRESS);
  static final MethodHandle FREE = of("free", null, ADDRESS);

  static final MethodHandle QUERY = of("query", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle PREPARE = of("prepare", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle PREPARE_ERROR = of("prepare_error", ADDRESS, ADDRESS);
  static final MethodHandle DESTROY_PREPARE = of("destroy_prepare", null, ADDRESS);
  static final MethodHandle EXECUTE_STREAMING =
      of("execute_prepared_streaming", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle RESULT_ERROR = of("result_error", ADDRESS, ADDRESS);
  static final MethodHandle DESTROY_RESULT = of("destroy_result", null, ADDRESS);
  static final MethodHandle COLUMN_COUNT = of("column_count", JAVA_LONG, ADDRESS);
  static final MethodHandle FETCH_CHUNK = of("fetch_chunk", ADDRESS, RESULT);

  static final MethodHandle CREATE_CHUNK = of("create_data_chunk", ADDRESS, ADDRESS, JAVA_LONG);
  static final MethodHandle RESET_CHUNK = of("data_chunk_reset", null, ADDRESS);
  static final MethodHandle CHUNK_SIZE = of("data_chunk_get_size", JAVA_LONG, ADDRESS);
  static final MethodHandle SET_CHUNK_SIZE = of("data_chunk_set_size", null, ADDRESS, JAVA_LONG);
  static final MethodHandle CHUNK_VECTOR = of("data_chunk_get_vector", ADDRESS, ADDRESS, JAVA_LONG);
  static final MethodHandle DESTROY_CHUNK = of("destroy_data_chunk", null, ADDRESS);
  static final MethodHandle VECTOR_SIZE = of("vector_size", JAVA_LONG);
  static final MethodHandle VECTOR_DATA = of("vector_get_data", ADDRESS, ADDRESS);
  static final MethodHandle VECTOR_VALIDITY = of("vector_get_validity", ADDRESS, ADDRESS);
  static final MethodHandle VECTOR_WRITABLE_VALIDITY =
      of("vector_ensure_validity_writable", null, ADDRESS);
  static final MethodHandle VECTOR_ASSIGN_TEXT =
      of("vector_assign_string_element_len", null, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);

  static final MethodHandle CREATE_TYPE = of("create_logical_type", ADDRESS, JAVA_INT);
  static final MethodHandle DESTROY_TYPE = of("destroy_logical_type", null, ADDRESS);
  static final MethodHandle APPENDER_CREATE =
      of("appender_create", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle APPENDER_ERROR = of("appender_error", ADDRESS, ADDRESS);
  static final MethodHandle APPENDER_DESTROY = of("appender_destroy", JAVA_INT, ADDRESS);
  static final MethodHandle APPENDER_CLOSE = of("appender_close", JAVA_INT, ADDRESS);
  static final MethodHandle APPEND_CHUNK = of("append_data_chunk", JAVA_INT, ADDRESS, ADDRESS);

  private DuckDbNative() {}

  /// The text at a C pointer; empty for the null pointer.
  static String text(MemorySegment pointer) {
    return pointer.address() == 0 ? "" : pointer.reinterpret(Long.MAX_VALUE).getString(0);
  }

  /// Nothing that is called here throws; the handles only say so.
  static IllegalStateException impossible(Throwable thrown) {
    return new IllegalStateException("a call into DuckDB failed", thrown);
  }

  private static SymbolLookup load() {
    try {
      // Its initialiser unpacks the library for this platform and loads it into the class loader.
      Class.forName("org.duckdb.DuckDBNative", true, DuckDbNative.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("duckdb_jdbc is not on the class path", e);
    }
    return SymbolLookup.loaderLookup();
  }

  private static MethodHandle of(
      String name,
      @org.jspecify.annotations.Nullable MemoryLayout result,
      MemoryLayout... arguments) {
    FunctionDescriptor descriptor =
        result == null
            ? FunctionDescriptor.ofVoid(arguments)
            : FunctionDescriptor.of(result, arguments);
    return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow("duckdb_" + name), descriptor);
  }
}
