package dev.gnomon.features.internal;

import dev.gnomon.features.VerificationReport.Example;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a comparison counts for one feature. Numbers are given as their bits, texts as they are.
final class VerificationTally {
  private static final int EXAMPLES = 3;

  final Field field;
  long values;
  long differing;
  long missing;
  long extra;
  long other;
  long servedApart;
  long replayApart;
  long backfillApart;
  long given;
  long inFlight;
  long withinError;
  double greatest;
  double smapeSum;
  long both;
  final List<Example> examples = new ArrayList<>();

  VerificationTally(Field field) {
    this.field = field;
  }

  /// One value of each side.
  record Sides(@Nullable Object served, @Nullable Object replayed, @Nullable Object backfilled) {}

  void equal(double number) {
    values++;
    both += field.type() == Type.NUMBER && !Double.isNaN(number) ? 1 : 0;
  }

  void differs(String key, long at, long position, Sides sides) {
    values++;
    differing++;
    boolean servedFilled = Objects.equals(sides.served, sides.backfilled);
    Object one = sides.served;
    Object another = sides.backfilled;
    if (servedFilled) {
      replayApart++;
      another = sides.replayed;
    } else if (Objects.equals(sides.replayed, sides.backfilled)) {
      servedApart++;
    } else if (Objects.equals(sides.served, sides.replayed)) {
      backfillApart++;
    }
    if (one == null) {
      missing++;
    } else if (another == null) {
      extra++;
    } else {
      other++;
      if (one instanceof Double a && another instanceof Double b) {
        both++;
        greatest = Math.max(greatest, Math.abs(a - b));
        double size = Math.abs(a) + Math.abs(b);
        smapeSum += size == 0 ? 0 : 2 * Math.abs(a - b) / size;
      }
    }
    if (examples.size() < EXAMPLES) {
      examples.add(
          new Example(
              key,
              Times.instant(at),
              position,
              shown(sides.served),
              shown(sides.replayed),
              shown(sides.backfilled)));
    }
  }

  private Optional<String> shown(@Nullable Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Long time -> Optional.of(Times.instant(time).toString());
      default -> Optional.of(value.toString());
    };
  }

  double smape() {
    return both == 0 ? 0 : smapeSum / both;
  }

  void add(VerificationTally more) {
    values += more.values;
    differing += more.differing;
    missing += more.missing;
    extra += more.extra;
    other += more.other;
    servedApart += more.servedApart;
    replayApart += more.replayApart;
    backfillApart += more.backfillApart;
    given += more.given;
    inFlight += more.inFlight;
    withinError += more.withinError;
    greatest = Math.max(greatest, more.greatest);
    smapeSum += more.smapeSum;
    both += more.both;
    for (Example example : more.examples) {
      if (examples.size() < EXAMPLES) {
        examples.add(example);
      }
    }
  }
}
