package dev.gnomon.server.feast;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceReader;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.io.JsonStringEncoder;

/// A frame of columns as Feast's client sends it, over the bytes of the request: values are not
/// taken apart, but copied into the rows that a source takes in.
final class Frame {
  /// Feast's names for when something happened and when it was known.
  private static final String EVENT_TIMESTAMP = "event_timestamp";

  private static final String CREATED = "created";

  private final byte[] body;
  private final List<FrameColumn> columns;

  /// @param columns of one length
  Frame(byte[] body, List<FrameColumn> columns) {
    this.body = body;
    this.columns = List.copyOf(columns);
  }

  int rows() {
    return columns.isEmpty() ? 0 : columns.getFirst().size();
  }

  /// The columns of a frame under the names of a source.
  ///
  /// @param problems every column that the source does not have
  record Mapped(List<FrameColumn> columns, List<String> names, List<Problem> problems) {}

  /// @param entities further names of the source's key
  Mapped map(SourceSpec spec, Schema schema, Set<String> entities) {
    List<String> own =
        schema.names().stream()
            .filter(name -> !name.equals(SourceReader.ROW) && !spec.columns().containsKey(name))
            .toList();
    List<FrameColumn> taken = new ArrayList<>();
    Map<String, String> sent = new HashMap<>();
    List<String> names = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (FrameColumn column : columns) {
      Optional<String> name = name(column.name(), spec, own, entities);
      if (name.isEmpty()) {
        problems.add(
            new Problem(
                "df." + ViewIndex.shown(column.name()),
                "source %s has no such column".formatted(spec.name()),
                ViewIndex.instead(column.name(), own)));
      } else if (!name.get().isEmpty()) {
        String before = sent.put(name.get(), column.name());
        if (before == null) {
          taken.add(column);
          names.add(name.get());
        } else {
          problems.add(
              new Problem(
                  "df." + column.name(),
                  "'%s' stands for %s too".formatted(before, name.get()),
                  "one of them"));
        }
      }
    }
    return new Mapped(taken, names, problems);
  }

  /// The column of the source that is meant; empty text for one that can be left aside.
  private static Optional<String> name(
      String sent, SourceSpec spec, List<String> own, Set<String> entities) {
    if (own.contains(sent)) {
      return Optional.of(sent);
    }
    if (sent.equals(EVENT_TIMESTAMP)) {
      return spec.eventTime();
    }
    if (sent.equals(CREATED)) {
      // The client always sends it; without a known-at column a row is known from its arrival on.
      return Optional.of(spec.knownAt().orElse(""));
    }
    return entities.contains(sent) ? spec.key() : Optional.empty();
  }

  /// The frame as a JSON array of rows; missing values are left out. Times without a zone are UTC.
  byte[] rows(Mapped mapped, SourceSpec spec, Schema schema) {
    int width = mapped.columns().size();
    byte[][] heads = new byte[width][];
    boolean[] zoneless = new boolean[width];
    ZoneId zone = spec.format().zone();
    boolean elsewhere = !zone.equals(ZoneOffset.UTC) && !zone.getId().equals("UTC");
    for (int c = 0; c < width; c++) {
      String name = mapped.names().get(c);
      heads[c] =
          ("\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(name)) + "\":")
              .getBytes(StandardCharsets.UTF_8);
      zoneless[c] = elsewhere && schema.field(schema.require(name)).type() == Type.TIME;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64 * rows());
    for (int row = 0; row < rows(); row++) {
      out.write(row == 0 ? '[' : ',');
      out.write('{');
      boolean first = true;
      for (int c = 0; c < width; c++) {
        FrameColumn column = mapped.columns().get(c);
        if (column.missing(row)) {
          continue;
        }
        if (!first) {
          out.write(',');
        }
        first = false;
        out.writeBytes(heads[c]);
        String lacking = zoneless[c] ? lacking(column, row) : "";
        int end = lacking.isEmpty() ? column.end(row) : column.end(row) - 1;
        out.write(body, column.begin(row), end - column.begin(row));
        out.writeBytes(lacking.getBytes(StandardCharsets.UTF_8));
      }
      out.write('}');
    }
    out.write(']');
    return out.toByteArray();
  }

  /// What a time without a zone lacks, with the closing quote that it replaces; empty otherwise.
  private String lacking(FrameColumn column, int row) {
    int length = column.end(row) - column.begin(row);
    String text = new String(body, column.begin(row), length, StandardCharsets.UTF_8);
    if (length < 12 || !text.startsWith("\"") || !text.endsWith("\"")) {
      return "";
    }
    String time = text.substring(1, length - 1);
    boolean zone = time.endsWith("Z") || time.indexOf('+', 10) > 0 || time.indexOf('-', 10) > 0;
    return zone ? "" : time.length() == 10 ? "T00:00:00Z\"" : "Z\"";
  }
}
