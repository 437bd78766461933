package dev.gnomon.engines.duckdb;

import static dev.gnomon.engines.duckdb.DuckDbNative.impossible;
import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One database in memory with one connection, opened for one reading or writing and then closed,
/// so that neither threads nor memory stay behind. Used by one thread at a time.
final class Session implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment database = arena.allocate(ADDRESS);
  private final MemorySegment connection = arena.allocate(ADDRESS);
  private final Path folder;
  private boolean open;

  private Session(Settings settings) {
    folder = folderIn(settings.spill());
    MemorySegment config = arena.allocate(ADDRESS);
    MemorySegment error = arena.allocate(ADDRESS);
    try {
      int _ = (int) DuckDbNative.CREATE_CONFIG.invokeExact(config);
      for (Map.Entry<String, String> option : settings.options(folder).entrySet()) {
        int state =
            (int)
                DuckDbNative.SET_CONFIG.invokeExact(
                    config.get(ADDRESS, 0),
                    arena.allocateFrom(option.getKey()),
                    arena.allocateFrom(option.getValue()));
        if (state != 0) {
          throw new DuckDbException("no option " + option);
        }
      }
      int state =
          (int)
              DuckDbNative.OPEN_EXT.invokeExact(
                  MemorySegment.NULL, database, config.get(ADDRESS, 0), error);
      DuckDbNative.DESTROY_CONFIG.invokeExact(config);
      if (state != 0) {
        MemorySegment message = error.get(ADDRESS, 0);
        String text = DuckDbNative.text(message);
        DuckDbNative.FREE.invokeExact(message);
        throw new DuckDbException(text);
      }
      state = (int) DuckDbNative.CONNECT.invokeExact(database.get(ADDRESS, 0), connection);
      if (state != 0) {
        throw new DuckDbException("no connection");
      }
      open = true;
    } catch (DuckDbException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// What bounds a session.
  ///
  /// @param threads at least 1
  /// @param memory as DuckDB writes it, for example `1GB`
  /// @param spill a directory for what does not fit into memory; made when needed
  record Settings(int threads, String memory, Path spill) {
    private Map<String, String> options(Path folder) {
      Map<String, String> options = new LinkedHashMap<>();
      options.put("threads", Integer.toString(threads));
      options.put("memory_limit", memory);
      options.put("temp_directory", folder.toString());
      // Nothing may be fetched from elsewhere because of a file's name or content.
      options.put("autoinstall_known_extensions", "false");
      options.put("autoload_known_extensions", "false");
      return options;
    }
  }

  static Session open(Settings settings) {
    Session session = new Session(settings);
    session.execute("SET enable_progress_bar = false");
    session.execute("SET preserve_insertion_order = true");
    session.execute("SET TimeZone = 'UTC'");
    return session;
  }

  /// A folder that goes when the session is closed.
  Path folder() {
    return folder;
  }

  MemorySegment connection() {
    return connection.get(ADDRESS, 0);
  }

  void execute(String sql) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment result = local.allocate(DuckDbNative.RESULT);
      int state =
          (int) DuckDbNative.QUERY.invokeExact(connection(), local.allocateFrom(sql), result);
      String error =
          state == 0
              ? ""
              : DuckDbNative.text((MemorySegment) DuckDbNative.RESULT_ERROR.invokeExact(result));
      DuckDbNative.DESTROY_RESULT.invokeExact(result);
      if (state != 0) {
        throw new DuckDbException(error);
      }
    } catch (DuckDbException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// A result that is computed while it is read.
  Chunks stream(String sql) {
    return new Chunks(this, sql);
  }

  /// A small result, every column of which is cast to text.
  List<List<@Nullable String>> rows(String sql) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (Chunks chunks = stream("SELECT COLUMNS(*)::VARCHAR FROM (" + sql + ")")) {
      while (chunks.next()) {
        for (int row = 0; row < chunks.size(); row++) {
          List<@Nullable String> values = new ArrayList<>();
          for (int column = 0; column < chunks.columns(); column++) {
            values.add(chunks.text(column, row));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      DuckDbNative.DISCONNECT.invokeExact(connection);
      DuckDbNative.CLOSE.invokeExact(database);
    } catch (Throwable e) {
      throw impossible(e);
    } finally {
      arena.close();
      delete(folder);
    }
  }

  /// Every session has its own: DuckDB gives its spill files the same names each time.
  private static Path folderIn(Path spill) {
    try {
      return Files.createTempDirectory(Files.createDirectories(spill), "duckdb-");
    } catch (IOException e) {
      throw new BadInput(
          spill.toString(), "no folder can be made in it: " + e.getMessage(), "a writable folder");
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
