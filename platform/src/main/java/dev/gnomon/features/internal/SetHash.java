package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/// The content hash of a training set, fed batch by batch in canonical order: SHA-256 of each
/// column, then over the names, the types and those hashes. How the rows are cut into batches
/// changes nothing.
public final class SetHash {
  private final String keyName;
  private final Schema schema;
  private final List<ContentHash> columns = new ArrayList<>();
  private final ContentHash keys = new ContentHash();
  private final ContentHash times = new ContentHash();
  private final ContentHash labels = new ContentHash();
  private long rows;

  /// @param schema of the rows, without key, time and label
  public SetHash(String keyName, Schema schema) {
    this.keyName = keyName;
    this.schema = schema;
    for (int c = 0; c < schema.size(); c++) {
      columns.add(new ContentHash());
    }
  }

  public void add(Column.Texts batchKeys, long[] observedAt, Table values, double[] batchLabels) {
    for (int c = 0; c < columns.size(); c++) {
      columns.get(c).column(values.column(c));
    }
    keys.column(batchKeys);
    times.column(new Column.Moments(observedAt));
    labels.column(new Column.Numbers(batchLabels));
    rows += values.rows();
  }

  public long rows() {
    return rows;
  }

  /// Of all that was added; nothing may be added afterwards.
  public String finish() {
    List<byte[]> hashes = new ArrayList<>();
    columns.forEach(column -> hashes.add(column.finish()));
    hashes.add(keys.finish());
    hashes.add(times.finish());
    hashes.add(labels.finish());
    return combine(keyName, rows, schema, hashes);
  }

  /// @param hashes of the columns of the schema, the keys, the times and the labels
  static String combine(String keyName, long rows, Schema schema, List<byte[]> hashes) {
    ContentHash whole = new ContentHash();
    whole.text("gnomon training set 1");
    whole.text(keyName);
    whole.number(rows);
    schema
        .fields()
        .forEach(field -> {
          whole.text(field.name());
          whole.text(field.type().word());
        });
    hashes.forEach(whole::bytes);
    return whole.hex();
  }
}
