package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.FeaturePlan.View;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What definitions compile to: types of outputs, versions of views, and what changed columns mean.
class FeatureViewsTest {
  private static final String CASE =
      """
      name: hashed
      frame:
        task: binary
        entity: customer
        observe: {every: 7d, from: 2024-03-01, to: 2024-11-01, population: {source: people}}
        target: {event: leaving, within: 30d}
      data:
        sources:
          people: {kind: state, path: people.csv, key: customer, event-time: at, deleted: gone}
          logins: {kind: events, path: logins.csv, key: customer, event-time: at, known-at: loaded, id: id, where: minutes >= 0, columns: {hours: minutes / 60}}
          leaving: {kind: events, path: leaving.csv, key: customer, event-time: at}
      features:
        people: {columns: [age, plan], ttl: 365d}
        logins:
          - {count: "*", windows: [7d, 30d]}
          - {sum: hours, windows: [30d], where: "device = 'tv'", as: tv}
          - {mean: minutes, windows: [1h], resolution: exact, ttl: 2d}
          - {max: minutes, windows: [30d]}
          - {time-since-last: "*"}
        derived: {trend: logins_count_7d / logins_count_30d, kind: "if(age > 30, 'old', plan)"}
      evaluation: {segments: [country]}
      """;

  private static final String PEOPLE =
      "customer:text at:time gone:text age:number plan:text country:text";
  private static final String LOGINS =
      "customer:text at:time loaded:time id:text minutes:number device:text hours:number";

  private static Schema schema(String fields) {
    return new Schema(
        java.util.Arrays.stream(fields.split(" "))
            .map(field ->
                new Field(
                    field.substring(0, field.indexOf(':')),
                    Type.valueOf(
                        field
                            .substring(field.indexOf(':') + 1)
                            .toUpperCase(java.util.Locale.ROOT))))
            .toList());
  }

  private static Map<String, Schema> schemas(String people, String logins) {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put("people", schema(people));
    schemas.put("logins", schema(logins));
    schemas.put("leaving", schema("customer:text at:time"));
    return schemas;
  }

  private static FeaturePlan plan(String text, Map<String, Schema> schemas) {
    return FeaturePlan.compile(UseCaseReader.parse(text, Path.of("/u/usecase.yaml")), schemas);
  }

  private static View view(FeaturePlan plan, String source) {
    return plan.views().stream()
        .filter(view -> view.source().equals(source))
        .findFirst()
        .orElseThrow();
  }

  /// Bundles hold this hash: it must stay what it was before operators had parameters, views and
  /// entities.
  @Test
  void theHashOfADefinitionNeverChanges() {
    assertThat(plan(CASE, schemas(PEOPLE, LOGINS)).hash())
        .isEqualTo("05d0c923fe0114d7bf33d9e7e6ba5cbd7d9c4faa102849f9236fe4fddf36253c");
  }

  @Test
  void viewsHaveVersionsOfTheirOwn() {
    FeaturePlan plan = plan(CASE, schemas(PEOPLE, LOGINS));
    assertThat(plan.views()).extracting(View::name).containsExactly("people", "logins");
    View logins = view(plan, "logins");
    assertThat(logins.entities()).containsExactly("customer");
    assertThat(logins.features())
        .containsExactly(
            "logins_count_7d",
            "logins_count_30d",
            "tv_30d",
            "logins_minutes_mean_1h",
            "logins_minutes_max_30d",
            "logins_time_since_last");
    // A computed column is read with what it is computed from.
    assertThat(logins.reads()).containsEntry("hours", java.util.Set.of("tv_30d"));
    assertThat(logins.reads().keySet())
        .containsExactlyInAnyOrder("customer", "at", "loaded", "id", "minutes", "hours", "device");

    String described =
        CASE.replace(
                "  logins:\n",
                "  logins:\n    view: {name: activity, owner: growth, description: d, freshness: 1h}\n    of:\n")
            .replace("    - {", "      - {");
    View named = view(plan(described, schemas(PEOPLE, LOGINS)), "logins");
    assertThat(named.name()).isEqualTo("activity");
    assertThat(named.freshness()).hasValue(Duration.ofHours(1));
    assertThat(named.hash()).as("words change no meaning").isEqualTo(logins.hash());

    View other =
        view(
            plan(CASE.replace("windows: [1h]", "windows: [2h]"), schemas(PEOPLE, LOGINS)),
            "logins");
    assertThat(other.hash()).isNotEqualTo(logins.hash());
    assertThat(view(plan(CASE.replace("365d", "364d"), schemas(PEOPLE, LOGINS)), "logins").hash())
        .as("another view")
        .isEqualTo(logins.hash());
  }

  @Test
  void aViewHoldsOnlyTheColumnsItReads() {
    FeaturePlan before = plan(CASE, schemas(PEOPLE, LOGINS));
    Map<String, Schema> more =
        schemas("added:text " + PEOPLE, LOGINS.replace("minutes:", "extra:time minutes:"));
    FeaturePlan after =
        plan(
            CASE.replace("columns: {hours", "columns: {days: hours / 24, hours"),
            with(more, "logins", LOGINS + " days:number"));
    assertThat(after.views())
        .extracting(View::hash)
        .isEqualTo(before.views().stream().map(View::hash).toList());
    assertThat(before.broken(more)).isEmpty();
  }

  private static Map<String, Schema> with(Map<String, Schema> schemas, String name, String fields) {
    Map<String, Schema> changed = new LinkedHashMap<>(schemas);
    changed.put(name, schema(fields));
    return changed;
  }

  @Test
  void removedAndRetypedColumnsNameViewAndFeatures() {
    FeaturePlan plan = plan(CASE, schemas(PEOPLE, LOGINS));
    assertThat(plan.broken(schemas(PEOPLE, LOGINS.replace(" device:text", ""))))
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .contains("the column 'device' is gone; view 'logins' reads it for tv_30d");
    assertThat(plan.broken(schemas(PEOPLE.replace("plan:text", "plan:number"), LOGINS)))
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .contains("'plan' was a text and is a number now; view 'people' reads it for plan");
    assertThat(plan.broken(schemas(PEOPLE.replace("country:text", "country:number"), LOGINS)))
        .as("no feature reads it")
        .isEmpty();
    assertThat(plan.broken(schemas(PEOPLE, LOGINS.replace("minutes:number", "minutes:text"))))
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .contains("logins_time_since_last"); // the source's where reads it

    assertThat(problems(CASE.replace("max: minutes", "max: minuts"), schemas(PEOPLE, LOGINS)))
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .contains(
            "features.logins (line 18)",
            "'minuts', which view 'logins' reads for logins_minuts_max_30d");
  }

  private static List<Problem> problems(String text, Map<String, Schema> schemas) {
    return Objects.requireNonNull(
            catchThrowableOfType(BadInput.class, () -> plan(text, schemas)), "a refusal")
        .problems();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{variance: minutes, windows: [ever]} | number",
        "{stddev: minutes, since: month} | number",
        "{skew: minutes, since: [2024-01-01]} | number",
        "{first: device} | text",
        "{first: minutes} | number",
        "{last: device, windows: [1d]} | text",
        "{last-k: device, k: 2} | text text",
        "{last-k: minutes, k: 2} | number number",
        "{distinct-count: device, windows: [1d]} | number",
        "{top-k: device, k: 2, windows: [1d]} | text text",
        "{top-k: minutes, k: 1, windows: [1d]} | text",
        "{quantile: minutes, at: [0.1, 0.9], windows: [1d]} | number number",
        "{histogram: device, categories: [tv, \"it's\"], windows: [1d]} | number number",
        "{histogram: minutes, categories: [1, 2.5], windows: [1d], where: device = 'tv'} | number number",
        "{ratio: minutes, where: device = 'tv', windows: [1d]} | number",
        "{ratio: device, over: \"*\", windows: [1d]} | number",
        "{rate: \"*\", per: 1h, since: day} | number",
        "{time-since-first: device} | number",
        "{time-until: loaded} | number",
        "{decayed-sum: minutes, half-life: 1d} | number",
        "{decayed-mean: minutes, half-life: 1d, windows: [7d]} | number",
        "{trend: minutes, windows: [7d], resolution: 1h} | number",
        "{session-count: \"*\", windows: [7d]} | number",
        "{lag: minutes, lags: [1, 2]} | number number",
        "{sum: device, windows: [1d]} | ! sum of 'device', which holds no numbers",
        "{last: loaded} | ! which holds times; time-since-last, time-since-first or time-until make numbers",
        "{time-until: minutes} | ! which holds no times",
        "{histogram: minutes, categories: [tv], windows: [1d]} | ! but 'tv' is not",
        "{ratio: minutes, over: none, windows: [1d]} | ! there is no column 'none'",
      })
  void outputsHaveTheTypesOfTheirOperators(String line, String expected) {
    String text =
        CASE.substring(0, CASE.indexOf("  logins:\n"))
            + "  logins: ["
            + line
            + "]\n"
            + "evaluation: {segments: [country]}\n";
    if (expected.startsWith("!")) {
      assertThat(problems(text, schemas(PEOPLE, LOGINS)))
          .allSatisfy(problem -> assertThat(problem.line()).contains(expected.substring(2)));
      return;
    }
    FeaturePlan plan = plan(text, schemas(PEOPLE, LOGINS));
    assertThat(plan.row().fields().subList(2, plan.inputs()))
        .extracting(field -> field.type().word())
        .containsExactly(expected.split(" "));
    assertThat(new OnlineFeatures(plan, Duration.ZERO).size().keys()).isZero();
  }

  @Test
  void everyPartOfADefinitionIsInTheHash() {
    String text = CASE.substring(0, CASE.indexOf("  logins:\n")) + "  logins: [%s]\n";
    List<String> lines =
        List.of(
            "{quantile: minutes, at: [0.5], windows: [1d], as: a}",
            "{quantile: minutes, at: [0.6], windows: [1d], as: a}",
            "{lag: minutes, lags: [1], as: a}",
            "{lag: minutes, lags: [1], every: 2d, as: a}",
            "{rate: minutes, windows: [1d], as: a}",
            "{rate: minutes, windows: [1d], per: 2d, as: a}",
            "{ratio: minutes, windows: [1d], over: hours, as: a}",
            "{ratio: minutes, windows: [1d], over: \"*\", as: a}",
            "{decayed-sum: minutes, half-life: 1d, as: a}",
            "{decayed-sum: minutes, half-life: 2d, as: a}",
            "{session-count: minutes, windows: [1d], as: a}",
            "{session-count: minutes, windows: [1d], gap: 1m, as: a}",
            "{histogram: device, categories: [a b], windows: [1d], as: a}",
            "{histogram: device, categories: [a-b], windows: [1d], as: a}",
            "{sum: minutes, windows: [1d], as: a}",
            "{sum: minutes, windows: [1d], resolution: exact, as: a}",
            "{sum: minutes, windows: [1d], resolution: 1h, as: a}",
            "{sum: minutes, since: [2024-01-01], as: a}",
            "{sum: minutes, since: [day], as: a}",
            "{sum: minutes, windows: [ever], as: a}");
    assertThat(
            lines.stream().map(line -> plan(text.formatted(line), schemas(PEOPLE, LOGINS)).hash()))
        .doesNotHaveDuplicates();
    assertThat(
            lines.stream()
                .map(line ->
                    view(plan(text.formatted(line), schemas(PEOPLE, LOGINS)), "logins").hash()))
        .doesNotHaveDuplicates();
  }
}
