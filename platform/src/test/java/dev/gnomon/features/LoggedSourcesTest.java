package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.QuarantineLog;
import dev.gnomon.serving.SourceIntake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows posted to the intake count in a training set as if they had stood in the files.
class LoggedSourcesTest {
  private static final Schema CUSTOMERS =
      new Schema(List.of(new Field("c", Type.TEXT), new Field("at", Type.TIME)));

  @TempDir Path folder = Path.of("");

  private static Schema events(boolean declared) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                new Field("c", Type.TEXT),
                new Field("at", Type.TIME),
                new Field("amount", Type.NUMBER),
                new Field("kind", Type.TEXT),
                new Field("id", Type.TEXT)));
    if (declared) {
      fields.add(new Field("known", Type.TIME));
    }
    return new Schema(fields);
  }

  private UseCase useCase(boolean declared) {
    return UseCaseReader.parse(
        """
        gnomon: 1
        name: u
        frame:
          task: binary
          entity: customer
          observe: {every: 1d, from: 2024-01-02, to: 2024-01-09, population: {source: customers}}
          target: {event: pays, within: 1d, lateness: 0d}
        data:
          sources:
            customers: {kind: state, path: c.csv, key: c, event-time: at}
            pays: {kind: events, path: p.csv, key: c, event-time: at, id: id, where: kind != 'test', columns: {twice: amount * 2}%s}
        features:
          pays: [{count: "*", windows: [3d]}, {sum: twice, windows: [3d]}, {count: "*", windows: [3d], where: kind = 'x', as: xs}]
        """
            .formatted(declared ? ", known-at: known" : ""),
        folder.resolve("u.yaml"));
  }

  private static long micros(String time) {
    return Times.micros(Instant.parse(time));
  }

  private static @Nullable Object[] event(String c, int day, int hour, String id, long known) {
    double amount = 0.1 * day + hour;
    String kind = hour % 5 == 0 ? "test" : hour % 2 == 0 ? "x" : "y";
    Schema schema = events(true);
    Object[] row = {
      c, micros("2024-01-%02dT%02d:00:00Z".formatted(day, hour)), amount, kind, id, known
    };
    assertThat(row).hasSize(schema.size());
    return row;
  }

  private static Schema computed(boolean declared) {
    List<Field> fields = new ArrayList<>(events(declared).fields());
    fields.add(new Field("twice", Type.NUMBER));
    return new Schema(fields);
  }

  /// What a reader of files gives: `where` applied, computed columns added.
  private static List<@Nullable Object[]> asFile(
      List<@Nullable Object[]> events, boolean declared) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] e : events) {
      if ("test".equals(e[3])) {
        continue;
      }
      Double amount = (Double) e[2];
      double twice = amount == null ? Double.NaN : amount * 2;
      rows.add(
          declared
              ? new @Nullable Object[] {e[0], e[1], e[2], e[3], e[4], e[5], twice}
              : new @Nullable Object[] {e[0], e[1], e[2], e[3], e[4], twice});
    }
    return rows;
  }

  private MemorySources sources(List<@Nullable Object[]> events, boolean declared) {
    List<@Nullable Object[]> customers =
        List.of(
            new Object[] {"a", micros("2023-12-01T00:00:00Z")},
            new Object[] {"b", micros("2023-12-01T00:00:00Z")});
    return new MemorySources(7)
        .with("customers", CUSTOMERS, customers)
        .with("pays", computed(declared), asFile(events, declared));
  }

  private static String json(@Nullable Object[] e, boolean declared) {
    return "{\"c\":\"%s\",\"at\":\"%s\",\"amount\":%s,\"kind\":\"%s\",\"id\":\"%s\"%s}\n"
        .formatted(
            e[0],
            Times.instant((Long) java.util.Objects.requireNonNull(e[1])),
            e[2],
            e[3],
            e[4],
            declared
                ? ",\"known\":\"%s\""
                    .formatted(Times.instant((Long) java.util.Objects.requireNonNull(e[5])))
                : "");
  }

  private List<@Nullable Object[]> all() {
    List<@Nullable Object[]> all = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      int day = 1 + i % 9;
      int hour = i * 7 % 24;
      long at = micros("2024-01-%02dT%02d:00:00Z".formatted(day, hour));
      all.add(
          event(
              i % 3 == 0 ? "a" : "b", day, hour, "e" + i, at + i % 4 * 5L * 3_600 * Times.SECOND));
    }
    return all;
  }

  private TrainingSet build(UseCase useCase, dev.gnomon.data.SourceOpener opener) {
    return TrainingSets.build(
        useCase, opener, TrainingSets.Options.inDirectory(folder.resolve("spill")), Progress.NONE);
  }

  private void post(boolean declared, String arrival, List<String> bodies) throws IOException {
    UseCase useCase = useCase(declared);
    try (SourceIntake intake =
        new SourceIntake(
            useCase.data().require("pays"),
            computed(declared),
            List.of(),
            SegmentedLog.open(
                new Home(folder).events("pays"), LogSettings.DEFAULT.withSegmentBytes(1 << 20)),
            QuarantineLog.open(new Home(folder), "pays", Optional.empty()),
            List.of(),
            ArrivalClock.wall(InstantSource.fixed(Instant.parse(arrival))))) {
      for (String body : bodies) {
        assertThat(intake.post(body.getBytes(StandardCharsets.UTF_8)).rows()).isPositive();
      }
    }
  }

  @Test
  void postedRowsGiveTheBitsOfFilesAndRepeatsCountOnce() throws IOException {
    List<@Nullable Object[]> all = all();
    UseCase useCase = useCase(true);
    TrainingSet whole = build(useCase, sources(all, true));
    StringBuilder body = new StringBuilder();
    // The last fifty are posted; so are ten that the file has, and one of them twice.
    all.subList(60, 120).forEach(e -> body.append(json(e, true)));
    body.append(json(all.get(100), true));
    List<String> notes = new ArrayList<>();
    Progress told =
        new Progress() {
          @Override
          public void stage(String name, long total) {}

          @Override
          public void advance(long done) {}

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    post(true, "2024-02-01T00:00:00Z", List.of(body.toString()));
    MemorySources files = sources(all.subList(0, 70), true);
    TrainingSet union = build(useCase, new LoggedSources(files, new Home(folder), told));
    assertThat(union.hash()).isEqualTo(whole.hash());
    assertThat(build(useCase, files).hash()).isNotEqualTo(whole.hash());
    assertThat(notes).isEmpty();

    // Another content under an id of the file, and under one posted before, is left out and told.
    @Nullable Object[] other = event("a", 3, 7, "e1", micros("2024-01-03T08:00:00Z"));
    @Nullable Object[] another = event("a", 4, 9, "e110", micros("2024-01-04T10:00:00Z"));
    post(true, "2024-02-01T00:00:00Z", List.of(json(other, true), json(another, true)));
    TrainingSet still = build(useCase, new LoggedSources(files, new Home(folder), told));
    assertThat(still.hash()).isEqualTo(whole.hash());
    assertThat(notes).hasSize(1);
    assertThat(notes.getFirst()).contains("pays: 2 posted rows repeat a known 'id'");
  }

  @Test
  void aPostedRowThatDoesNotSayWhenBecameKnownOnArrival() throws IOException {
    List<@Nullable Object[]> all = all();
    UseCase useCase = useCase(false);
    String arrival = "2024-01-06T12:00:00Z";
    StringBuilder body = new StringBuilder();
    all.subList(70, 120).forEach(e -> body.append(json(e, false)));
    post(false, arrival, List.of(body.toString()));
    LoggedSources union =
        new LoggedSources(sources(all.subList(0, 70), false), new Home(folder), Progress.NONE);
    TrainingSet set = build(useCase, union);
    // The same, said in a column of the files.
    List<@Nullable Object[]> stated = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      @Nullable Object[] e = all.get(i).clone();
      e[5] = i < 70 ? e[1] : (Object) micros(arrival);
      stated.add(e);
    }
    TrainingSet expected = build(useCase(true), sources(stated, true));
    assertThat(set.hash()).isEqualTo(expected.hash());
    assertThat(union.latest(useCase.data().require("pays")))
        .isEqualTo(
            all.subList(70, 120).stream()
                .filter(e -> !"test".equals(e[3]))
                .mapToLong(e -> (Long) java.util.Objects.requireNonNull(e[1]))
                .max()
                .orElseThrow());
  }
}
