package dev.gnomon.engines.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.CheckedSources;
import dev.gnomon.data.Column;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceText;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedSourcesTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T00:00:00Z"));

  @TempDir Path folder = Path.of("");

  /// Counts the scans that are made.
  private static final class Counting implements FileEngine {
    private final FileEngine engine = FileEngines.find();
    final List<String> scans = new ArrayList<>();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Schema resolve(FileFormat format, List<String> asText) {
      return engine.resolve(format, asText);
    }

    @Override
    public TableScan scan(
        FileFormat format, Schema resolved, List<String> columns, List<String> orderBy) {
      scans.add(String.valueOf(format.paths().getFirst().getFileName()));
      return engine.scan(format, resolved, columns, orderBy);
    }

    @Override
    public void write(Path target, Schema schema, Iterable<Table> batches) {
      engine.write(target, schema, batches);
    }

    @Override
    public Optional<Long> rowCount(FileFormat format) {
      return Optional.empty();
    }
  }

  private UseCase useCase(String onFailure) throws IOException {
    Files.writeString(
        folder.resolve("people.csv"),
        "id,at,age\n1,2024-01-01,30\n2,2024-01-02,17\n3,2024-01-03,41\n");
    Files.writeString(
        folder.resolve("visits.csv"),
        "person,at,minutes,kind\n1,2024-03-01,5,a\n2,2024-03-02,900,b\n,2024-03-03,1,c\n3,,2,d\n3,2024-03-04,7,e\n");
    return UseCaseReader.parse(
        """
        gnomon: 1
        name: t
        frame:
          task: binary
          observe: {every: 7d, from: 2024-03-01, to: 2024-05-01, population: {source: people}}
          target: {event: visits, within: 30d}
        data:
          sources:
            people: {kind: state, path: people.csv, key: id, event-time: at}
            visits: {kind: events, path: visits.csv, key: person, event-time: at}
          checks:
            visits: [{column: minutes, between: [0, 600], on-failure: %s}]
        """
            .formatted(onFailure),
        folder.resolve("usecase.yaml"));
  }

  @Test
  void whoReadsFirstGetsUsableRowsAndTheChecksCostNoScan() throws IOException {
    UseCase useCase = useCase("quarantine");
    Counting engine = new Counting();
    Home home = new Home(folder.resolve("home"));
    CheckedSources sources = CheckedSources.of(useCase, engine, home, Progress.NONE, CLOCK);
    assertThat(engine.scans).isEmpty();
    assertThat(read(sources, useCase, "visits", "kind", "minutes")).containsExactly("a,5", "e,7");
    assertThat(read(sources, useCase, "people", "age")).containsExactly("30", "17", "41");
    assertThat(engine.scans).containsExactly("visits.csv", "people.csv");
    sources.requireUsable();
    // The rows set aside are written: the one scan more, and only where there are some.
    assertThat(engine.scans).containsExactly("visits.csv", "people.csv", "visits.csv");
    assertThat(sources.outcome().report())
        .isEqualTo(DataCheck.run(useCase, engine, home, Progress.NONE, CLOCK).report());
    assertThat(read(sources, useCase, "visits", "kind")).containsExactly("a", "e");
  }

  @Test
  void aScanLeftOffOrNestedDecidesNothing() throws IOException {
    UseCase useCase = useCase("quarantine");
    CheckedSources sources =
        CheckedSources.of(
            useCase, new Counting(), new Home(folder.resolve("home")), Progress.NONE, CLOCK);
    sources.open(useCase.data().require("visits"), List.of("kind")).close();
    try (TableScan outer = sources.open(useCase.data().require("visits"), List.of("kind"))) {
      assertThat(read(sources, useCase, "visits", "kind")).containsExactly("a", "e");
      assertThat(outer.next()).hasValueSatisfying(t -> assertThat(t.rows()).isEqualTo(2));
    }
    assertThat(sources.outcome().report().sources().get(1).setAside()).isEqualTo(3);
  }

  @Test
  void whatBlocksIsToldAfterReading() throws IOException {
    UseCase useCase = useCase("block");
    CheckedSources sources =
        CheckedSources.of(
            useCase, new Counting(), new Home(folder.resolve("home")), Progress.NONE, CLOCK);
    assertThat(read(sources, useCase, "visits", "kind")).containsExactly("a", "b", "e");
    assertThatThrownBy(sources::requireUsable)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("1 of 5 rows fail");
  }

  private static List<String> read(
      CheckedSources sources, UseCase useCase, String source, String... columns) {
    List<String> rows = new ArrayList<>();
    try (TableScan scan = sources.open(useCase.data().require(source), List.of(columns))) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        for (int row = 0; row < next.get().rows(); row++) {
          List<String> values = new ArrayList<>();
          for (Column column : next.get().columns()) {
            values.add(String.valueOf(SourceText.of(column, row)));
          }
          rows.add(String.join(",", values));
        }
      }
    }
    return rows;
  }
}
