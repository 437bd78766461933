package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rows of all sources in the order in which they became known, fed to a store as time goes on.
/// Holds what it reads of the chosen keys in memory.
public final class Replay {
  private final OnlineFeatures online;
  private final List<Pass> passes = new ArrayList<>();
  private final long[] known;
  private final int[] passOf;
  private final int[] rowOf;
  private final int[] order;
  private int next;

  /// One batch of one source.
  private record Pass(String source, Table table, OnlineStore.Projected row) {}

  /// @param keys whose rows are replayed, of sources about the frame's entity; the others are
  ///   replayed whole
  public Replay(
      UseCase useCase, SourceOpener opener, OnlineFeatures online, Predicate<String> keys) {
    this.online = online;
    Map<String, SourceProgram> programs = new HashMap<>();
    FeatureProgram.compile(useCase, online.plan().schemas())
        .sources()
        .forEach(program -> programs.put(program.spec().name(), program));
    long[] times = new long[1024];
    int[] pass = new int[1024];
    int[] row = new int[1024];
    int count = 0;
    for (SourceSpec spec : useCase.data().sources().values()) {
      SourceProgram program = programs.get(spec.name());
      if (program == null) {
        continue;
      }
      RecordLayout layout = new RecordLayout(program);
      int key = layout.inScan(spec.key());
      // Observations of some keys may be about every other entity.
      Predicate<String> wanted = spec.isOfPrimaryEntity() ? keys : k -> true;
      int knownAt = layout.inScan(spec.knownAt());
      int eventTime = layout.inScan(spec.eventTime());
      try (TableScan scan = opener.open(spec, layout.columns())) {
        Optional<Table> batch = scan.next();
        while (batch.isPresent()) {
          Table table = batch.get();
          long @Nullable [] arrivals = scan.arrivals().orElse(null);
          OnlineStore.Projected projected =
              new OnlineStore.Projected(program.schema(), layout.columns());
          projected.over(table);
          for (int i = 0; i < table.rows(); i++) {
            if (!chosen(table.column(key), i, wanted)) {
              continue;
            }
            if (count == times.length) {
              times = Arrays.copyOf(times, count * 2);
              pass = Arrays.copyOf(pass, count * 2);
              row = Arrays.copyOf(row, count * 2);
            }
            times[count] =
                spec.isStatic() ? Times.MISSING : known(table, arrivals, knownAt, eventTime, i);
            pass[count] = passes.size();
            row[count] = i;
            count++;
          }
          passes.add(new Pass(spec.name(), table, projected));
          batch = scan.next();
        }
      }
    }
    this.known = times;
    this.passOf = pass;
    this.rowOf = row;
    this.order = new int[count];
    Arrays.setAll(order, i -> i);
    IndexSort.radix(order, new int[count], count, known);
  }

  private static long known(
      Table table, long @Nullable [] arrivals, int knownAt, int eventTime, int row) {
    if (arrivals != null) {
      return arrivals[row];
    }
    int column = knownAt >= 0 ? knownAt : eventTime;
    return ((Column.Moments) table.column(column)).micros()[row];
  }

  private static boolean chosen(Column keys, int row, Predicate<String> wanted) {
    return switch (keys) {
      case Column.Texts texts ->
          !texts.missing(row)
              && wanted.test(Objects.requireNonNull(texts.dictionary().text(texts.codes()[row])));
      case Column.Numbers numbers -> {
        String text = KeyCodes.text(numbers.values()[row]);
        yield text != null && wanted.test(text);
      }
      case Column.Moments moments ->
          !moments.missing(row) && wanted.test(Long.toString(moments.micros()[row]));
    };
  }

  /// Ingests what was known by this time. Times never go back.
  public void upTo(long at) {
    while (next < order.length && known[order[next]] <= at) {
      int i = order[next++];
      Pass pass = passes.get(passOf[i]);
      // The rows come through the source's `where` already.
      online.replay(pass.source, pass.row.at(rowOf[i]), known[i]);
    }
  }
}
