package dev.gnomon.features;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeatureExplanation.Event;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.SourceProgram;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.Window;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Explains features from the files and logs themselves: which rows of a key count, which do not,
/// and why. Reads every source once per feature; for people, not for the path of requests.
public final class FeatureExplainer {
  private static final int SHOWN = 50;

  private final FeaturePlan plan;
  private final FeatureProgram program;
  private final SourceOpener opener;

  /// @param opener files and what was posted to them ([LoggedSources])
  public FeatureExplainer(FeaturePlan plan, SourceOpener opener) {
    this.plan = plan;
    this.program = FeatureProgram.compile(plan.useCase(), plan.schemas());
    this.opener = opener;
  }

  private record Found(Row row, long at, long known, long arrived, long position) {}

  /// @param feature its name in the row of the plan
  /// @param madeAt what arrived later was not seen; the greatest long where nothing is left out
  /// @param served the row that was served, where a decision is explained
  public FeatureExplanation explain(
      String feature, String key, long at, long madeAt, Optional<FeatureRow> served) {
    int column = plan.row().require(feature);
    FeatureRow row = new FeatureRow(plan.row());
    if (served.isPresent()) {
      row.copy(served.get());
    } else {
      values(key, at, madeAt, row);
    }
    Optional<String> was = served.map(r -> text(r, column)).filter(Objects::nonNull);
    Optional<String> value = Optional.ofNullable(text(row, column));
    for (SourceProgram source : program.sources()) {
      for (EventProgram.Feature one : source.events().features()) {
        if (one.column() == column) {
          return ofEvents(feature, source, one, own(source, key, row), at, madeAt, value, was);
        }
      }
      for (SourceProgram.AttributeFeature one : source.attributes()) {
        if (one.column() == column) {
          return ofState(feature, source, one, own(source, key, row), at, madeAt, value, was);
        }
      }
    }
    String text =
        program.derived().stream()
            .filter(one -> one.column() == column)
            .map(one -> "derived: " + one.expression().text() + " = " + inputs(one, row))
            .findFirst()
            .orElse("it comes with the request");
    return new FeatureExplanation(
        feature,
        "",
        text,
        plan.hash(),
        key,
        Times.instant(at),
        value,
        was,
        Optional.empty(),
        List.of(),
        List.of(),
        0,
        List.of());
  }

  private static String inputs(FeatureProgram.Derived derived, FeatureRow row) {
    List<String> parts = new ArrayList<>();
    for (String name : derived.expression().columns()) {
      int column = row.schema().indexOf(name);
      if (column >= 0) {
        parts.add(name + " " + Objects.requireNonNullElse(text(row, column), "missing"));
      }
    }
    return String.join(", ", parts);
  }

  private static @Nullable String text(FeatureRow row, int column) {
    if (row.missing(column)) {
      return null;
    }
    return switch (row.schema().field(column).type()) {
      case NUMBER -> Double.toString(row.number(column));
      case TEXT -> row.text(column);
      case TIME -> Times.instant(row.time(column)).toString();
    };
  }

  private String own(SourceProgram source, String key, FeatureRow row) {
    String own = program.groups().get(program.groupOf(source.spec())).key(key, row, program.row());
    return own == null ? "" : own;
  }

  /// Folds the rows of the key afresh and reads.
  private void values(String key, long at, long madeAt, FeatureRow row) {
    OnlineFeatures online = new OnlineFeatures(plan, Duration.ofDays(36_500));
    for (boolean primary : new boolean[] {true, false}) {
      for (SourceProgram source : program.sources()) {
        if (source.spec().isOfPrimaryEntity() == primary) {
          for (Found found : rows(source, own(source, key, row))) {
            if (found.arrived <= madeAt) {
              var _ = online.replay(source.spec().name(), found.row, found.arrived);
            }
          }
        }
      }
      online.read(key, at, row);
    }
  }

  /// The rows of one key, the newest first.
  private List<Found> rows(SourceProgram source, String key) {
    SourceSpec spec = source.spec();
    Schema schema = source.schema();
    List<String> columns =
        schema.names().stream()
            .filter(name -> !name.equals(dev.gnomon.data.SourceReader.ROW))
            .toList();
    int keyColumn = columns.indexOf(spec.key().orElseThrow());
    int time = spec.eventTime().map(schema::require).orElse(-1);
    int known = spec.knownAt().map(schema::require).orElse(-1);
    List<Found> all = new ArrayList<>();
    try (TableScan scan = opener.open(spec, columns)) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table table = next.get();
        Table.Cursor cursor = table.cursor();
        for (int i = 0; i < table.rows(); i++) {
          if (!key.equals(FeatureProgram.keyText(table.column(keyColumn), i))) {
            continue;
          }
          FeatureRow row = new FeatureRow(schema);
          cursor.at(i);
          for (int c = 0; c < columns.size(); c++) {
            int to = schema.require(columns.get(c));
            switch (table.column(c)) {
              case Column.Numbers numbers -> row.number(to, numbers.values()[i]);
              case Column.Texts texts -> row.text(to, cursor.text(c));
              case Column.Moments moments -> row.time(to, moments.micros()[i]);
            }
          }
          int place = i;
          long arrived = scan.posted().map(a -> a[place]).orElse(Times.MISSING);
          long at = time < 0 ? Times.MISSING : row.time(time);
          long knownAt = known >= 0 ? row.time(known) : arrived == Times.MISSING ? at : arrived;
          all.add(
              new Found(
                  row, at, knownAt, arrived, scan.positions().map(p -> p[place]).orElse(-1L)));
        }
      }
    }
    all.sort(Comparator.comparingLong(Found::at).thenComparingLong(Found::known).reversed());
    return all;
  }

  private FeatureExplanation ofEvents(
      String name,
      SourceProgram source,
      EventProgram.Feature feature,
      String key,
      long at,
      long madeAt,
      Optional<String> value,
      Optional<String> served) {
    EventProgram events = source.events();
    Optional<Window> window =
        feature.window() < 0
            ? Optional.empty()
            : Optional.of(events.windows().get(feature.window()));
    long left = window.map(w -> w.left(at)).orElse(Long.MIN_VALUE);
    int filter = feature.stream().filter();
    Optional<Expression> where =
        filter < 0 ? Optional.empty() : Optional.of(events.filters().get(filter));
    Optional<Expression.Bound> bound = where.map(w -> w.bind(source.schema()));
    int looked =
        feature.stream().value() < 0 ? -1 : events.values().get(feature.stream().value()).column();
    List<Event> shown = new ArrayList<>();
    long more = 0;
    for (Found found : rows(source, key)) {
      Optional<String> late = unseen(found, at, madeAt);
      String why;
      boolean counts = false;
      Optional<String> shownValue =
          looked < 0 ? Optional.empty() : Optional.ofNullable(text((FeatureRow) found.row, looked));
      if (late.isPresent()) {
        why = late.get();
      } else if (found.at < left) {
        why = "before the window";
      } else if (bound.isPresent() && !bound.get().holds(found.row)) {
        why = "not " + where.orElseThrow().text();
      } else if (looked >= 0 && shownValue.isEmpty()) {
        why = "no value";
      } else {
        counts = true;
        why = "counts";
      }
      if (shown.size() < SHOWN) {
        shown.add(event(found, shownValue, counts, why));
      } else {
        more++;
      }
    }
    String what =
        feature.operator().word()
            + (looked < 0 ? "" : " of " + source.schema().field(looked).name())
            + where.map(w -> " where " + w.text()).orElse("");
    return new FeatureExplanation(
        name,
        source.spec().name(),
        what,
        view(source),
        key,
        Times.instant(at),
        value,
        served,
        instant(left),
        checks(source),
        shown,
        more,
        List.of());
  }

  private FeatureExplanation ofState(
      String name,
      SourceProgram source,
      SourceProgram.AttributeFeature feature,
      String key,
      long at,
      long madeAt,
      Optional<String> value,
      Optional<String> served) {
    List<Event> shown = new ArrayList<>();
    long more = 0;
    boolean found = false;
    for (Found one : rows(source, key)) {
      Optional<String> late = source.spec().isStatic() ? Optional.empty() : unseen(one, at, madeAt);
      boolean counts = late.isEmpty() && !found;
      found |= counts;
      if (shown.size() < SHOWN) {
        shown.add(
            event(
                one,
                Optional.ofNullable(text((FeatureRow) one.row, feature.source())),
                counts,
                late.orElse(counts ? "the newest row" : "a newer row is known")));
      } else {
        more++;
      }
    }
    return new FeatureExplanation(
        name,
        source.spec().name(),
        "the newest " + source.schema().field(feature.source()).name(),
        view(source),
        key,
        Times.instant(at),
        value,
        served,
        Optional.empty(),
        checks(source),
        shown,
        more,
        List.of());
  }

  /// Why a row is not seen at a time; empty when it is.
  private static Optional<String> unseen(Found found, long at, long madeAt) {
    if (found.arrived > madeAt) {
      return Optional.of("arrived after the decision");
    }
    if (found.at >= at) {
      return Optional.of("did not happen before that time");
    }
    if (found.known > at) {
      return Optional.of("became known too late");
    }
    return Optional.empty();
  }

  private static Event event(Found found, Optional<String> value, boolean counts, String why) {
    return new Event(
        instant(found.at),
        instant(found.known),
        instant(found.arrived),
        found.position < 0 ? Optional.empty() : Optional.of(found.position),
        value,
        counts,
        why);
  }

  private static Optional<Instant> instant(long micros) {
    return micros == Times.MISSING ? Optional.empty() : Optional.of(Times.instant(micros));
  }

  private String view(SourceProgram source) {
    return plan.views().stream()
        .filter(view -> view.source().equals(source.spec().name()))
        .map(FeaturePlan.View::hash)
        .findFirst()
        .orElse(plan.hash());
  }

  private static List<String> checks(SourceProgram source) {
    return source.spec().checks().stream().map(check -> check.rule().toString()).toList();
  }
}
