package dev.gnomon.features;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.internal.PostedTables;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Sources as their files and what was posted to them since, the log of the home read behind the
/// files: what a back-fill sees is what the server knows.
///
/// A posted row whose id stands in the files already, or was posted before, is left out: silently
/// with the same content (known-at apart), with a note otherwise, as serving answered it with a
/// conflict. A posted row became known when it arrived, unless it said when.
public final class LoggedSources implements SourceOpener {
  private final SourceOpener files;
  private final Home home;
  private final Progress progress;
  private final Map<String, BitSet> leftOut = new ConcurrentHashMap<>();

  /// @param progress told of conflicts
  public LoggedSources(SourceOpener files, Home home, Progress progress) {
    this.files = files;
    this.home = home;
    this.progress = progress;
  }

  @Override
  public Schema schema(SourceSpec source) {
    return files.schema(source);
  }

  @Override
  public void requireUsable() {
    files.requireUsable();
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    Optional<Path> log = log(source);
    if (log.isEmpty()) {
      return files.open(source, columns);
    }
    BitSet skip = leftOut.computeIfAbsent(source.name(), name -> repeated(source, log.get()));
    PostedRows posted = new PostedRows(source, schema(source), log.get());
    return new Union(files.open(source, columns), posted, skip, schema(source), columns);
  }

  /// The greatest event time of the rows posted to a source; [Times#MISSING] without any.
  public long latest(SourceSpec source) {
    long latest = Times.MISSING;
    Optional<Path> log = log(source);
    if (log.isPresent() && source.eventTime().isPresent()) {
      int at = schema(source).require(source.eventTime().get());
      try (PostedRows rows = new PostedRows(source, schema(source), log.get())) {
        while (rows.next()) {
          latest = Math.max(latest, rows.row().time(at));
        }
      }
    }
    return latest;
  }

  private Optional<Path> log(SourceSpec source) {
    if (source.kind() == SourceSpec.Kind.TABLE || source.isStatic()) {
      return Optional.empty();
    }
    return Optional.of(home.events(source.name())).filter(Files::isDirectory);
  }

  private record First(int number, long content) {}

  /// Which posted rows repeat an id.
  private BitSet repeated(SourceSpec source, Path log) {
    BitSet skip = new BitSet();
    if (source.id().isEmpty()) {
      return skip;
    }
    Schema schema = schema(source);
    List<String> compared =
        schema.names().stream()
            .filter(name -> !name.equals(SourceReader.ROW))
            .filter(name -> source.knownAt().filter(name::equals).isEmpty())
            .toList();
    int[] inRow = compared.stream().mapToInt(schema::require).toArray();
    int[] inScan = new int[inRow.length];
    for (int i = 0; i < inScan.length; i++) {
      inScan[i] = i;
    }
    int id = schema.require(source.id().get());
    int idInScan = compared.indexOf(source.id().get());
    Map<String, First> first = new HashMap<>();
    long conflicts = 0;
    try (PostedRows rows = new PostedRows(source, schema, log)) {
      while (rows.next()) {
        String name = rows.row().text(id);
        if (name == null) {
          continue;
        }
        long content = content(rows.row(), schema, inRow, inRow);
        First before = first.putIfAbsent(name, new First(rows.number(), content));
        if (before != null) {
          skip.set(rows.number());
          conflicts += before.content == content ? 0 : 1;
        }
      }
    }
    if (first.isEmpty()) {
      return skip;
    }
    try (TableScan scan = files.open(source, compared)) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table.Cursor cursor = next.get().cursor();
        for (int i = 0; i < next.get().rows(); i++) {
          First posted = first.get(cursor.at(i).text(idInScan));
          if (posted != null && !skip.get(posted.number)) {
            skip.set(posted.number);
            conflicts += posted.content == content(cursor, schema, inScan, inRow) ? 0 : 1;
          }
        }
      }
    }
    if (conflicts > 0) {
      progress.note(
          "%s: %,d posted rows repeat a known '%s' with other content and are left out"
              .formatted(source.name(), conflicts, source.id().get()));
    }
    return skip;
  }

  /// @param at where the values stand in the row
  /// @param fields what they are in the schema
  private static long content(Row row, Schema schema, int[] at, int[] fields) {
    long hash = 0;
    for (int i = 0; i < at.length; i++) {
      long value =
          switch (schema.field(fields[i]).type()) {
            case NUMBER -> Double.doubleToLongBits(row.number(at[i]) + 0.0);
            case TIME -> row.time(at[i]);
            case TEXT -> text(row.text(at[i]));
          };
      hash = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private static long text(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100_0000_01B3L;
    }
    return hash;
  }

  /// The batches of the files, then those of the log, under the same dictionaries.
  private static final class Union implements TableScan {
    private final TableScan file;
    private final PostedRows posted;
    private final BitSet skip;
    private final PostedTables tables;
    private final boolean stamped;
    private boolean fileDone;
    private long @Nullable [] posts;
    private long[] places = {};

    Union(TableScan file, PostedRows posted, BitSet skip, Schema schema, List<String> columns) {
      this.file = file;
      this.posted = posted;
      this.skip = skip;
      this.tables = new PostedTables(schema, columns);
      this.stamped = posted.spec().knownAt().isEmpty();
    }

    @Override
    public Optional<Table> next() {
      if (!fileDone) {
        Optional<Table> batch = file.next();
        if (batch.isPresent()) {
          tables.under(batch.get());
          return batch;
        }
        fileDone = true;
      }
      tables.clear();
      int size = 0;
      while (!tables.full() && posted.next()) {
        if (!skip.get(posted.number())) {
          tables.add(posted.row(), posted.arrival());
          if (size == places.length) {
            places = Arrays.copyOf(places, Math.max(64, size * 2));
          }
          places[size++] = posted.position();
        }
      }
      posts = tables.arrivals();
      return tables.table();
    }

    @Override
    public Optional<long[]> arrivals() {
      return stamped ? posted() : Optional.empty();
    }

    @Override
    public Optional<long[]> posted() {
      return Optional.ofNullable(posts);
    }

    @Override
    public Optional<long[]> positions() {
      return posts == null ? Optional.empty() : Optional.of(places);
    }

    @Override
    public void close() {
      try (posted) {
        file.close();
      }
    }
  }
}
