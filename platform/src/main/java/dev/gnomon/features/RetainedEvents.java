package dev.gnomon.features;

import dev.gnomon.features.FeatureExplanation.Event;
import dev.gnomon.features.FeatureExplanation.Tile;
import dev.gnomon.features.internal.OnlineState;
import dev.gnomon.features.internal.OnlineStore;
import dev.gnomon.operators.EventColumns;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Collects what a store keeps behind one feature.
final class RetainedEvents implements KeyState.Visitor {
  private static final int SHOWN = 100;

  private final List<Event> events = new ArrayList<>();
  private final List<Tile> tiles = new ArrayList<>();
  private long more;

  private RetainedEvents() {}

  static FeatureExplanation explain(
      FeaturePlan plan, OnlineState store, String key, long at, String feature, FeatureRow row) {
    int column = plan.row().require(feature);
    RetainedEvents kept = new RetainedEvents();
    if (store instanceof OnlineStore own) {
      own.explain(key, at, column, row, kept);
    }
    Optional<FeaturePlan.View> view =
        plan.views().stream().filter(one -> one.features().contains(feature)).findFirst();
    Optional<String> value =
        row.missing(column)
            ? Optional.empty()
            : Optional.of(
                switch (plan.row().field(column).type()) {
                  case NUMBER -> Double.toString(row.number(column));
                  case TEXT -> String.valueOf(row.text(column));
                  case TIME -> Times.instant(row.time(column)).toString();
                });
    return new FeatureExplanation(
        feature,
        view.map(FeaturePlan.View::source).orElse(""),
        "what is kept in memory",
        view.map(FeaturePlan.View::hash).orElse(plan.hash()),
        key,
        Times.instant(at),
        value,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        kept.events,
        kept.more,
        kept.tiles);
  }

  @Override
  public void event(long time, long activeFrom, @Nullable Object value, boolean inTile) {
    if (events.size() == SHOWN) {
      more++;
      return;
    }
    events.add(
        new Event(
            instant(time),
            instant(activeFrom),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(value).map(Object::toString),
            true,
            inTile ? "counts, in a tile" : "counts"));
  }

  @Override
  public void tile(long start, long count) {
    tiles.add(new Tile(instant(start), count));
  }

  private static Optional<Instant> instant(long micros) {
    return micros == EventColumns.ALWAYS ? Optional.empty() : Optional.of(Times.instant(micros));
  }
}
