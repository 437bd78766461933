package dev.gnomon.cli;

import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.training.Evaluation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a manager would read after the demo.
record DemoText(Terminal terminal, DemoResult result, DemoRun.Outcome outcome) {

  void print(Path folder, boolean ownHome, boolean exit) {
    learned();
    decided();
    money();
    effect();
    moved();
    where(folder, ownHome, exit);
  }

  private void learned() {
    Evaluation evaluation = outcome.training().trained().evaluation();
    DemoResult.Compared test = result.test();
    title("Learned from a year of history");
    line(
        "%,d observations of %,d customers taught %s, which beat %s.",
        evaluation.facts().train().rows(),
        evaluation.facts().train().entities(),
        result.candidate(),
        evaluation.candidates().stream()
            .map(Evaluation.CandidateResult::name)
            .filter(name -> !name.equals(result.candidate()))
            .collect(Collectors.joining(" and ")));
    line("On %,d later observations it had never seen:", test.observations());
    line("                              model    best possible");
    line(
        "  ROC-AUC                     %5.3f    %5.3f",
        test.model().rocAuc(), test.oracle().rocAuc());
    line(
        "  leavers found (recall)      %5.1f %%  %5.1f %%",
        percent(test.model().recall()), percent(test.oracle().recall()));
    line(
        "  offers well aimed           %5.1f %%  %5.1f %%",
        percent(test.model().precision()), percent(test.oracle().precision()));
    line("  saved, USD              %,9.0f  %,9.0f", test.model().saved(), test.oracle().saved());
    line(
        "That is %.1f %% of what anybody could save who knew why customers leave (offering to everyone: %,.0f).",
        percent(test.savedShare()), test.nobody() - test.everyone());
  }

  private void decided() {
    DemoResult.Weeks weeks = result.weeks();
    title("Decided for four later weeks, over HTTP");
    line(
        "%,d rows posted, %,d customers decided on, %,d offers made, %,d withheld by chance to measure what offers do.",
        weeks.rows(), weeks.decisions(), weeks.offers(), weeks.heldOut());
    line(
        "Of %,d customers about to leave the policy found %,d (%.1f %%); %.1f %% of its offers were well aimed.",
        weeks.policy().model().leavers(),
        weeks.policy().model().found(),
        percent(weeks.policy().model().recall()),
        percent(weeks.policy().model().precision()));
    if (weeks.degraded() > 0) {
      line(
          "%,d answers were degraded: nothing was known yet of these customers.", weeks.degraded());
    }
  }

  private void money() {
    DemoResult.Weeks weeks = result.weeks();
    title("Money, against offering to nobody (USD)");
    outcome
        .monitor()
        .money()
        .ifPresent(money -> {
          line(
              "Expected when deciding: a loss of %,.0f instead of %,.0f, %,.0f saved.",
              money.expected().decided(), money.expected().nobody(), money.expected().saved());
          money
              .realised()
              .ifPresent(realised ->
                  line(
                      "Realised, with the effect %s: %,.0f saved%s.",
                      realised.measured() ? "measured on the hold-out" : "assumed",
                      realised.saved().estimate(),
                      Double.isNaN(realised.saved().lower())
                          ? ""
                          : String.format(
                              Locale.ROOT,
                              " (%,.0f to %,.0f)",
                              realised.saved().lower(),
                              realised.saved().upper())));
        });
    line(
        "The truth of this made-up world: %,d customers kept, %,.0f saved.",
        weeks.kept(), weeks.trueSaving());
  }

  private void effect() {
    DemoResult.Effect effect = result.effect();
    title("What an offer does, measured");
    if (effect.difference() == null || effect.prevented() == null) {
      line("Too few were held out to say.");
      return;
    }
    line(
        "%.1f %% of %,d with an offer cancelled, %.1f %% of %,d without.",
        100.0 * effect.offeredCancelled() / effect.offered(),
        effect.offered(),
        100.0 * effect.withheldCancelled() / effect.withheld(),
        effect.withheld());
    line(
        "An offer changes the share that cancels by %+.1f points (%+.1f to %+.1f); the truth, %+.1f, is %s.",
        percent(effect.difference().estimate()),
        percent(effect.difference().lower()),
        percent(effect.difference().upper()),
        percent(effect.trueDifference()),
        effect.covered() ? "inside" : "outside, as happens once in twenty worlds");
  }

  private void moved() {
    title("What moved since training");
    outcome.monitor().features().stream()
        .filter(feature -> result.drift().named().contains(feature.name()))
        .map(MonitorReport.FeatureDrift::words)
        .forEach(words -> line("%s", words));
    line(
        result.drift().missed().isEmpty() && result.drift().wrong().isEmpty()
            ? "All that was moved on purpose is named, and nothing that was left alone."
            : "Moved on purpose but not named: "
                + result.drift().missed()
                + ", named but left alone: "
                + result.drift().wrong());
  }

  private void where(Path folder, boolean ownHome, boolean exit) {
    title("Look around");
    line("Report of the version: %s", outcome.training().report());
    Path file = folder.resolve("usecase.yaml");
    line("The one file behind all this: %s", file);
    if (exit) {
      line(
          "Serve it again: gnomon up %s%s --clock replay",
          file, ownHome ? " --home " + folder : "");
    } else {
      line("Pages: %s   (stop with Ctrl-C)", terminal.bold(outcome.address()));
    }
    line("Took %.0f s.", result.secondsInAll());
  }

  private void title(String text) {
    terminal.out().println();
    terminal.out().println(terminal.bold(text));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library we ship
  private void line(String format, Object... arguments) {
    PrintStream out = terminal.out();
    out.println("  " + String.format(Locale.ROOT, format, arguments));
  }

  private static double percent(double share) {
    return 100 * share;
  }
}
