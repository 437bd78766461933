package dev.gnomon.solutions.churn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChurnEventsTest {
  private static final ChurnEvents EVENTS = ChurnEvents.generate(new ChurnScenario(1, 3_000));

  @Test
  void writesTheSameBytesForTheSameSeedAndOthersForAnother(@TempDir Path directory)
      throws IOException {
    Map<String, byte[]> first = files(directory.resolve("a"), 7);
    Map<String, byte[]> again = files(directory.resolve("b"), 7);
    Map<String, byte[]> other = files(directory.resolve("c"), 8);
    assertThat(first.keySet())
        .contains(
            "usecase.yaml",
            "data/customers.csv",
            "data/logins/2024-01.csv",
            "data/logins/2025-01.csv",
            "data/payments.csv",
            "data/tickets.csv",
            "data/cancellations.csv");
    assertThat(again).containsOnlyKeys(first.keySet());
    first.forEach((name, bytes) -> assertThat(again.get(name)).as(name).isEqualTo(bytes));
    assertThat(other.get("data/payments.csv")).isNotEqualTo(first.get("data/payments.csv"));
  }

  private static Map<String, byte[]> files(Path directory, long seed) throws IOException {
    new ChurnFiles(ChurnEvents.generate(new ChurnScenario(seed, 60))).write(directory);
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        contents.put(directory.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return contents;
  }

  @Test
  void holdsTheNumberOfCustomersLevel() {
    for (long at = ChurnScenario.OBSERVED_FROM; at < ChurnScenario.END; at += 14 * Times.DAY) {
      long time = at;
      long count = EVENTS.lives().stream().filter(life -> life.subscribesAt(time)).count();
      assertThat(count).isBetween(2_900L, 3_000L);
    }
  }

  @Test
  void leavesGapsInvalidAgesRepeatsAndLateRows() {
    List<ChurnRow.Login> logins =
        EVENTS.lives().stream().flatMap(life -> life.logins().stream()).toList();
    assertThat(share(logins, row -> row.knownAt() - row.at() > Times.HOUR)).isBetween(0.01, 0.03);
    assertThat(share(logins, row -> row.knownAt() - row.at() > Times.DAY)).isBetween(0.004, 0.011);
    assertThat(logins).allMatch(row -> row.knownAt() > row.at());
    assertThat(logins).allMatch(row -> row.knownAt() <= row.at() + 5 * Times.DAY);
    assertThat(share(logins, row -> Double.isNaN(row.minutes()))).isBetween(0.018, 0.022);
    assertThat(share(logins, ChurnRow.Login::repeated)).isBetween(0.0007, 0.0013);

    List<ChurnRow.Ticket> tickets =
        EVENTS.lives().stream().flatMap(life -> life.tickets().stream()).toList();
    assertThat(share(tickets, row -> Double.isNaN(row.satisfaction()))).isBetween(0.17, 0.23);

    List<ChurnRow.CustomerChange> first =
        EVENTS.lives().stream().map(life -> life.changes().getFirst()).toList();
    assertThat(share(first, row -> Double.isNaN(row.age()))).isBetween(0.025, 0.055);
    assertThat(share(first, row -> row.age() < 18 || row.age() > 100)).isBetween(0.002, 0.011);
    // A wrong age is put right: no customer is lost to the check that sets it aside.
    assertThat(EVENTS.lives())
        .filteredOn(life -> life.leavesAt() == Times.MISSING && life.changes().size() > 1)
        .allMatch(life -> !(life.changes().getLast().age() > 100));
  }

  private static <R> double share(List<R> rows, java.util.function.Predicate<R> test) {
    return rows.stream().filter(test).count() / (double) rows.size();
  }

  @Test
  void keepsARhythmOfTheWeek() {
    int[] days = new int[7];
    for (CustomerLife life : EVENTS.lives()) {
      for (ChurnRow.Login login : life.logins()) {
        days[Math.floorMod(ChurnScenario.day(login.at()), 7)]++;
      }
    }
    assertThat(days[5]).isGreaterThan((int) (1.15 * days[1]));
  }

  @Test
  void movesWhatItSaysAndNothingElse() {
    List<Seen> before = new ArrayList<>();
    long every = ChurnScenario.OBSERVED_EVERY_DAYS * Times.DAY;
    for (long at = ChurnScenario.OBSERVED_FROM; at <= ChurnScenario.OBSERVED_TO; at += every) {
      for (CustomerLife life : EVENTS.lives()) {
        if (life.subscribesAt(at)) {
          before.add(new Seen(life, at));
        }
      }
    }
    Map<String, CustomerLife> lives = new TreeMap<>();
    EVENTS.lives().forEach(life -> lives.put(life.id(), life));
    List<Seen> after = new ArrayList<>();
    for (ChurnWorld.DecisionPoint point : new ChurnWorld(EVENTS).decisions()) {
      CustomerLife life = lives.get(point.key());
      assertThat(life).isNotNull();
      if (life != null) {
        after.add(new Seen(life, point.at()));
      }
    }
    for (String feature : ChurnScenario.MOVED_FEATURES) {
      double psi = psi(before, after, feature(feature));
      System.out.printf("moved  %-28s PSI %.3f%n", feature, psi);
      assertThat(psi).as(feature).isGreaterThan(0.25);
    }
    for (String feature : ChurnScenario.STABLE_FEATURES) {
      double psi = psi(before, after, feature(feature));
      System.out.printf("stable %-28s PSI %.3f%n", feature, psi);
      assertThat(psi).as(feature).isLessThan(0.1);
    }
  }

  private record Seen(CustomerLife life, long at) {
    <R extends ChurnRow> List<R> within(List<R> rows, int days) {
      long from = at - days * Times.DAY;
      return rows.stream()
          .filter(row -> row.at() >= from && row.at() < at && row.knownAt() <= at)
          .toList();
    }

    double[] minutes() {
      return within(life.logins(), 14).stream()
          .mapToDouble(ChurnRow.Login::minutes)
          .filter(x -> !Double.isNaN(x))
          .toArray();
    }

    ChurnRow.CustomerChange state() {
      return life.stateAt(at);
    }
  }

  private static ToDoubleFunction<Seen> feature(String name) {
    return switch (name) {
      case "logins_minutes_mean_14d" ->
          x -> java.util.Arrays.stream(x.minutes()).average().orElse(Double.NaN);
      case "logins_minutes_sum_14d" -> x -> java.util.Arrays.stream(x.minutes()).sum();
      case "days_since_price_increase" ->
          x -> {
            long raised = x.state().priceIncreasedAt();
            return raised == Times.MISSING ? Double.NaN : (x.at() - raised) / (double) Times.DAY;
          };
      case "age" -> x -> x.state().age();
      case "country" -> x -> x.state().country().hashCode();
      case "plan" -> x -> x.state().plan().hashCode();
      case "logins_count_30d" -> x -> x.within(x.life().logins(), 30).size();
      case "logins_count_90d" -> x -> x.within(x.life().logins(), 90).size();
      case "tickets_count_30d" -> x -> x.within(x.life().tickets(), 30).size();
      case "tickets_low_60d" ->
          x -> x.within(x.life().tickets(), 60).stream().filter(t -> t.satisfaction() <= 2).count();
      case "payments_failed_60d" ->
          x ->
              x.within(x.life().payments(), 60).stream()
                  .filter(p -> p.status().equals("failed"))
                  .count();
      case "days_until_renewal" -> x -> (x.state().renewalAt() - x.at()) / (double) Times.DAY;
      default -> throw new IllegalArgumentException("no such feature here: " + name);
    };
  }

  /// Population stability index over ten quantile bins of the reference, and one for missing. Bins
  /// are closed above, so that a count that is mostly 0 still has a bin for 0 and one for more.
  private static double psi(List<Seen> before, List<Seen> after, ToDoubleFunction<Seen> feature) {
    double[] reference =
        before.stream().mapToDouble(feature).filter(x -> !Double.isNaN(x)).sorted().toArray();
    double[] edges = new double[9];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = reference[(int) ((i + 1L) * reference.length / 10)];
    }
    double[] a = bins(before, feature, edges);
    double[] b = bins(after, feature, edges);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double p = Math.max(a[i] / before.size(), 1e-4);
      double q = Math.max(b[i] / after.size(), 1e-4);
      sum += (q - p) * Math.log(q / p);
    }
    return sum;
  }

  private static double[] bins(List<Seen> rows, ToDoubleFunction<Seen> feature, double[] edges) {
    double[] counts = new double[edges.length + 2];
    for (Seen row : rows) {
      double value = feature.applyAsDouble(row);
      int bin = 0;
      if (Double.isNaN(value)) {
        bin = edges.length + 1;
      } else {
        while (bin < edges.length && value > edges[bin]) {
          bin++;
        }
      }
      counts[bin]++;
    }
    return counts;
  }
}
