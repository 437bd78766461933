package dev.gnomon.features.internal;

import dev.gnomon.core.Progress;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.FeatureVerification.Options;
import dev.gnomon.features.ServedRequests;
import dev.gnomon.features.VerificationReport;
import dev.gnomon.features.VerificationReport.Compared;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Compares source by source, then what is derived, and sums up.
public final class Verification {
  private Verification() {}

  public static VerificationReport run(
      FeaturePlan plan,
      SourceOpener opener,
      ServedRequests requests,
      Compared compared,
      Duration history,
      Options options,
      Progress progress) {
    FeatureProgram program = FeatureProgram.compile(plan.useCase(), plan.schemas());
    return run(
        program,
        ReplayedServing.of(program),
        program,
        opener,
        requests,
        compared,
        history,
        options,
        progress);
  }

  /// As above, with what each side runs.
  ///
  /// @param program by which the requests were served
  public static VerificationReport run(
      FeatureProgram program,
      ReplayedServing serving,
      FeatureProgram backfill,
      SourceOpener opener,
      ServedRequests requests,
      Compared compared,
      Duration history,
      Options options,
      Progress progress) {
    List<VerificationTally> tallies = new ArrayList<>();
    program.row().fields().forEach(field -> tallies.add(new VerificationTally(field)));
    String[] sources = new String[tallies.size()];
    Arrays.fill(sources, "");
    boolean[] exact = new boolean[tallies.size()];
    Arrays.fill(exact, true);
    long count = derived(program, requests, tallies);
    if (program.useCase().data().isFlatTable()) {
      return report(program, Compared.NOTHING, 0, tallies, sources, exact);
    }
    SourceVerification.Settings settings =
        new SourceVerification.Settings(
            compared == Compared.OBSERVATIONS,
            history,
            options.threads(),
            options.memoryBytes(),
            options.spillDirectory());
    for (SourceProgram source : backfill.sources()) {
      for (EventProgram.Feature feature : source.events().features()) {
        sources[feature.column()] = source.spec().name();
        exact[feature.column()] = feature.operator().exact();
      }
      source.attributes().forEach(a -> sources[a.column()] = source.spec().name());
      SourceVerification.run(
          source, backfill, serving, opener, requests, settings, tallies, progress);
    }
    return report(program, compared, count, tallies, sources, exact);
  }

  /// Derives again what is derived from the values that were served.
  ///
  /// @return how many requests there are
  private static long derived(
      FeatureProgram program, ServedRequests requests, List<VerificationTally> tallies) {
    long[] count = {0};
    Schema schema = program.row();
    List<Integer> columns = new ArrayList<>();
    program.derived().forEach(one -> columns.add(one.column()));
    if (program.observedAt() >= 0) {
      columns.add(program.observedAt());
    }
    boolean flat = program.useCase().data().isFlatTable();
    List<Integer> observed = new ArrayList<>();
    program.observed().forEach(one -> observed.add(one.column()));
    FeatureRow row = new FeatureRow(schema);
    requests.forEach((key, at, madeAt, position, served) -> {
      count[0]++;
      if (flat) {
        return;
      }
      // What comes with each request is as it came.
      observed.forEach(c -> tallies.get(c).given++);
      row.copy(served);
      program.derive(row, at);
      for (int c : columns) {
        @Nullable Object was = value(schema, c, served);
        @Nullable Object is = value(schema, c, row);
        if (Objects.equals(was, is)) {
          tallies.get(c).equal(is instanceof Double number ? number : Double.NaN);
        } else {
          tallies.get(c).differs(key, at, position, new VerificationTally.Sides(was, is, is));
        }
      }
    });
    return count[0];
  }

  private static @Nullable Object value(Schema schema, int c, FeatureRow row) {
    return switch (schema.field(c).type()) {
      case NUMBER -> Double.isNaN(row.number(c)) ? null : (Object) row.number(c);
      case TEXT -> row.text(c);
      case TIME -> row.time(c) == Times.MISSING ? null : (Object) row.time(c);
    };
  }

  private static VerificationReport report(
      FeatureProgram program,
      Compared compared,
      long requests,
      List<VerificationTally> tallies,
      String[] sources,
      boolean[] exact) {
    List<VerificationReport.Feature> features = new ArrayList<>();
    VerificationTally sum = new VerificationTally(tallies.getFirst().field);
    for (int c = 0; c < tallies.size(); c++) {
      VerificationTally tally = tallies.get(c);
      sum.add(tally);
      features.add(
          new VerificationReport.Feature(
              tally.field.name(),
              sources[c],
              exact[c],
              tally.values,
              tally.differing,
              tally.missing,
              tally.extra,
              tally.other,
              tally.servedApart,
              tally.replayApart,
              tally.backfillApart,
              tally.greatest,
              tally.smape(),
              tally.examples));
    }
    return new VerificationReport(
        program.useCase().name(),
        program.hash(),
        compared,
        requests,
        0,
        sum.values,
        sum.differing,
        sum.given,
        sum.inFlight,
        sum.withinError,
        features);
  }
}
