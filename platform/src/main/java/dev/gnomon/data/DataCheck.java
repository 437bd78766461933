package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.spi.FileEngine;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at all sources of a use case before anything is computed from them: can they be read, do
/// the checks hold, do their keys meet.
public final class DataCheck {
  private DataCheck() {}

  /// What was found, and the sources without the rows set aside.
  ///
  /// @param readers by source name; a listed observations table stands under its own name
  public record Outcome(DataReport report, Map<String, SourceReader> readers) {
    public Outcome {
      readers = Map.copyOf(readers);
    }

    /// @throws IllegalArgumentException naming the sources there are
    public SourceReader reader(String source) {
      SourceReader found = readers.get(source);
      if (found == null) {
        throw new IllegalArgumentException(
            "no source '%s'; there are %s".formatted(source, String.join(", ", readers.keySet())));
      }
      return found;
    }
  }

  /// Reads every source once (those that a `refers` check points to, their one column once more).
  /// Rows that can't be used or that a check sets aside are written below the home.
  ///
  /// A rule with `block` does not throw here: see [DataReport#requireUsable].
  ///
  /// @param clock tells which events lie in the future
  /// @throws BadInput for what can't be read, columns that are absent, keys that never meet those
  ///   of the population, and a target without positive (or with one value only); all at once
  public static Outcome run(
      UseCase useCase, FileEngine engine, Home home, Progress progress, InstantSource clock) {
    return run(useCase.name(), useCase.data(), useCase.frame(), engine, home, progress, clock);
  }

  /// As above, for what is known of a use case so far.
  public static Outcome run(
      String useCase,
      DataSection data,
      Frame frame,
      FileEngine engine,
      Home home,
      Progress progress,
      InstantSource clock) {
    return CheckedSources.of(useCase, data, frame, engine, home, progress, clock).outcome();
  }

  static void stop(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  static Map<String, SourceReader> readers(
      DataSection data, Frame frame, FileEngine engine, Progress progress, List<Problem> problems) {
    List<SourceSpec> specs = new ArrayList<>(data.sources().values());
    if (frame.observe() instanceof Frame.Observe.Listed listed) {
      specs.add(listed.table());
    }
    Map<String, SourceReader> readers = new LinkedHashMap<>();
    for (SourceSpec spec : specs) {
      progress.stage("opening " + spec.name(), 0);
      try {
        readers.put(
            spec.name(),
            SourceReader.of(
                engine, spec, targetIn(frame, spec.name()).map(List::of).orElse(List.of())));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    return readers;
  }

  /// The target column, if it is in this source and its text is compared.
  static Optional<String> targetIn(Frame frame, String source) {
    boolean labelled =
        source.equals(DataSection.TABLE)
            || (frame.observe() instanceof Frame.Observe.Listed listed
                && listed.table().name().equals(source));
    return labelled
            && frame.target() instanceof Frame.Target.InColumn target
            && target.positive().isPresent()
        ? Optional.of(target.column())
        : Optional.empty();
  }

  static Optional<String> population(Frame frame) {
    return switch (frame.observe()) {
      case Frame.Observe.Grid grid -> Optional.of(grid.population());
      case Frame.Observe.Listed listed -> Optional.of(listed.table().name());
      case Frame.Observe.EachRow _ -> Optional.empty();
    };
  }

  static Map<Check.Rule.Refers, Set<String>> referred(
      Map<String, SourceReader> readers, List<Problem> problems) {
    Map<Check.Rule.Refers, Set<String>> referred = new HashMap<>();
    for (SourceReader reader : readers.values()) {
      for (Check check : reader.spec().checks()) {
        if (check.rule() instanceof Check.Rule.Refers refers) {
          SourceReader to = readers.get(refers.source());
          String place = RowRule.place(reader.spec().name(), check);
          if (to == null) {
            problems.add(
                new Problem(
                    place,
                    "no source '" + refers.source() + "'",
                    "there are " + String.join(", ", readers.keySet())));
          } else if (!to.schema().has(refers.toColumn())) {
            problems.add(SourceReader.absent(place, refers.toColumn(), to.schema()));
          } else {
            referred.computeIfAbsent(refers, key -> values(to, refers.toColumn()));
          }
        }
      }
    }
    return referred;
  }

  private static Set<String> values(SourceReader reader, String column) {
    Set<String> values = new LinkedHashSet<>();
    try (SourceScan scan = reader.open(List.of(column))) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Column found = next.get().column(0);
        for (int row = 0; row < found.size(); row++) {
          String value = SourceText.of(found, row);
          if (value != null) {
            values.add(value);
          }
        }
      }
    }
    return values;
  }

  static void requireKeysMeet(
      SourceReport report,
      SourceCheck check,
      @Nullable Set<String> population,
      String populationName,
      List<Problem> problems) {
    if (population == null
        || report.keys() == 0
        || report.keysInPopulation().orElse(1L) > 0
        || population.isEmpty()) {
      return;
    }
    problems.add(
        new Problem(
            "source '" + report.name() + "', key",
            "none of its %,d keys (such as '%s') is among the %,d of '%s' (such as '%s')"
                .formatted(
                    report.keys(),
                    check.keys().iterator().next(),
                    population.size(),
                    populationName,
                    population.iterator().next()),
            "the same keys in both: is `key` the right column, written the same way?"));
  }

  static void requireTarget(Frame frame, SourceReport report, List<Problem> problems) {
    if (frame.target() instanceof Frame.Target.InColumn target
        && targetIn(frame, report.name()).isPresent()) {
      String positive = target.positive().orElseThrow();
      String place = "source '%s', target '%s'".formatted(report.name(), target.column());
      if (!report.target().containsKey(positive)) {
        problems.add(
            new Problem(
                place,
                "no row is '%s'".formatted(positive),
                "`positive` is one of " + report.target().keySet()));
      } else if (report.target().keySet().stream()
          .noneMatch(v -> !v.isEmpty() && !v.equals(positive))) {
        problems.add(
            new Problem(
                place, "every row is '" + positive + "'", "rows of both kinds to learn from"));
      }
    }
  }
}
