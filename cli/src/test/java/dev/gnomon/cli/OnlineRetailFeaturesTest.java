package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeatureVerification;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Features of real purchases against a brute force that reads the file by itself.
class OnlineRetailFeaturesTest {
  private static final String USE_CASE =
      """
      gnomon: 1
      name: repurchase
      frame:
        task: binary
        entity: customer
        observe:
          {every: 7d, from: 2011-03-07, to: 2011-09-05, population: {source: purchases, within: 90d}}
        target: {no-event: purchases, within: 90d}
      data:
        sources:
          purchases:
            kind: events
            path: "CSV"
            key: CustomerID
            event-time: InvoiceDate
            columns: {revenue: Quantity * UnitPrice}
            where: Quantity > 0
      features:
        purchases:
          - {count: "*", windows: [30d, 90d]}
          - {sum: revenue, windows: [30d, 90d]}
          - {mean: UnitPrice, windows: [90d], resolution: exact}
          - {max: Quantity, windows: [90d]}
          - {min: UnitPrice, windows: [30d], where: Country != 'United Kingdom', as: abroad}
          - {time-since-last: "*"}
        derived:
          trend: purchases_count_30d / purchases_count_90d
      """;

  @TempDir Path folder;

  private record Purchase(long at, double quantity, double price, String country) {}

  static Path data(String name) {
    String stated = System.getProperty("GNOMON_DATA", System.getenv("GNOMON_DATA"));
    Path root =
        stated != null
            ? Path.of(stated)
            : Path.of("").toAbsolutePath().resolve("../../shared/data");
    Path file = root.resolve(name).normalize();
    if (!Files.exists(file)) {
      System.out.println("skipped: no " + file + " (state where the data lie in GNOMON_DATA)");
    }
    assumeTrue(Files.exists(file), "no " + file);
    return file;
  }

  @Test
  void equalsBruteForceOnTwoThousandObservationsAndIsServedTheSame() throws IOException {
    Path csv = data("online-retail/online-retail.csv.gz");
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(file, USE_CASE.replace("CSV", csv.toString()));
    UseCase useCase = UseCaseReader.read(file);
    FileEngine engine = FileEngines.find();
    SourceReaders opener = new SourceReaders(engine, useCase);
    TrainingSets.Options options =
        new TrainingSets.Options(OptionalLong.empty(), 2, 8L << 20, folder.resolve("spill"));
    TrainingSet set = TrainingSets.build(useCase, opener, options, Progress.NONE);
    assertThat(set.plan().inputNames())
        .containsExactly(
            "purchases_count_30d",
            "purchases_count_90d",
            "purchases_revenue_sum_30d",
            "purchases_revenue_sum_90d",
            "purchases_UnitPrice_mean_90d",
            "purchases_Quantity_max_90d",
            "abroad_30d",
            "purchases_time_since_last",
            "trend");
    Map<String, List<Purchase>> purchases = purchases(csv);
    Random random = new Random(7);
    for (int n = 0; n < 2_000; n++) {
      int row = random.nextInt(set.size());
      String key = Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[row]));
      double[] expected =
          expected(Objects.requireNonNull(purchases.get(key)), set.observedAt()[row]);
      var cursor = set.rows().cursor().at(row);
      for (int c = 0; c < expected.length; c++) {
        assertThat(cursor.number(c))
            .as("%s of %s at %d", set.rows().schema().field(c).name(), key, set.observedAt()[row])
            .isEqualTo((Double) expected[c]);
      }
      assertThat(set.labels()[row]).isEqualTo(label(purchases.get(key), set.observedAt()[row]));
    }
    assertThat(rowsByHand(purchases)).isEqualTo(set.size());
    FeatureVerification.Result verified =
        FeatureVerification.verify(set, opener, 20_000, Progress.NONE);
    assertThat(verified.first()).isEmpty();
    assertThat(verified.values()).isGreaterThan(50_000);
  }

  private static Map<String, List<Purchase>> purchases(Path csv) throws IOException {
    Map<String, List<Purchase>> byCustomer = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(csv)), StandardCharsets.UTF_8))) {
      reader.readLine();
      String line = reader.readLine();
      while (line != null) {
        List<String> cells = cells(line);
        if (!cells.get(6).isEmpty() && Double.parseDouble(cells.get(3)) > 0) {
          byCustomer
              .computeIfAbsent(cells.get(6), k -> new ArrayList<>())
              .add(
                  new Purchase(
                      Times.micros(Instant.parse(cells.get(4).replace(' ', 'T') + "Z")),
                      Double.parseDouble(cells.get(3)),
                      Double.parseDouble(cells.get(5)),
                      cells.get(7)));
        }
        line = reader.readLine();
      }
    }
    return byCustomer;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static double[] expected(List<Purchase> all, long t) {
    List<Purchase> seen = all.stream().filter(p -> p.at < t).toList();
    // Thirty days hop by twelve hours and ninety by a day; t is a midnight.
    List<Purchase> month = since(seen, t - 30 * Times.DAY);
    List<Purchase> quarter = since(seen, t - 90 * Times.DAY);
    return new double[] {
      month.size(),
      quarter.size(),
      revenue(month),
      revenue(quarter),
      quarter.isEmpty()
          ? Double.NaN
          : quarter.stream()
                  .map(p -> new BigDecimal(p.price))
                  .reduce(BigDecimal.ZERO, BigDecimal::add)
                  .doubleValue()
              / quarter.size(),
      quarter.stream().mapToDouble(Purchase::quantity).max().orElse(Double.NaN),
      month.stream()
          .filter(p -> !p.country.equals("United Kingdom"))
          .mapToDouble(Purchase::price)
          .min()
          .orElse(Double.NaN),
      seen.stream().mapToDouble(p -> (t - p.at) / 1e6).min().orElse(Double.NaN),
      quarter.isEmpty() ? Double.NaN : (double) month.size() / quarter.size()
    };
  }

  private static List<Purchase> since(List<Purchase> seen, long left) {
    return seen.stream().filter(p -> p.at >= left).toList();
  }

  private static double revenue(List<Purchase> purchases) {
    return purchases.stream()
        .map(p -> new BigDecimal(p.quantity * p.price))
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  private static double label(List<Purchase> all, long t) {
    return all.stream().anyMatch(p -> p.at > t && p.at <= t + 90 * Times.DAY) ? 0 : 1;
  }

  private static int rowsByHand(Map<String, List<Purchase>> purchases) {
    long from = Times.micros(Instant.parse("2011-03-07T00:00:00Z"));
    long to = Times.micros(Instant.parse("2011-09-05T00:00:00Z"));
    int rows = 0;
    for (long t = from; t <= to; t += 7 * Times.DAY) {
      long now = t;
      for (List<Purchase> one : purchases.values()) {
        rows += one.stream().anyMatch(p -> p.at < now && p.at >= now - 90 * Times.DAY) ? 1 : 0;
      }
    }
    return rows;
  }
}
