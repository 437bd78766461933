package dev.gnomon.server.feast;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.schema.Times;
import dev.gnomon.server.feast.FeatureColumns.Column;
import dev.gnomon.server.feast.FeatureColumns.Status;
import dev.gnomon.server.feast.ViewIndex.Feature;
import dev.gnomon.server.feast.ViewIndex.Served;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.serving.FeatureSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers requests for features: names are resolved to columns once, then every row of entities is
/// read once per use case.
final class FeatureReader {
  private final ViewIndex views;
  private final InstantSource clock;

  FeatureReader(ViewIndex views, InstantSource clock) {
    this.views = views;
    this.clock = clock;
  }

  /// What one use case contributes.
  ///
  /// @param columns of its row, and for each the column of the answer
  /// @param sources that tell the age of values
  /// @param sourceOf which of them each column comes from; -1 for none
  private record Part(
      Served served,
      int[] columns,
      List<Column> answers,
      List<EntityColumn> keys,
      List<EntityColumn> inputs,
      List<String> sources,
      int[] sourceOf) {}

  /// @throws FeastError when something named does not exist or the request contradicts itself
  FeatureColumns read(FeatureRequest request, Principal caller) {
    List<Feature> features =
        request.service().isPresent()
            ? views.service(request.service().get())
            : views.features(request.features());
    List<Served> involved = involved(features);
    if (!involved.stream().allMatch(one -> caller.mayUse(one.live().useCase().name()))) {
      throw FeastError.forbidden(caller);
    }
    List<EntityColumn> keys = keys(request, involved, features.isEmpty());
    int rows = request.rows();
    if ((long) rows * features.size() > FeatureRequest.MAX_VALUES) {
      throw FeastError.unprocessable(
          List.of(
              new Problem(
                  "entities",
                  "%d rows of %d features".formatted(rows, features.size()),
                  "at most %d values in one answer".formatted(FeatureRequest.MAX_VALUES))));
    }
    List<Column> answers = columns(request, features, keys);
    long at = Times.micros(clock.instant());
    for (Served served : involved) {
      if (!features.isEmpty()) {
        read(part(request, served, features, answers), rows, at);
      }
    }
    return new FeatureColumns(rows, keys, answers);
  }

  /// The use cases that are read; all when no feature is asked for.
  private List<Served> involved(List<Feature> features) {
    boolean[] read = new boolean[views.all().size()];
    features.forEach(feature -> read[feature.served().index()] = true);
    return views.all().stream().filter(one -> features.isEmpty() || read[one.index()]).toList();
  }

  /// The columns that hold keys. All others must be inputs of some use case.
  private static List<EntityColumn> keys(
      FeatureRequest request, List<Served> involved, boolean nothingElse) {
    List<EntityColumn> keys = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (EntityColumn column : request.entities()) {
      if (involved.stream().anyMatch(one -> one.keyNames().contains(column.name()))) {
        keys.add(column);
      } else if (involved.stream().noneMatch(one -> one.inputs().contains(column.name()))) {
        Set<String> valid = new LinkedHashSet<>();
        involved.forEach(one -> valid.addAll(one.keyNames()));
        involved.forEach(one -> valid.addAll(one.inputs()));
        unknown.add(
            "Entity %s does not exist; %s"
                .formatted(
                    ViewIndex.shown(column.name()), ViewIndex.instead(column.name(), valid)));
      }
    }
    if (!unknown.isEmpty()) {
      throw FeastError.notFound("EntityNotFoundException", String.join("\n", unknown));
    }
    for (Served served : involved) {
      if (!nothingElse
          && !served.flat()
          && keys.stream().noneMatch(key -> served.keyNames().contains(key.name()))) {
        throw FeastError.unprocessable(
            List.of(
                new Problem(
                    "entities",
                    "the key of %s is missing".formatted(served.live().useCase().name()),
                    "a column named " + String.join(" or ", served.keyNames()))));
      }
    }
    return keys;
  }

  private static List<Column> columns(
      FeatureRequest request, List<Feature> features, List<EntityColumn> keys) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    keys.forEach(key -> names.add(key.name()));
    Set<String> twice = new LinkedHashSet<>();
    for (Feature feature : features) {
      String name = request.fullNames() ? feature.view() + "__" + feature.name() : feature.name();
      if (!names.add(name)) {
        twice.add(name);
      }
      columns.add(
          new Column(name, feature.served().row().field(feature.column()).type(), request.rows()));
    }
    if (!twice.isEmpty()) {
      throw FeastError.unprocessable(
          List.of(
              new Problem(
                  "features",
                  "two columns of the answer would be called " + String.join(", ", twice),
                  request.fullNames()
                      ? "every feature once"
                      : "every feature once; \"full_feature_names\": true tells views apart")));
    }
    return columns;
  }

  private static Part part(
      FeatureRequest request, Served served, List<Feature> features, List<Column> answers) {
    List<Column> mine = new ArrayList<>();
    int[] columns = new int[features.size()];
    for (int f = 0; f < features.size(); f++) {
      if (features.get(f).served().index() == served.index()) {
        columns[mine.size()] = features.get(f).column();
        mine.add(answers.get(f));
      }
    }
    List<EntityColumn> keys = new ArrayList<>();
    List<EntityColumn> inputs = new ArrayList<>();
    for (EntityColumn column : request.entities()) {
      if (served.keyNames().contains(column.name())) {
        keys.add(column);
      }
      // The key of a flat table is a column of it like any other.
      if (served.inputs().contains(column.name())
          && (served.flat() || !served.keyNames().contains(column.name()))) {
        inputs.add(column);
      }
    }
    List<String> sources = new ArrayList<>();
    int[] sourceOf = new int[mine.size()];
    for (int f = 0; f < mine.size(); f++) {
      String view = served.views().get(columns[f]);
      String name = served.row().field(columns[f]).name();
      boolean timed =
          !served.flat()
              && !served.computed()[columns[f]]
              && inputs.stream().noneMatch(one -> one.name().equals(name));
      if (timed && !sources.contains(view)) {
        sources.add(view);
      }
      sourceOf[f] = timed ? sources.indexOf(view) : -1;
    }
    return new Part(served, columns, mine, keys, inputs, sources, sourceOf);
  }

  private static void read(Part part, int rows, long at) {
    FeatureRow row = new FeatureRow(part.served().row());
    boolean[] given = given(part);
    long[] newest = new long[part.sources().size()];
    for (int r = 0; r < rows; r++) {
      String key = key(part, r);
      if (key == null) {
        continue;
      }
      boolean known = fill(part, r, key, at, row);
      for (int s = 0; s < newest.length; s++) {
        newest[s] = part.served().live().features().newest(part.sources().get(s), key, at);
      }
      for (int f = 0; f < part.answers().size(); f++) {
        Column answer = part.answers().get(f);
        int column = part.columns()[f];
        long seen = part.sourceOf()[f] < 0 ? Times.MISSING : newest[part.sourceOf()[f]];
        answer.eventTime(r, seen);
        if (!known && !given[column]) {
          answer.status(r, Status.NOT_FOUND);
        } else if (row.missing(column)) {
          boolean old = seen != Times.MISSING && at - seen > part.served().ttls()[column];
          answer.status(r, old ? Status.OUTSIDE_MAX_AGE : Status.NULL_VALUE);
        } else {
          answer.take(r, row, column);
        }
      }
    }
  }

  /// Which columns of the row have values although nothing is stored: those that came with the
  /// request, and what is derived from it.
  private static boolean[] given(Part part) {
    Served served = part.served();
    boolean[] given = new boolean[served.row().size()];
    if (part.inputs().isEmpty()) {
      return given;
    }
    Set<String> names = new HashSet<>();
    part.inputs().forEach(input -> names.add(input.name()));
    for (int c = 0; c < given.length; c++) {
      given[c] =
          served.flat() || served.computed()[c] || names.contains(served.row().field(c).name());
    }
    return given;
  }

  /// The key of a row; null when there is none. Different names for it must not name different
  /// ones.
  private static @Nullable String key(Part part, int row) {
    String key = part.keys().isEmpty() ? "" : part.keys().getFirst().key(row);
    for (int k = 1; k < part.keys().size(); k++) {
      String other = part.keys().get(k).key(row);
      if (key != null && other != null && !key.equals(other)) {
        throw FeastError.unprocessable(
            List.of(
                new Problem(
                    "entities, row %d".formatted(row),
                    "%s is %s, %s is %s"
                        .formatted(
                            part.keys().getFirst().name(),
                            ViewIndex.shown(key),
                            part.keys().get(k).name(),
                            ViewIndex.shown(other)),
                    "one key: both name the %s of %s"
                        .formatted(
                            part.served().live().useCase().frame().entity(),
                            part.served().live().useCase().name()))));
      }
      key = key == null || other == null ? null : key;
    }
    return key;
  }

  /// Returns whether anything is stored of the key.
  private static boolean fill(Part part, int r, String key, long at, FeatureRow row) {
    try {
      if (part.inputs().isEmpty()) {
        return part.served().live().read(key, at, row);
      }
      Map<String, @Nullable Object> values = new HashMap<>();
      for (EntityColumn input : part.inputs()) {
        values.put(input.name(), input.input(r));
      }
      part.served().live().read(key, at, values, row);
      return !part.served().flat() && part.served().live().features().knows(key);
    } catch (BadInput e) {
      Map<String, Problem> problems = new LinkedHashMap<>();
      e.problems()
          .forEach(p ->
              problems.put(
                  p.line(),
                  new Problem(
                      "entities, row %d, %s".formatted(r, p.place()), p.found(), p.valid())));
      throw FeastError.unprocessable(List.copyOf(problems.values()));
    } catch (FeatureSource.TooOld e) {
      throw FeastError.of(422, String.valueOf(e.getMessage()));
    } catch (FeatureSource.Unavailable e) {
      throw new StoreUnavailable(String.valueOf(e.getMessage())); // as every surface answers it
    }
  }
}
