package dev.gnomon.features;

import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Files of plain values, batch by batch, for tests that need any engine; fails as a full disk does
/// once the stated number of files is written.
final class PlainFiles implements FileEngine {
  private int room;

  PlainFiles(int room) {
    this.room = room;
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Schema resolve(FileFormat format, List<String> asText) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(Path target, Schema schema, Iterable<Table> batches) {
    if (room-- <= 0) {
      throw new UncheckedIOException(new IOException("No space left on device"));
    }
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(target))) {
      for (Table table : batches) {
        out.writeInt(table.rows());
        for (Column column : table.columns()) {
          write(column, out);
        }
      }
      out.writeInt(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Column column, DataOutputStream out) throws IOException {
    switch (column) {
      case Column.Numbers numbers -> {
        for (double value : numbers.values()) {
          out.writeDouble(value);
        }
      }
      case Column.Moments moments -> {
        for (long value : moments.micros()) {
          out.writeLong(value);
        }
      }
      case Column.Texts texts -> {
        for (int code : texts.codes()) {
          String text = texts.dictionary().text(code);
          out.writeBoolean(text != null);
          if (text != null) {
            out.writeUTF(text);
          }
        }
      }
    }
  }

  @Override
  public TableScan scan(
      FileFormat format, Schema resolved, List<String> columns, List<String> orderBy) {
    List<Table> tables = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(Files.newInputStream(format.paths().getFirst()))) {
      for (int rows = in.readInt(); rows > 0; rows = in.readInt()) {
        List<Column> read = new ArrayList<>();
        for (int c = 0; c < resolved.size(); c++) {
          read.add(read(resolved, c, rows, in));
        }
        tables.add(new Table(resolved, read, rows));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Iterator<Table> left = tables.iterator();
    return new TableScan() {
      @Override
      public Optional<Table> next() {
        return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  private static Column read(Schema schema, int c, int rows, DataInputStream in)
      throws IOException {
    return switch (schema.field(c).type()) {
      case NUMBER -> {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
          values[i] = in.readDouble();
        }
        yield new Column.Numbers(values);
      }
      case TIME -> {
        long[] values = new long[rows];
        for (int i = 0; i < rows; i++) {
          values[i] = in.readLong();
        }
        yield new Column.Moments(values);
      }
      case TEXT -> {
        Dictionary texts = new Dictionary();
        int[] codes = new int[rows];
        for (int i = 0; i < rows; i++) {
          codes[i] = in.readBoolean() ? texts.code(in.readUTF()) : Dictionary.MISSING;
        }
        yield new Column.Texts(codes, texts);
      }
    };
  }

  @Override
  public Optional<Long> rowCount(FileFormat format) {
    return Optional.empty();
  }
}
