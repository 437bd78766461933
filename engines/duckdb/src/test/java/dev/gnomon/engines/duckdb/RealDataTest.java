package dev.gnomon.engines.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.CheckResult;
import dev.gnomon.data.Column;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReport;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Public files as they are distributed; skipped where they are absent. Expected counts are the
/// published ones.
class RealDataTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path folder = Path.of("");
  private final FileEngine engine = FileEngines.find();

  private static Path data(String name) {
    String stated =
        Objects.requireNonNullElse(
            System.getProperty("gnomon.data", System.getenv("GNOMON_DATA")),
            "../../../shared/data");
    Path file = Path.of(stated).resolve(name).toAbsolutePath().normalize();
    assumeTrue(Files.exists(file), () -> "no real data at " + file + "; state GNOMON_DATA");
    return file;
  }

  @Test
  void telcoChurnHasElevenBlankCharges() {
    FileFormat format = FileFormat.of(data("telco-churn/telco-churn.csv.gz"));
    Schema schema = engine.resolve(format, List.of("customerID"));
    assertThat(schema.fields().stream().filter(f -> f.type() == Type.NUMBER).map(Field::name))
        .containsExactly("SeniorCitizen", "tenure", "MonthlyCharges", "TotalCharges");
    long rows = 0;
    long blank = 0;
    try (TableScan scan = engine.scan(format, schema, List.of("TotalCharges"), List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Column charges = next.get().column(0);
        for (int row = 0; row < charges.size(); row++, rows++) {
          blank += charges.missing(row) ? 1 : 0;
        }
      }
    }
    assertThat(rows).isEqualTo(7_043);
    assertThat(blank).isEqualTo(11);
  }

  @Test
  void onlineRetailHasThePublishedCounts() {
    String text =
        """
        gnomon: 1
        name: retail
        frame:
          task: binary
          observe: {every: 7d, from: 2011-03-01, to: 2011-09-01, population: {source: purchases}}
          target: {no-event: purchases, within: 90d}
        data:
          sources:
            purchases: {kind: events, path: "%s", key: CustomerID, event-time: InvoiceDate, columns: {value: Quantity * UnitPrice}}
          checks:
            purchases:
              - {unique: [InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country]}
              - {column: Quantity, between: [0, 1000000]}
              - {column: CustomerID, missing-at-most: 0.25}
        features:
          purchases: [{count: "*", windows: [30d]}]
        """
            .formatted(data("online-retail/online-retail.csv.gz"));
    DataCheck.Outcome outcome =
        DataCheck.run(
            UseCaseReader.parse(text, folder.resolve("usecase.yaml")),
            engine,
            new Home(folder.resolve("home")),
            Progress.NONE,
            CLOCK);
    SourceReport purchases = outcome.report().sources().getFirst();
    assertThat(purchases.rows()).isEqualTo(541_909);
    assertThat(purchases.withoutKey()).isEqualTo(135_080);
    assertThat(purchases.setAside()).isEqualTo(135_080);
    assertThat(purchases.keys()).isEqualTo(4_372);
    assertThat(purchases.first()).contains(Instant.parse("2010-12-01T08:26:00Z"));
    assertThat(purchases.last()).contains(Instant.parse("2011-12-09T12:50:00Z"));
    assertThat(purchases.checks()).extracting(CheckResult::failing).startsWith(5_268L);
    assertThat(purchases.checks().getLast().passed()).isTrue();
    assertThat(engine.rowCount(FileFormat.of(purchases.quarantine().orElseThrow())))
        .contains(135_080L);
  }

  @Test
  void onlineRetailCancellationsAndTotals() {
    FileFormat format = FileFormat.of(data("online-retail/online-retail.csv.gz"));
    Schema schema = engine.resolve(format, List.of());
    double quantity = 0;
    long cancelled = 0;
    int invoices = 0;
    int codes = 0;
    int countries = 0;
    try (TableScan scan =
        engine.scan(
            format, schema, List.of("InvoiceNo", "StockCode", "Country", "Quantity"), List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table table = next.get();
        Table.Cursor cursor = table.cursor();
        for (int row = 0; row < table.rows(); row++) {
          quantity += cursor.at(row).number(3);
          cancelled += String.valueOf(cursor.text(0)).startsWith("C") ? 1 : 0;
        }
        invoices = ((Column.Texts) table.column(0)).dictionary().size();
        codes = ((Column.Texts) table.column(1)).dictionary().size();
        countries = ((Column.Texts) table.column(2)).dictionary().size();
      }
    }
    assertThat(quantity).isEqualTo(5_176_450);
    assertThat(cancelled).isEqualTo(9_288);
    assertThat(invoices).isEqualTo(25_900);
    assertThat(codes).isEqualTo(4_070);
    assertThat(countries).isEqualTo(38);
  }

  @Test
  void aByteOrderMarkIsNoPartOfAName() {
    FileFormat format = FileFormat.of(data("ai4i-2020/ai4i2020.csv.gz"));
    Schema schema = engine.resolve(format, List.of());
    assertThat(schema.names()).startsWith("UDI", "Product ID").hasSize(14);
    assertThat(sum(format, schema, "Machine failure")).isEqualTo(339);
  }

  @Test
  void semicolonsAreFound() {
    FileFormat format = FileFormat.of(data("cardio-70k/cardio_train.csv.gz"));
    Schema schema = engine.resolve(format, List.of());
    assertThat(schema.size()).isEqualTo(13);
    assertThat(sum(format, schema, "cardio")).isEqualTo(34_979);
  }

  @Test
  void filesByMonthAreOneSource() {
    FileFormat format =
        FileFormat.of(
            data("fraud-transactions-simulated/transactions-2018-04.csv.gz")
                .resolveSibling("transactions-2018-*.csv.gz"));
    Schema schema = engine.resolve(format, List.of());
    assertThat(schema.field(schema.require("TX_DATETIME")).type()).isEqualTo(Type.TIME);
    assertThat(sum(format, schema, "TX_FRAUD")).isEqualTo(14_681);
  }

  private double sum(FileFormat format, Schema schema, String column) {
    double sum = 0;
    try (TableScan scan = engine.scan(format, schema, List.of(column), List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        for (double value : ((Column.Numbers) next.get().column(0)).values()) {
          sum += value;
        }
      }
    }
    return sum;
  }
}
