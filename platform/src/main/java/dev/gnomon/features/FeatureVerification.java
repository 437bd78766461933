package dev.gnomon.features;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.Replay;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Replays the sources through the serving path, in the order in which they became known, and
/// compares each value with the back-fill's, bit by bit.
public final class FeatureVerification {
  private FeatureVerification() {}

  /// @param observations how many were compared
  /// @param values how many values, inputs and kept columns
  /// @param differing how many are not the same bits
  /// @param first the first that differs, for people
  public record Result(long observations, long values, long differing, Optional<String> first) {}

  /// @param set what the back-fill gave for the same sources
  /// @param atMost about how many observations to compare; whole keys are left out beyond
  public static Result verify(
      TrainingSet set, SourceOpener opener, long atMost, Progress progress) {
    UseCase useCase = set.plan().useCase();
    if (useCase.data().isFlatTable()) {
      // A table has no events to replay: its rows are the inputs, read by one path alone.
      return new Result(set.size(), 0, 0, Optional.empty());
    }
    Sampled keys = Sampled.of(set, atMost);
    progress.stage("replaying", set.size());
    OnlineFeatures online = new OnlineFeatures(set.plan(), Duration.ZERO);
    Schema schema = set.plan().row();
    FeatureRow served = new FeatureRow(schema);
    var filled = set.rows().cursor();
    long values = 0;
    long differing = 0;
    long observations = 0;
    @Nullable String first = null;
    Replay replay = new Replay(useCase, opener, online, keys::has);
    FeatureProgram program = FeatureProgram.compile(useCase, set.plan().schemas());
    RequestInputs request = new RequestInputs(set.plan());
    for (int row = 0; row < set.size(); row++) {
      String key = Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[row]));
      if (!keys.has(key)) {
        continue;
      }
      long at = set.observedAt()[row];
      replay.upTo(at);
      online.read(key, at, served);
      filled.at(row);
      if (!program.observed().isEmpty()) {
        request.apply(key, observed(program, filled), at, online, served);
      }
      observations++;
      for (int c = 0; c < schema.size(); c++) {
        values++;
        boolean same =
            switch (schema.field(c).type()) {
              case NUMBER ->
                  Double.doubleToLongBits(filled.number(c))
                      == Double.doubleToLongBits(served.number(c));
              case TEXT -> Objects.equals(filled.text(c), served.text(c));
              case TIME -> filled.time(c) == served.time(c);
            };
        if (!same) {
          differing++;
          if (first == null) {
            first =
                "%s of %s at %s: back-fill %s, served %s"
                    .formatted(
                        schema.field(c).name(),
                        key,
                        Times.instant(at),
                        shown(schema, c, filled),
                        shown(schema, c, served));
          }
        }
      }
      progress.advance(1);
    }
    return new Result(observations, values, differing, Optional.ofNullable(first));
  }

  /// What came with an observation, as a request brings it.
  private static Map<String, @Nullable Object> observed(FeatureProgram program, Row row) {
    Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
    for (FeatureProgram.Observed one : program.observed()) {
      if (program.row().field(one.column()).type() == Type.NUMBER) {
        double value = row.number(one.column());
        inputs.put(one.name(), Double.isNaN(value) ? null : (Object) value);
      } else {
        inputs.put(one.name(), row.text(one.column()));
      }
    }
    return inputs;
  }

  private static String shown(Schema schema, int c, Row row) {
    return switch (schema.field(c).type()) {
      case NUMBER -> Double.toString(row.number(c));
      case TEXT -> String.valueOf(row.text(c));
      case TIME -> row.time(c) == Times.MISSING ? "missing" : Times.instant(row.time(c)).toString();
    };
  }

  /// Every n-th key by a hash of its text, so that what is compared does not depend on order.
  private record Sampled(long every) {
    static Sampled of(TrainingSet set, long atMost) {
      return new Sampled(Math.max(1, (set.size() + atMost - 1) / Math.max(1, atMost)));
    }

    boolean has(String key) {
      return every == 1 || Math.floorMod((key.hashCode() * 0x9E37_79B9L) >>> 7, every) == 0;
    }
  }
}
