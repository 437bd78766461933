package dev.gnomon.data;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Schema;
import java.util.List;

/// The sources of a use case after their checks: rows that were set aside are not read.
public record CheckedSources(DataCheck.Outcome outcome) implements SourceOpener {
  @Override
  public Schema schema(SourceSpec source) {
    return outcome.reader(source.name()).schema();
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    return outcome.reader(source.name()).open(columns);
  }
}
