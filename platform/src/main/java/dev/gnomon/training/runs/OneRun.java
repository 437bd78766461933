package dev.gnomon.training.runs;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A run that is being written: its calls are put in line behind its creation.
final class OneRun {
  private static final int METRICS = 900;
  private static final int TEXTS = 100;
  private static final int LONGEST_PARAM = 6_000;
  private static final int LONGEST_TAG = 8_000;

  private final RunWriter writer;
  private volatile @Nullable String id;

  private OneRun(RunWriter writer) {
    this.writer = writer;
  }

  /// @param study gives the study's id on the thread that writes
  static OneRun create(
      RunWriter writer,
      Function<Tracking, String> study,
      @Nullable OneRun parent,
      String name,
      long start,
      Map<String, String> tags) {
    OneRun run = new OneRun(writer);
    String user = System.getProperty("user.name", "");
    writer.write(tracking -> {
      List<Tag> all = tags(tags);
      all.add(new Tag("mlflow.user", user));
      if (parent != null && parent.id == null) {
        return; // the parent was refused; that was said
      }
      if (parent != null && parent.id != null) {
        all.add(new Tag("mlflow.parentRunId", parent.id));
      }
      int first = Math.min(TEXTS, all.size());
      String made =
          tracking
              .createRun(
                  study.apply(tracking), user, name, start, List.copyOf(all.subList(0, first)))
              .info()
              .id();
      run.id = made;
      for (int i = first; i < all.size(); i += TEXTS) {
        tracking.log(
            made,
            new Batch(
                List.of(),
                List.of(),
                List.copyOf(all.subList(i, Math.min(all.size(), i + TEXTS)))));
      }
    });
    return run;
  }

  /// Empty until it was created.
  Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /// Something else with this run, unless it was refused.
  void then(BiConsumer<Tracking, String> change) {
    writer.write(tracking -> {
      String known = id;
      if (known != null) {
        change.accept(tracking, known);
      }
    });
  }

  /// In as many batches as the limits of one ask for.
  void log(List<Metric> metrics, Map<String, String> params, Map<String, String> tags) {
    List<Metric> finite = metrics.stream().filter(m -> !Double.isNaN(m.value())).toList();
    for (int i = 0; i < finite.size(); i += METRICS) {
      List<Metric> part = finite.subList(i, Math.min(finite.size(), i + METRICS));
      then((tracking, run) -> tracking.log(run, new Batch(part, List.of(), List.of())));
    }
    List<Tag> texts = new ArrayList<>();
    params.forEach((key, value) -> texts.add(new Tag(key(key), clip(value, LONGEST_PARAM))));
    for (int i = 0; i < texts.size(); i += TEXTS) {
      List<Tag> part = List.copyOf(texts.subList(i, Math.min(texts.size(), i + TEXTS)));
      then((tracking, run) -> tracking.log(run, new Batch(List.of(), part, List.of())));
    }
    List<Tag> marks = tags(tags);
    for (int i = 0; i < marks.size(); i += TEXTS) {
      List<Tag> part = List.copyOf(marks.subList(i, Math.min(marks.size(), i + TEXTS)));
      then((tracking, run) -> tracking.log(run, new Batch(List.of(), List.of(), part)));
    }
  }

  void end(RunStatus status, long millis) {
    then((tracking, run) -> tracking.updateRun(run, status, millis, null));
  }

  private static List<Tag> tags(Map<String, String> tags) {
    List<Tag> all = new ArrayList<>();
    tags.forEach((key, value) -> all.add(new Tag(key(key), clip(value, LONGEST_TAG))));
    return all;
  }

  /// Keys of tracking know fewer characters than names of columns and files.
  static String key(String text) {
    String known = text.replaceAll("[^\\w\\-./ ]", "_").replaceAll("/{2,}|(?<=/)\\.+(?=/)", "/");
    return known.length() > 250 ? known.substring(0, 250) : known;
  }

  private static String clip(String text, int most) {
    return text.length() > most ? text.substring(0, most - 1) + "…" : text;
  }
}
