package dev.gnomon.server;

import dev.gnomon.data.ArrivalChecks.Reading;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.SourceIntake;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The checks of arriving rows and of inputs as metrics.
final class CheckMetrics {
  private CheckMetrics() {}

  static void register(ServingNode node, MeterRegistry metrics) {
    for (String name : node.sourceNames()) {
      SourceIntake intake = node.source(name).orElseThrow();
      Gauge.builder("gnomon.quarantine.rows", intake, SourceIntake::quarantined)
          .description("Posted rows that are set aside")
          .tag("source", name)
          .register(metrics);
      readings(metrics, node, "gnomon.intake.check", "source", name, intake::checks);
    }
    for (LiveUseCase live : node.useCases()) {
      readings(
          metrics,
          node,
          "gnomon.input.check",
          "usecase",
          live.useCase().name(),
          () -> live.decisions().inputChecks());
    }
  }

  private static void readings(
      MeterRegistry metrics,
      ServingNode node,
      String name,
      String tag,
      String value,
      Supplier<List<Reading>> all) {
    List<Reading> first = all.get();
    for (int i = 0; i < first.size(); i++) {
      int index = i;
      FunctionCounter.builder(name + ".failures", node, ignored -> all.get().get(index).failing())
          .description("Values that failed the check since the start")
          .tags(tags(tag, value, first.get(i)))
          .register(metrics);
      Gauge.builder(name + ".holds", node, ignored -> all.get().get(index).holds() ? 1 : 0)
          .description("Of a rate: whether it holds over its window; else whether nothing failed")
          .tags(tags(tag, value, first.get(i)))
          .register(metrics);
    }
  }

  private static String[] tags(String tag, String value, Reading reading) {
    return new String[] {
      tag,
      value,
      "check",
      reading.rule().length() > 120 ? reading.rule().substring(0, 120) + "…" : reading.rule(),
      "line",
      Integer.toString(reading.line()),
      "on_failure",
      reading.onFailure().name().toLowerCase(Locale.ROOT)
    };
  }
}
