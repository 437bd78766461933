package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingGrammarTest {
  private static UseCase read(String problem, String serving, String task) {
    return UseCaseReader.parse(
        """
        name: t
        problem: %s
        frame: {task: %s, target: {column: y%s}}
        data: {table: t.csv}
        production: {serving: %s}
        """
            .formatted(problem, task, task.equals("binary") ? ", positive: \"1\"" : "", serving),
        Path.of("/cases/usecase.yaml"));
  }

  private static ServingSection serving(String problem, String serving) {
    return read(problem, serving, "binary").production().serving();
  }

  @Test
  void saysWhatHoldsWithoutIt() {
    assertThat(serving("{}", "{}")).isEqualTo(ServingSection.DEFAULT);
    assertThat(serving("{constraints: {latency-p99: 80ms}}", "{}").deadline())
        .isEqualTo(Duration.ofMillis(80));
  }

  @Test
  void readsAllOfIt() {
    assertThat(
            serving(
                "{constraints: {latency-p99: 80ms}}",
                "{deadline: 50ms, last-good: 0s, cache: {keys: [key, plan], for: 60s, at-most: 500},"
                    + " hybrid: {fast: quick, band: [0.2, 0.8]}}"))
        .isEqualTo(
            new ServingSection(
                Duration.ofMillis(50),
                Duration.ZERO,
                Optional.of(
                    new ServingSection.Cache(List.of("key", "plan"), Duration.ofMinutes(1), 500)),
                Optional.of(new ServingSection.Hybrid("quick", 0.2, 0.8))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{constraints: {latency-p99: 80ms}} | {deadline: 90ms}              | latency-p99 promises",
        "{} | {deadline: 0ms}                                               | deadline",
        "{} | {cache: {for: 60s}}                                           | keys",
        "{} | {cache: {keys: [a]}}                                          | for",
        "{} | {cache: {keys: [], for: 60s}}                                 | keys",
        "{} | {cache: {keys: [a, a], for: 60s}}                             | stands twice",
        "{} | {cache: {keys: [a], for: 0s}}                                 | for",
        "{constraints: {reasons: required}} | {cache: {keys: [a], for: 1m}} | must say why",
        "{} | {hybrid: {fast: champion, band: [0.2, 0.8]}}                  | not the fast one",
        "{} | {hybrid: {fast: quick, band: [0.8, 0.2]}}                     | no band",
        "{} | {hybrid: {fast: quick, band: [0.2]}}                          | band",
        "{} | {hybrid: {fast: quick, band: [0.2, 0.5, 0.8]}}                | no band",
        "{} | {hybrid: {fast: quick, band: [0.2, 1.8]}}                     | band",
        "{} | {hybrid: {fast: quick}}                                       | band",
        "{} | {cashe: {keys: [a], for: 1m}}                                 | cache"
      })
  void refusesWhatContradicts(String problem, String serving, String words) {
    assertThatThrownBy(() -> serving(problem, serving))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(words);
  }

  @Test
  void refusesABandOfScoresWhereNumbersAreForeseen() {
    assertThatThrownBy(() -> read("{}", "{hybrid: {fast: quick, band: [0.2, 0.8]}}", "regression"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("'hybrid' where a number is foreseen");
  }
}
