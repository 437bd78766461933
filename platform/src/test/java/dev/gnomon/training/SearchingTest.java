package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.TrainingSection.Search;
import dev.gnomon.core.usecase.TrainingSection.Validation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SearchingTest {
  @TempDir Path folder;

  private static void nothing() {}

  private Path log() {
    return folder.resolve("1-ridge.ndjson");
  }

  @ParameterizedTest
  @EnumSource(
      value = Search.Method.class,
      names = {"BAYESIAN", "TPE", "HYPERBAND"})
  void aKilledSearchGoesOnAndEndsAsTheUndisturbedOne(Search.Method method)
      throws IOException, InterruptedException {
    AtomicInteger whole = new AtomicInteger();
    String undisturbed =
        SearchedTraining.text(
            SearchedTraining.run(
                SearchedTraining.search(method),
                whole::incrementAndGet,
                folder.resolve("undisturbed")));

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SearchedTraining.class.getName(),
                folder.toString(),
                method.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      for (int fit = 0; fit < 27; fit++) {
        process.getOutputStream().write('.');
        process.getOutputStream().flush();
        assertThat(said.readLine()).isEqualTo("fit");
      }
      // It waits before the 28th fit: five or more trials are done, one is under way.
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    int finished = Files.readAllLines(log()).size() - 1;
    assertThat(finished).isBetween(5, 11);

    AtomicInteger fits = new AtomicInteger();
    Trained resumed =
        SearchedTraining.run(SearchedTraining.search(method), fits::incrementAndGet, folder);
    assertThat(SearchedTraining.text(resumed)).isEqualTo(undisturbed);
    assertThat(fits.get()).isLessThan(whole.get() - 20);
    assertThat(Files.exists(log())).isFalse();
    assertThat(Files.readAllLines(folder.resolve("1-ridge.ndjson.earlier")))
        .hasSameSizeAs(Files.readAllLines(folder.resolve("undisturbed/1-ridge.ndjson.earlier")));
  }

  @Test
  void aLineCutOffByAKillIsDropped() throws IOException {
    interrupted(27);
    String whole = Files.readString(log());
    Files.writeString(log(), "{\"trial\":6,\"setti", StandardOpenOption.APPEND);
    String undisturbed =
        SearchedTraining.text(
            SearchedTraining.run(
                SearchedTraining.search(Search.Method.BAYESIAN),
                SearchingTest::nothing,
                folder.resolve("u")));
    Trained resumed =
        SearchedTraining.run(
            SearchedTraining.search(Search.Method.BAYESIAN), SearchingTest::nothing, folder);
    assertThat(SearchedTraining.text(resumed)).isEqualTo(undisturbed);
    assertThat(Files.readString(folder.resolve("1-ridge.ndjson.earlier"))).startsWith(whole);
  }

  @Test
  void anotherSearchDoesNotGoOnWithTheseTrials() throws IOException {
    interrupted(27);
    AtomicInteger fits = new AtomicInteger();
    Sets other =
        SearchedTraining.sets().search(SearchedTraining.search(Search.Method.BAYESIAN)).seed(2);
    SearchedTraining.run(other, fits::incrementAndGet, Optional.of(folder));
    assertThat(fits.get()).isGreaterThan(28);
  }

  /// A search in this process whose trainer fails after so many fits.
  private void interrupted(int fits) {
    AtomicInteger left = new AtomicInteger(fits);
    assertThatThrownBy(() ->
            SearchedTraining.run(
                SearchedTraining.search(Search.Method.BAYESIAN),
                () -> {
                  if (left.getAndDecrement() == 0) {
                    throw new IllegalStateException("interrupted");
                  }
                },
                folder))
        .hasMessage("interrupted");
  }

  @Test
  void theSearchFindsBetterSettingsThanTheStatedOnes() {
    Trained stated =
        SearchedTraining.run(
            SearchedTraining.sets().search(Search.none("roc-auc")),
            SearchingTest::nothing,
            Optional.empty());
    Trained searched =
        SearchedTraining.run(
            SearchedTraining.search(Search.Method.BAYESIAN), SearchingTest::nothing, folder);
    assertThat(Metrics.required(searched.evaluation().validation(), "log-loss").estimate())
        .isLessThanOrEqualTo(
            Metrics.required(stated.evaluation().validation(), "log-loss").estimate());
    assertThat(searched.evaluation().candidates().getFirst().settings()).contains("l2", "rate");
  }

  @Test
  void parallelTrialsGiveTheSameResultEachTime() {
    Search three =
        new Search(
            Search.Method.TPE,
            12,
            Optional.empty(),
            "roc-auc",
            "roc-auc",
            3,
            Search.Acquisition.EI,
            true,
            true,
            false,
            Optional.empty(),
            SearchedTraining.search(Search.Method.TPE).space());
    String first =
        SearchedTraining.text(
            SearchedTraining.run(three, SearchingTest::nothing, folder.resolve("a")));
    for (int i = 0; i < 3; i++) {
      assertThat(
              SearchedTraining.text(
                  SearchedTraining.run(three, SearchingTest::nothing, folder.resolve("b" + i))))
          .isEqualTo(first);
    }
  }

  @Test
  void aWarmStartTriesTheBestOfTheLastSearchFirst() throws IOException {
    SearchedTraining.run(
        SearchedTraining.search(Search.Method.RANDOM), SearchingTest::nothing, folder);
    Search s = SearchedTraining.search(Search.Method.RANDOM);
    Search warm =
        new Search(
            s.method(),
            s.trials(),
            s.seconds(),
            s.objective(),
            s.trialsBy(),
            s.parallel(),
            s.acquisition(),
            s.multivariate(),
            s.prune(),
            true,
            s.resource(),
            s.space());
    List<String> before = Files.readAllLines(folder.resolve("1-ridge.ndjson.earlier"));
    SearchedTraining.run(
        SearchedTraining.sets().seed(9).search(warm), SearchingTest::nothing, Optional.of(folder));
    List<String> after = Files.readAllLines(folder.resolve("1-ridge.ndjson.earlier"));
    String settings = after.get(2).replaceAll(".*\"settings\":(\\{[^}]*}).*", "$1");
    assertThat(settings).contains("l2");
    assertThat(before).anyMatch(line -> line.contains(settings));
  }

  @Test
  void aSpaceForNoCandidateIsRefused() {
    Sets sets =
        SearchedTraining.sets()
            .candidates(Calibration.PLATT, "ridge")
            .search(
                new Search(
                    Search.Method.RANDOM,
                    5,
                    Optional.empty(),
                    "roc-auc",
                    "log-loss",
                    1,
                    Search.Acquisition.EI,
                    false,
                    true,
                    false,
                    Optional.empty(),
                    java.util.Map.of("xgboost", java.util.Map.of())));
    assertThatThrownBy(() -> SearchedTraining.run(sets, SearchingTest::nothing, Optional.empty()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("'xgboost' is no candidate");
  }

  @Test
  void foldsByTimeLeaveTheFirstBlockWithoutAScore() {
    int[] rows = new int[1];
    for (Validation.Scheme scheme : Validation.Scheme.values()) {
      Sets sets =
          Sets.of(1200)
              .days(i -> Math.floor(i / 20.0), 3)
              .number("x", i -> Math.sin(i))
              .candidates(Calibration.PLATT, "ridge")
              .folds(
                  new Validation(
                      scheme,
                      4,
                      1,
                      Optional.empty(),
                      Duration.ofDays(scheme == Validation.Scheme.PURGED ? 2 : 0),
                      scheme == Validation.Scheme.WALK_FORWARD
                          ? Optional.of(Duration.ofDays(6))
                          : Optional.empty(),
                      Optional.empty()));
      Trained trained =
          Training.run(
              sets.useCase(),
              sets.set(i -> (i * 7 + (Math.sin(i) > 0 ? 3 : 0)) % 10 > 6 ? 1 : 0),
              List.of(new RidgeTrainer(SearchingTest::nothing)),
              Training.Options.of(java.time.InstantSource.fixed(java.time.Instant.EPOCH)),
              dev.gnomon.core.Progress.NONE);
      int train = trained.split().train().length;
      boolean first = scheme.byTime() && scheme != Validation.Scheme.PURGED;
      assertThat(trained.rows().length)
          .as(scheme.name())
          .isEqualTo(trained.probabilities().length)
          .isBetween(first ? train / 2 : train, first ? train - 20 : train);
      rows[0]++;
    }
    assertThat(rows[0]).isEqualTo(Validation.Scheme.values().length);
  }
}
