package dev.gnomon.engines.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.CheckResult;
import dev.gnomon.data.Column;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.SourceReport;
import dev.gnomon.data.SourceScan;
import dev.gnomon.data.SourceText;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T00:00:00Z"));
  private static final String USE_CASE =
      """
      gnomon: 1
      name: churn
      frame:
        task: binary
        observe: {every: 7d, from: 2024-03-01, to: 2024-05-01, population: {source: people}}
        target: {event: visits, within: 30d}
      data:
        sources:
          people: {kind: state, path: people.csv, key: id, event-time: at}
          visits: {kind: events, path: visits.csv, key: person, event-time: at, known-at: loaded, id: visit, WHERE}
      """;
  private static final String PEOPLE =
      """
      id,at,plan,age
      1,2024-01-01,basic,30
      2,2024-01-02,plus,17
      3,2024-01-03,Pro,41
      4,2024-01-04,,
      """;
  private static final String VISITS =
      """
      visit,person,at,loaded,minutes,kind
      a,1,2024-03-01 10:00:00,2024-03-01 11:00:00,5,web
      b,2,2024-03-02 10:00:00,2024-03-02 09:00:00,7,app
      b,2,2024-03-02 10:00:00,2024-03-02 09:00:00,7,app
      c,9,2024-03-03 10:00:00,2024-03-03 11:00:00,900,app
      d,,2024-03-04 10:00:00,2024-03-04 11:00:00,1,web
      e,3,,2024-03-04 11:00:00,1,web
      f,1,2025-01-01 10:00:00,2025-01-01 11:00:00,2,web
      g,1,2024-03-05 10:00:00,2024-03-05 11:00:00,3,bot
      """;

  @TempDir Path folder = Path.of("");
  private final FileEngine engine = FileEngines.find();

  private DataCheck.Outcome run(String visits, String where, String checks) throws IOException {
    Files.writeString(folder.resolve("people.csv"), PEOPLE);
    Files.writeString(folder.resolve("visits.csv"), visits);
    String text = USE_CASE.replace(", WHERE", where) + checks;
    return DataCheck.run(
        UseCaseReader.parse(text, folder.resolve("usecase.yaml")),
        engine,
        new Home(folder.resolve("home")),
        Progress.NONE,
        CLOCK);
  }

  @Test
  void factsAreCountedAndUnusableRowsAreSetAside() throws IOException {
    DataCheck.Outcome outcome = run(VISITS, ", where: \"kind != 'bot'\"", "");
    SourceReport visits = outcome.report().sources().get(1);
    assertThat(visits.rows()).isEqualTo(8);
    assertThat(visits.filtered()).isEqualTo(1);
    assertThat(visits.withoutKey()).isEqualTo(1);
    assertThat(visits.withoutTime()).isEqualTo(1);
    assertThat(visits.setAside()).isEqualTo(2);
    assertThat(visits.repeatedIds()).isEqualTo(1);
    assertThat(visits.conflictingIds()).isZero();
    assertThat(visits.inFuture()).isEqualTo(1);
    assertThat(visits.knownBefore()).isEqualTo(2);
    assertThat(visits.keys()).isEqualTo(4);
    assertThat(visits.keysInPopulation()).contains(3L);
    assertThat(visits.first()).contains(Instant.parse("2024-03-01T10:00:00Z"));
    assertThat(visits.last()).contains(Instant.parse("2025-01-01T10:00:00Z"));
    assertThat(outcome.report().passed()).isTrue();
    assertThat(read(outcome.reader("visits"), "visit", SourceReader.ROW))
        .containsExactly("a,1", "b,2", "b,3", "c,4", "f,7");
    assertThat(
            stored(
                visits.quarantine().orElseThrow(), "visit", "quarantine_row", "quarantine_reason"))
        .containsExactly("d,5,no key", "e,6,no event time");
  }

  @Test
  void computedColumnsMayUseThoseBeforeThemAndServeWhere() throws IOException {
    DataCheck.Outcome outcome =
        run(
            VISITS,
            ", columns: {hours: minutes / 60, long: hours > 1, where_from: \"if(kind = 'app', 'phone', kind)\"}, where: long = 0",
            "");
    assertThat(read(outcome.reader("visits"), "where_from", "hours", "visit").getFirst())
        .isEqualTo("web," + 5.0 / 60 + ",a");
    assertThat(outcome.report().sources().get(1).filtered()).isEqualTo(1);
  }

  @Test
  void everyRuleFindsItsRows() throws IOException {
    DataCheck.Outcome outcome =
        run(
            VISITS,
            "",
            """
              checks:
                people:
                  - {column: age, between: [18, 100], on-failure: quarantine}
                  - {column: plan, in: [basic, plus, pro]}
                  - {column: age, in: ["30", 41.0, "17"]}
                  - {column: plan, missing-at-most: 0.2}
                  - {column: plan, type: number}
                  - {unique: [id]}
                  - {holds: "age > 20 or plan = 'plus'"}
                visits:
                  - {column: person, refers: {source: people, column: id}, on-failure: quarantine}
                  - {unique: [visit, person]}
                  - {column: at, type: time}
                  - {fresh: 1d}
            """);
    assertThat(outcome.report().sources().get(0).checks())
        .extracting(CheckResult::failing, CheckResult::passed)
        .containsExactly(
            tuple(1L, false),
            tuple(1L, false),
            tuple(0L, true),
            tuple(1L, false),
            tuple(3L, false),
            tuple(0L, true),
            tuple(0L, true));
    assertThat(outcome.report().sources().get(1).checks())
        .extracting(CheckResult::failing, CheckResult::passed)
        .containsExactly(tuple(1L, false), tuple(1L, false), tuple(0L, true), tuple(0L, true));
    assertThat(outcome.report().sources().get(0).checks().get(1).examples())
        .containsExactly(new CheckResult.Example(3, "Pro"));
    assertThat(read(outcome.reader("people"), "id")).containsExactly("1", "3", "4");
    assertThat(read(outcome.reader("visits"), "visit")).containsExactly("a", "b", "b", "f", "g");
    assertThat(outcome.report().text())
        .contains("FAIL age between 18 and 100: 1 of 4 rows fail -> quarantine (row 2: 17)");
  }

  @Test
  void theSameFindingIsTheSameFile() throws IOException {
    Path first = run(VISITS, "", "").report().sources().get(1).quarantine().orElseThrow();
    Path second = run(VISITS, "", "").report().sources().get(1).quarantine().orElseThrow();
    assertThat(second).isEqualTo(first);
  }

  @Test
  void blockingRulesAndConflictingIdsRefuse() throws IOException {
    DataCheck.Outcome outcome =
        run(
            VISITS.replace(
                "b,2,2024-03-02 10:00:00,2024-03-02 09:00:00,7,app\nc",
                "b,2,2024-03-02 10:00:00,2024-03-02 09:00:00,8,app\nc"),
            "",
            """
              checks:
                people:
                  - {column: plan, missing-at-most: 0.2, on-failure: quarantine}
                visits:
                  - {column: minutes, between: [0, 600], on-failure: block}
            """);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> outcome.report().requireUsable());
    assertThat(refusal.getMessage())
        .contains("plan missing at most 0.2: 1 of 4 are missing")
        .contains("minutes between 0 and 600: 1 of 8 rows fail")
        .contains("id 'visit': 1 rows repeat an id with other content");
  }

  @Test
  void keysThatNeverMeetAndWhatCannotBeReadAreToldTogether() throws IOException {
    assertThat(problems(VISITS.replaceAll("(?m)^(\\w),(\\d)", "$1,0$2"), ""))
        .contains(
            "source 'visits', key: none of its 4 keys (such as '01') is among the 4 of 'people' (such as '1')");
    assertThat(problems(VISITS.replace("loaded,", "loaded_at,"), ", where: \"kinds = 'x'\""))
        .contains("no column 'loaded'")
        .contains("did you mean 'loaded_at'?");
    assertThat(problems(VISITS.replace("2024-03-04 10:00:00", "yesterday"), ""))
        .contains("visits.csv, line 6: column 'at'")
        .contains("'yesterday'");
    assertThat(problems(VISITS, ", where: \"kinds = 'x'\", columns: {at: minutes + 1}"))
        .contains("source 'visits', where")
        .contains("'at' is also a column of the file");
  }

  @Test
  void aTargetNeedsBothKinds() throws IOException {
    Files.writeString(folder.resolve("t.csv"), "k,x,y\n1,2,Yes\n2,3,No\n");
    for (String positive : List.of("yes", "Yes")) {
      String text =
          """
          gnomon: 1
          name: t
          frame: {task: binary, target: {column: y, positive: "%s"}}
          data: {table: t.csv, key: k}
          """
              .formatted(positive);
      if (positive.equals("Yes")) {
        assertThat(check(text).report().sources().getFirst().target())
            .containsEntry("Yes", 1L)
            .containsEntry("No", 1L);
      } else {
        BadInput refused = catchThrowableOfType(BadInput.class, () -> check(text));
        assertThat(refused.getMessage()).contains("no row is 'yes'").contains("[Yes, No]");
      }
    }
  }

  private DataCheck.Outcome check(String text) {
    return DataCheck.run(
        UseCaseReader.parse(text, folder.resolve("usecase.yaml")),
        engine,
        new Home(folder.resolve("home")),
        Progress.NONE,
        CLOCK);
  }

  private String problems(String visits, String where) {
    BadInput refused = catchThrowableOfType(BadInput.class, () -> run(visits, where, ""));
    assertThat(refused).isNotNull();
    return String.valueOf(refused.getMessage());
  }

  private static List<String> read(SourceReader reader, String... columns) {
    try (SourceScan scan = reader.open(List.of(columns))) {
      return rows(scan);
    }
  }

  private List<String> stored(Path file, String... columns) {
    Schema schema = engine.resolve(FileFormat.of(file), List.of());
    try (TableScan scan = engine.scan(FileFormat.of(file), schema, List.of(columns), List.of())) {
      return rows(scan);
    }
  }

  private static List<String> rows(TableScan scan) {
    List<String> rows = new ArrayList<>();
    for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
      for (int row = 0; row < next.get().rows(); row++) {
        List<String> values = new ArrayList<>();
        for (Column column : next.get().columns()) {
          values.add(String.valueOf(SourceText.of(column, row)));
        }
        rows.add(String.join(",", values));
      }
    }
    return rows;
  }
}
