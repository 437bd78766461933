package dev.gnomon.training.advice;

import java.util.List;
import java.util.stream.Stream;

/// All rules, by step.
public final class Rules {
  static final List<Rule> ALL =
      Stream.of(
              ProblemRules.ALL,
              FrameRules.ALL,
              DataRules.ALL,
              FeatureRules.ALL,
              ModelRules.ALL,
              TrainingRules.ALL,
              EvaluationRules.ALL,
              ProductionRules.ALL)
          .flatMap(List::stream)
          .toList();

  private Rules() {}

  /// The rules as Markdown tables, one per step: what the page of defaults holds.
  public static String tables() {
    StringBuilder page = new StringBuilder();
    for (Step step : Step.values()) {
      page.append("## ").append(step.number()).append(". ").append(step.word()).append("\n\n");
      page.append("| rule | when | says | because | source |\n|---|---|---|---|---|\n");
      for (Rule rule : ALL) {
        if (rule.step() == step) {
          page.append(
              "| `%s` | %s | %s | %s | %s |\n"
                  .formatted(
                      rule.id(),
                      rule.when(),
                      rule.severity().word(),
                      rule.reason(),
                      rule.source()));
        }
      }
      page.append('\n');
    }
    return page.toString();
  }
}
