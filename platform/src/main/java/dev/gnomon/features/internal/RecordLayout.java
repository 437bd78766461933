package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceReader;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which columns of a source are read, and where they lie in its records.
///
/// A record is: key code and first 32 mask bits; event time; known-at; two longs of the id's hash
/// if there is an id; further mask bits; then either the values that operators look at, and what
/// orders ties if an operator needs order (events), or every column (states, whose newest row is
/// told apart by all of it).
///
/// For a comparison with what was served two longs more stand before the values: when the row
/// arrived and its place among those that did.
///
/// Mask bit f says that an event passes filter f, bit 0 of a state's row that it ends the state.
final class RecordLayout {
  static final int KEY = 0;
  static final int EVENT_TIME = 1;
  static final int KNOWN_AT = 2;

  private final SourceProgram program;
  private final List<String> columns;
  private final List<Integer> carried;
  private final int values;
  private final boolean carriesAll;
  private final int idAt;
  private final int maskAt;
  private final int maskWords;
  private final int columnsAt;
  private final boolean arrivals;

  RecordLayout(SourceProgram program) {
    this(program, false);
  }

  /// @param arrivals whether a record says when its row arrived
  RecordLayout(SourceProgram program, boolean arrivals) {
    this.program = program;
    this.arrivals = arrivals;
    SourceSpec spec = program.spec();
    Schema schema = program.schema();
    this.carriesAll = spec.kind() == SourceSpec.Kind.STATE;
    List<String> read = new ArrayList<>();
    List<Integer> carry = new ArrayList<>();
    if (carriesAll) {
      for (int i = 0; i < schema.size(); i++) {
        // The place in the file must not tell rows apart: it would let the order of files decide.
        if (!schema.field(i).name().equals(SourceReader.ROW)) {
          read.add(schema.field(i).name());
          carry.add(i);
        }
      }
    } else {
      spec.key().ifPresent(c -> include(read, c));
      spec.eventTime().ifPresent(c -> include(read, c));
      spec.knownAt().ifPresent(c -> include(read, c));
      spec.id().ifPresent(c -> include(read, c));
      EventProgram events = program.events();
      events.filters().forEach(f -> f.columns().forEach(c -> include(read, c)));
      events.values().forEach(v -> carry.add(v.column()));
      if (events.ordered()) {
        carry.addAll(ties(spec, schema));
      }
      carry.forEach(c -> include(read, schema.field(c).name()));
    }
    this.values = carriesAll ? 0 : program.events().values().size();
    this.columns = List.copyOf(read);
    this.carried = List.copyOf(carry);
    this.idAt = spec.id().isPresent() ? 3 : -1;
    this.maskAt = spec.id().isPresent() ? 5 : 3;
    this.maskWords = carriesAll ? 0 : Math.max(0, program.events().maskWords() - 1);
    this.columnsAt = maskAt + maskWords + (arrivals ? 2 : 0);
  }

  /// The columns that order events of one time and known-at: the id, or else the whole row.
  static List<Integer> ties(SourceSpec spec, Schema schema) {
    if (spec.id().isPresent()) {
      return List.of(schema.require(spec.id().get()));
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      if (!schema.field(i).name().equals(SourceReader.ROW)) {
        all.add(i);
      }
    }
    return all;
  }

  private static void include(List<String> read, String column) {
    if (!read.contains(column)) {
      read.add(column);
    }
  }

  SourceProgram program() {
    return program;
  }

  /// What a scan must deliver.
  List<String> columns() {
    return columns;
  }

  Schema scanSchema() {
    return new Schema(
        columns.stream().map(c -> program.schema().field(program.schema().require(c))).toList());
  }

  /// The place of a column in the scan, or -1 when the source does not have it.
  int inScan(Optional<String> column) {
    return column.map(columns::indexOf).orElse(-1);
  }

  /// Columns of the source's schema carried in the record, in order.
  List<Integer> carried() {
    return carried;
  }

  /// How many leading carried columns are values of the program; the others order ties.
  int values() {
    return values;
  }

  /// How a carried column is kept: as an operator looks at it, or as it is.
  Kept kept(int index) {
    if (index < values) {
      return switch (program.events().values().get(index).kind()) {
        case NUMBER -> Kept.NUMBER;
        case PRESENCE -> Kept.PRESENCE;
        case TEXT -> Kept.AS_IS;
      };
    }
    return Kept.AS_IS;
  }

  enum Kept {
    /// The bits of a double; of a time, its microseconds as a double.
    NUMBER,
    /// The bits of 1, or of NaN where the value is missing.
    PRESENCE,
    /// The bits of a double, microseconds, or a code.
    AS_IS
  }

  /// Where a column of the schema lies among the carried ones.
  int place(int schemaColumn) {
    return carried.indexOf(schemaColumn);
  }

  Type carriedType(int index) {
    return program.schema().field(carried.get(index)).type();
  }

  /// Whether the record carries the columns as they are, and not as numbers for operators.
  boolean carriesAll() {
    return carriesAll;
  }

  boolean hasId() {
    return idAt >= 0;
  }

  int idAt() {
    return idAt;
  }

  /// Where it stands when the row arrived, and behind it its place among those that did; -1 when
  /// the record does not say.
  int arrivalAt() {
    return arrivals ? columnsAt - 2 : -1;
  }

  int columnsAt() {
    return columnsAt;
  }

  int maskWords() {
    return maskWords;
  }

  int maskAt() {
    return maskAt;
  }

  int width() {
    return columnsAt + carried.size();
  }
}
