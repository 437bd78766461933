package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeatureVerification.Options;
import dev.gnomon.features.VerificationReport.Compared;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.ReplayedServing;
import dev.gnomon.features.internal.SourceProgram;
import dev.gnomon.features.internal.Verification;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.Window;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was served is replayed and back-filled: nothing differs as it is, and every change made to
/// one side is found where it was made.
class FeatureVerificationTest {
  private static final Window THREE_DAYS = Window.hopping(3 * Times.DAY);

  @TempDir Path folder = Path.of("");

  private VerificationReport verify(
      ServedWorld world, ReplayedServing serving, FeatureProgram backfill, long memory) {
    return Verification.run(
        program(world),
        serving,
        backfill,
        world.opener(),
        world.served(),
        Compared.DECISIONS,
        ServedWorld.HISTORY,
        new Options(2, memory, folder.resolve("spill")),
        Progress.NONE);
  }

  private static FeatureProgram program(ServedWorld world) {
    return FeatureProgram.compile(world.useCase, world.plan.schemas());
  }

  private VerificationReport unchanged(ServedWorld world, long memory) {
    return verify(world, ReplayedServing.of(program(world)), program(world), memory);
  }

  private VerificationReport serving(ServedWorld world, ReplayedServing serving) {
    return verify(world, serving, program(world), 1 << 24);
  }

  @Test
  void nothingDiffersWhateverArrivedWhen() throws IOException {
    long values = 0;
    long given = 0;
    long errors = 0;
    int repeats = 0;
    int conflicts = 0;
    for (long seed = 1; seed <= 12; seed++) {
      ServedWorld world = new ServedWorld(folder, seed, 600);
      repeats += world.repeats;
      conflicts += world.conflicts;
      VerificationReport report = unchanged(world, 1 << 24);
      assertThat(report.first()).as("seed %d", seed).isEmpty();
      assertThat(report.differing()).isZero();
      assertThat(report.requests()).isEqualTo(world.requests.size());
      assertThat(report.values() + report.given())
          .isEqualTo(report.requests() * world.plan.row().size());
      assertThat(report.inFlight()).isZero();
      values += report.values();
      given += report.given();
      errors += report.withinError();
      report.features().forEach(f -> assertThat(f.values()).as(f.name()).isPositive());
    }
    System.out.printf(
        "served = replayed = back-filled: %d values, %d given, %d within the stated error%n",
        values, given, errors);
    assertThat(given).isPositive();
    assertThat(repeats).isPositive();
    assertThat(conflicts).isPositive();
  }

  @Test
  void memoryChangesNothing() throws IOException {
    ServedWorld world = new ServedWorld(folder, 99, 1_500);
    assertThat(unchanged(world, 0)).isEqualTo(unchanged(world, 1 << 24));
  }

  @Test
  void findsOneTamperedValue() throws IOException {
    ServedWorld world = new ServedWorld(folder, 5, 400);
    FeatureRow row = world.requests.get(40).served();
    int column = row.schema().require("visits_count_2d");
    double before = row.number(column);
    row.number(column, before + 1);
    VerificationReport report = unchanged(world, 1 << 24);
    assertThat(report.differingFeatures()).containsExactly("visits_count_2d");
    assertThat(report.differing()).isEqualTo(1);
    VerificationReport.Feature found = report.features().get(column);
    assertThat(found.servedApart()).isEqualTo(1);
    assertThat(found.other()).isEqualTo(1);
    assertThat(found.greatest()).isEqualTo(1);
    assertThat(found.examples().getFirst().position()).isEqualTo(40);
    assertThat(found.examples().getFirst().served()).hasValue(Double.toString(before + 1));
    assertThat(found.examples().getFirst().backfilled()).hasValue(Double.toString(before));

    // A derived value is held against what was served, so only its own change counts.
    row.number(column, before);
    int derived = row.schema().require("trend");
    row.number(derived, Double.isNaN(row.number(derived)) ? 1 : Double.NaN);
    assertThat(unchanged(world, 1 << 24).differingFeatures()).containsExactly("trend");
  }

  @Test
  void findsAWindowThatIsOffByAHop() throws IOException {
    ServedWorld world = new ServedWorld(folder, 6, 1_500);
    UnaryOperator<EventProgram> shorter =
        events ->
            windows(
                events,
                events.windows().stream()
                    .map(w ->
                        w.equals(THREE_DAYS) ? Window.hopping(w.width() - w.hop(), w.hop()) : w)
                    .toList());
    List<String> inTheWindow =
        List.of(
            "pays_count_3d",
            "pays_twice_sum_3d",
            "xs_3d",
            "pays_amount_stddev_3d",
            "pays_kind_distinct_count_3d");
    FeatureProgram changed = changed(program(world), "pays", shorter);
    VerificationReport replay = serving(world, ReplayedServing.of(changed));
    assertThat(replay.differingFeatures())
        .isSubsetOf(inTheWindow)
        .contains("pays_count_3d", "pays_twice_sum_3d", "xs_3d");
    assertThat(feature(replay, "pays_count_3d").replayApart())
        .isEqualTo(feature(replay, "pays_count_3d").differing());
    // The same on the other side.
    VerificationReport backfill =
        verify(world, ReplayedServing.of(program(world)), changed, 1 << 24);
    assertThat(backfill.differingFeatures()).isEqualTo(replay.differingFeatures());
    assertThat(feature(backfill, "pays_count_3d").backfillApart())
        .isEqualTo(feature(replay, "pays_count_3d").replayApart());
  }

  @Test
  void findsAnInvertedFilter() throws IOException {
    ServedWorld world = new ServedWorld(folder, 7, 800);
    FeatureProgram changed =
        changed(
            program(world),
            "pays",
            events -> filters(events, List.of(Expression.parse("kind != 'x'"))));
    assertThat(serving(world, ReplayedServing.of(changed)).differingFeatures())
        .containsExactly("xs_3d");
  }

  @Test
  void findsAMeanOverOneLess() throws IOException {
    ServedWorld world = new ServedWorld(folder, 8, 800);
    ReplayedServing changed =
        new ReplayedServing(
            program(world),
            Map.of(),
            row -> {
              int mean = row.schema().indexOf("pays_amount_mean_6h");
              if (mean >= 0) {
                row.number(mean, row.number(mean) * 3 / 2);
              }
            });
    assertThat(serving(world, changed).differingFeatures()).containsExactly("pays_amount_mean_6h");
  }

  @Test
  void findsAnInclusiveAsOfRule() throws IOException {
    ServedWorld world = new ServedWorld(folder, 9, 3_000);
    // What happened at the very time of the observation counts, as if it had happened before.
    ReplayedServing changed = new ReplayedServing(program(world), Map.of("visits", -1L), _ -> {});
    VerificationReport report = serving(world, changed);
    assertThat(report.differingFeatures()).contains("visits_count_2d");
    assertThat(report.differingFeatures()).allMatch(name -> name.startsWith("visits_"));
  }

  @Test
  void findsEventTimesInAnotherZone() throws IOException {
    ServedWorld world = new ServedWorld(folder, 10, 800);
    ReplayedServing changed =
        new ReplayedServing(program(world), Map.of("pays", Times.HOUR), _ -> {});
    List<String> ofPays =
        program(world).sources().stream()
            .filter(source -> source.spec().name().equals("pays"))
            .flatMap(source -> source.events().features().stream())
            .map(feature -> world.plan.row().field(feature.column()).name())
            .toList();
    assertThat(serving(world, changed).differingFeatures())
        .isSubsetOf(ofPays)
        .contains("pays_count_3h", "pays_time_since_last", "pays_count_3d");
  }

  private static VerificationReport.Feature feature(VerificationReport report, String name) {
    return report.features().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private static FeatureProgram changed(
      FeatureProgram program, String source, UnaryOperator<EventProgram> change) {
    List<SourceProgram> sources = new ArrayList<>();
    for (SourceProgram one : program.sources()) {
      sources.add(
          one.spec().name().equals(source)
              ? new SourceProgram(
                  one.spec(), one.schema(), change.apply(one.events()), one.attributes())
              : one);
    }
    return new FeatureProgram(
        program.useCase(),
        program.schemas(),
        program.row(),
        program.inputs(),
        sources,
        program.flat(),
        program.derived(),
        program.observedAt(),
        program.notes(),
        program.hash(),
        program.observed(),
        program.groups(),
        program.views());
  }

  private static EventProgram windows(EventProgram events, List<Window> windows) {
    return new EventProgram(
        events.schema(),
        events.filters(),
        events.values(),
        windows,
        events.totals(),
        events.states(),
        events.newest(),
        events.features(),
        events.ordered(),
        events.identified(),
        events.knownDeclared());
  }

  private static EventProgram filters(EventProgram events, List<Expression> filters) {
    return new EventProgram(
        events.schema(),
        filters,
        events.values(),
        events.windows(),
        events.totals(),
        events.states(),
        events.newest(),
        events.features(),
        events.ordered(),
        events.identified(),
        events.knownDeclared());
  }
}
