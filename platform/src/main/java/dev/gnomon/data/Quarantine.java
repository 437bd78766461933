package dev.gnomon.data;

import dev.gnomon.core.Home;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Rows set aside by checks, kept under `<home>/quarantine/<source>-<hash>.parquet`.
///
/// The file has the columns of the source, then `quarantine_row` (position in the files, from 1)
/// and `quarantine_reason`. The hash is that of positions and reasons, so that the same finding is
/// the same file. Nothing is ever taken out of the source: when rule or data are corrected, the
/// next run takes the rows back by itself. Rows corrected in the quarantine file are replayed by
/// posting them to the source's events, or as a further file of the source without the two columns.
final class Quarantine {
  static final String ROW = "quarantine_row";
  static final String REASON = "quarantine_reason";

  private Quarantine() {}

  /// @param reasons never empty; a row gets the first one that holds for it
  static Path write(
      FileEngine engine, Home home, SourceReader reader, Map<String, BitSet> reasons) {
    Path file =
        home.quarantine()
            .resolve(reader.spec().name() + "-" + hash(reasons).substring(0, 16) + ".parquet");
    List<String> columns =
        reader.schema().names().stream().filter(name -> !name.equals(SourceReader.ROW)).toList();
    List<String> read = new ArrayList<>(columns);
    read.add(SourceReader.ROW);
    List<Field> fields = new ArrayList<>();
    columns.forEach(name -> fields.add(reader.schema().field(reader.schema().require(name))));
    fields.add(new Field(ROW, Type.NUMBER));
    fields.add(new Field(REASON, Type.TEXT));
    Schema schema = new Schema(fields);
    try (SourceScan scan = reader.openEverything(read)) {
      engine.write(file, schema, () -> new Rows(scan, schema, reasons));
    }
    return file;
  }

  private static String hash(Map<String, BitSet> reasons) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      reasons.forEach((reason, rows) -> {
        digest.update(reason.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(rows.toByteArray());
      });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The batches of a scan, reduced to the rows that have a reason.
  private static final class Rows implements Iterator<Table> {
    private final SourceScan scan;
    private final Schema schema;
    private final Map<String, BitSet> reasons;
    private final Dictionary texts = new Dictionary();
    private Optional<Table> next;

    Rows(SourceScan scan, Schema schema, Map<String, BitSet> reasons) {
      this.scan = scan;
      this.schema = schema;
      this.reasons = reasons;
      this.next = find();
    }

    @Override
    public boolean hasNext() {
      return next.isPresent();
    }

    @Override
    public Table next() {
      Table found = next.orElseThrow(NoSuchElementException::new);
      next = find();
      return found;
    }

    private Optional<Table> find() {
      for (Optional<Table> read = scan.next(); read.isPresent(); read = scan.next()) {
        Table table = read.get();
        double[] positions = ((Column.Numbers) table.columns().getLast()).values();
        int[] kept = new int[table.rows()];
        int[] codes = new int[table.rows()];
        int count = 0;
        for (int row = 0; row < table.rows(); row++) {
          int code = reason((int) positions[row]);
          if (code >= 0) {
            kept[count] = row;
            codes[count++] = code;
          }
        }
        if (count > 0) {
          int[] rows = Arrays.copyOf(kept, count);
          List<Column> columns = new ArrayList<>();
          table.columns().forEach(column -> columns.add(SourceScan.gathered(column, rows)));
          columns.add(new Column.Texts(Arrays.copyOf(codes, count), texts));
          return Optional.of(new Table(schema, columns, count));
        }
      }
      return Optional.empty();
    }

    private int reason(int position) {
      for (Map.Entry<String, BitSet> reason : reasons.entrySet()) {
        if (reason.getValue().get(position)) {
          return texts.code(reason.getKey());
        }
      }
      return Dictionary.MISSING;
    }
  }
}
