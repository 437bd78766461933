package dev.gnomon.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Comparison.Relation;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  private static Condition one(Searched what, String filter) {
    List<Condition> found = Query.of(what, filter, List.of()).conditions();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Order first(Searched what, String key) {
    return Query.of(what, "", List.of(key)).order().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metric.auc > 1",
        "metrics.auc>1",
        " metrics.`auc` > 1.0 ",
        "metrics.\"auc\" > 1e0",
        "`metrics`.auc>+1"
      })
  void readsAMetricInAllSpellings(String filter) {
    assertThat(one(Searched.RUNS, filter))
        .isEqualTo(
            new Condition(
                new Field.Metric("auc", null), new Comparison.Numeric(Relation.GREATER, 1), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"param.a", "params.a", "parameter.a", "parameters.a", "params.`a`"})
  void readsAParameterInAllSpellings(String name) {
    assertThat(one(Searched.RUNS, name + " = 'x'").field()).isEqualTo(new Field.Param("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start_time",
        "attribute.start_time",
        "attributes.start_time",
        "attr.start_time",
        "run.start_time",
        "created",
        "attributes.Created"
      })
  void readsAnAttributeInAllSpellings(String name) {
    assertThat(one(Searched.RUNS, name + " != 5"))
        .isEqualTo(
            new Condition(
                new Field.Attribute("start_time", true),
                new Comparison.Numeric(Relation.UNEQUAL, 5),
                false));
  }

  @Test
  void readsOddKeysInQuotesAndPlainOnesWithoutThem() {
    assertThat(one(Searched.RUNS, "metrics.\"a b 'c'\" < 1").field())
        .isEqualTo(new Field.Metric("a b 'c'", null));
    assertThat(one(Searched.RUNS, "tags.`x AND y` = 'z'").field())
        .isEqualTo(new Field.Tag("x AND y"));
    assertThat(one(Searched.RUNS, "tags.mlflow.source.name = 'z'").field())
        .isEqualTo(new Field.Tag("mlflow.source.name"));
    assertThat(one(Searched.RUNS, "metrics.val/f1-micro:top_1 >= -2.5E-3"))
        .isEqualTo(
            new Condition(
                new Field.Metric("val/f1-micro:top_1", null),
                new Comparison.Numeric(Relation.AT_LEAST, -0.0025),
                false));
    assertThat(one(Searched.RUNS, "`Run name` LIKE 'x%'").field())
        .isEqualTo(new Field.Attribute("run_name", false));
    assertThat(one(Searched.RUNS, "params.größe = 'ü'").field())
        .isEqualTo(new Field.Param("größe"));
  }

  @Test
  void readsTextsAsTheyAre() {
    assertThat(one(Searched.RUNS, "params.a = 'it''s \\n \"so\"; DROP TABLE runs --'").comparison())
        .isEqualTo(new Comparison.Text(true, "it's \\n \"so\"; DROP TABLE runs --"));
    assertThat(one(Searched.RUNS, "params.a != \"it's\"").comparison())
        .isEqualTo(new Comparison.Text(false, "it's"));
    assertThat(one(Searched.RUNS, "params.a=''").comparison())
        .isEqualTo(new Comparison.Text(true, ""));
    assertThat(one(Searched.RUNS, "params.a == 'b'").comparison())
        .isEqualTo(new Comparison.Text(true, "b"));
  }

  @Test
  void readsKeywordsInAnyCaseAndListsAndSeveralConditions() {
    Query query =
        Query.of(
            Searched.RUNS,
            "params.a LiKe '%x' and tags.b ilike'y_'\nAnd run_id Not  In ( 'a' ,\"b\")AND dataset.context in ('train')",
            List.of());
    assertThat(query.conditions())
        .containsExactly(
            new Condition(new Field.Param("a"), new Comparison.Like("%x", false), false),
            new Condition(new Field.Tag("b"), new Comparison.Like("y_", true), false),
            new Condition(
                new Field.Attribute("run_id", false),
                new Comparison.In(false, List.of("a", "b")),
                false),
            new Condition(
                new Field.Dataset(Field.Part.CONTEXT),
                new Comparison.In(true, List.of("train")),
                false));
  }

  @Test
  void aKeyMayBeAKeyword() {
    assertThat(
            Query.of(
                    Searched.RUNS,
                    "metrics.AND = 1 AND params.like LIKE 'AND' AND tags.in = 'IN'",
                    List.of())
                .conditions())
        .hasSize(3);
  }

  @Test
  void aNumberBeyondADoubleIsTheGreatest() {
    assertThat(one(Searched.RUNS, "metrics.a = -1e999").comparison())
        .isEqualTo(new Comparison.Numeric(Relation.EQUAL, -Double.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "RUNS|metrics.a|expected a comparison",
        "RUNS|metrics.a LIKE 'x'|for metric 'a' =, !=, >, >=, <, <= are valid, found LIKE",
        "RUNS|metrics.a = '1'|metric 'a' is compared with a number",
        "RUNS|metrics.a = 1x|metric 'a' is compared with a number",
        "RUNS|metrics.a = NaN|metric 'a' is compared with a number",
        "RUNS|params.a > '1'|for parameter 'a' =, !=, LIKE, ILIKE are valid, found >",
        "RUNS|params.a = 1|parameter 'a' is compared with a text in quotes",
        "RUNS|params.a = x|parameter 'a' is compared with a text in quotes",
        "RUNS|params.a = 'x|Invalid filter at character 12, before `'x`: a quote that is never closed",
        "RUNS|tags.a IN ('x')|for tag 'a' =, !=, LIKE, ILIKE are valid, found IN",
        "RUNS|status IN ('x')|for attribute 'status' =, !=, LIKE, ILIKE are valid, found IN",
        "RUNS|run_id IN ()|attribute 'run_id' is compared with a text",
        "RUNS|run_id IN 'x'|expected a list of texts in parentheses",
        "RUNS|run_id IN ('x' 'y')|expected , or ) in the list",
        "RUNS|run_id NOT 'x'|expected IN after NOT",
        "RUNS|foo = 'x'|Invalid attribute key 'foo': valid are run_id, run_name, status",
        "RUNS|foo.a = 'x'|Invalid entity type 'foo': valid are metrics., params., tags., attributes., datasets.",
        "RUNS|datasets.size = 'x'|Invalid dataset key 'size': valid are name, digest, context",
        "RUNS|metrics. > 1|expected a key",
        "RUNS|metrics.a > 1 OR metrics.b > 1|Invalid filter at character 15, before `OR metrics.b > 1`: expected AND or the end",
        "RUNS|(metrics.a > 1)|expected an attribute",
        "RUNS|metrics.a > 1 AND|Invalid filter at character 18, its end: expected an attribute",
        "RUNS|metrics.a > 1 AND AND metrics.b > 1|Invalid attribute key 'AND'",
        "RUNS|metrics.a > 1; DROP TABLE runs|expected AND or the end",
        "RUNS|start_time > '5'|attribute 'start_time' is compared with a number",
        "STUDIES|metrics.a > 1|Invalid entity type 'metrics': valid are tags., attributes.",
        "STUDIES|experiment_id = 1|Invalid attribute key 'experiment_id': valid are name, creation_time, last_update_time",
        "MODELS|timestamp > 1|Invalid attribute key 'timestamp': valid are name",
        "VERSIONS|version_number = '1'|attribute 'version_number' is compared with a number",
        "LOGGED_MODELS|datasets.name = 'a'|Invalid entity type 'datasets'",
      })
  void saysWhatIsWrongAndWhere(Searched what, String filter, String words) {
    assertThatThrownBy(() -> Query.of(what, filter, List.of()))
        .isInstanceOfSatisfying(
            TrackingError.class,
            e -> assertThat(e.code()).isEqualTo(TrackingError.Code.INVALID_PARAMETER_VALUE))
        .hasMessageStartingWith("Invalid filter at character ")
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "metrics.a down|expected ASC, DESC or the end",
        "metrics.a DESC, params.b|expected ASC, DESC or the end",
        "datasets.name|data sets can't be sorted by",
        "foo DESC|Invalid attribute key 'foo'",
        "~~|expected an attribute",
      })
  void saysWhatIsWrongWithAnOrder(String key, String words) {
    assertThatThrownBy(() -> Query.of(Searched.RUNS, "", List.of("start_time", key)))
        .isInstanceOf(TrackingError.class)
        .hasMessageStartingWith("Invalid order_by at character ")
        .hasMessageContaining(words);
  }

  @Test
  void boundsWhatItReads() {
    assertThatThrownBy(() -> Query.of(Searched.RUNS, "x".repeat(200_001), List.of()))
        .hasMessageContaining("at most 200000");
    assertThatThrownBy(() ->
            Query.of(Searched.RUNS, "metrics.a>1 AND ".repeat(100) + "metrics.a>1", List.of()))
        .hasMessageContaining("at most 100 comparisons");
    assertThatThrownBy(
            () -> Query.of(Searched.RUNS, "params.a LIKE '" + "%".repeat(6001) + "'", List.of()))
        .hasMessageContaining("at most 6000");
    assertThatThrownBy(
            () -> Query.of(Searched.RUNS, "run_id IN (" + "'a',".repeat(5000) + "'a')", List.of()))
        .hasMessageContaining("more than 5000 values");
    assertThatThrownBy(
            () -> Query.of(Searched.RUNS, "", java.util.Collections.nCopies(21, "start_time")))
        .hasMessageContaining("at most 20");
    assertThatThrownBy(() -> Query.of(Searched.RUNS, "params.a = 'x\0'", List.of()))
        .hasMessageContaining("NUL");
    assertThatThrownBy(() -> Query.of(Searched.RUNS, "params.a = 'x\ud800'", List.of()))
        .hasMessageContaining("surrogate");
    assertThat(Query.of(Searched.RUNS, "params.a = '😀'", List.of()).conditions()).hasSize(1);
  }

  @Test
  void ordersEndWithWhatBreaksTies() {
    Order start = new Order(new Field.Attribute("start_time", true), false);
    Order id = new Order(new Field.Attribute("run_id", false), true);
    assertThat(Query.of(Searched.RUNS, "", List.of()).order()).containsExactly(start, id);
    assertThat(
            Query.of(Searched.RUNS, " ", List.of("metrics.`m 1` desc", "metrics.\"m 1\"")).order())
        .containsExactly(new Order(new Field.Metric("m 1", null), false), start, id);
    assertThat(Query.of(Searched.RUNS, "", List.of("created ASC")).order())
        .containsExactly(new Order(new Field.Attribute("start_time", true), true), id);
    assertThat(first(Searched.MODELS, "timestamp DESC"))
        .isEqualTo(new Order(new Field.Attribute("last_updated_timestamp", true), false));
    assertThat(Query.of(Searched.VERSIONS, "", List.of()).order())
        .extracting(o -> ((Field.Attribute) o.field()).name())
        .containsExactly("last_updated_timestamp", "name", "version_number");
  }

  @Test
  void promptsAreLeftOutOfListsOfModels() {
    assertThat(one(Searched.MODELS, "tags.`mlflow.prompt.is_prompt` != 'true'").orMissing())
        .isTrue();
    assertThat(one(Searched.VERSIONS, "tag.`mlflow.prompt.is_prompt` != 'true'").orMissing())
        .isTrue();
    assertThat(one(Searched.MODELS, "tags.`mlflow.prompt.is_prompt` = 'true'").orMissing())
        .isFalse();
    assertThat(one(Searched.MODELS, "tags.other != 'true'").orMissing()).isFalse();
  }

  @Test
  void readsASearchForLoggedModels() {
    var on = new DatasetKey("churn", null);
    Query query =
        Query.ofLoggedModels(
            "status = 'READY' AND name IN ('a')",
            List.of(on),
            List.of(
                new ModelOrder("metrics.auc", false, on),
                new ModelOrder("creation_time", true, null)));
    assertThat(query.conditions().getFirst().comparison())
        .isEqualTo(new Comparison.Text(true, "LOGGED_MODEL_READY"));
    assertThat(query.order().getFirst()).isEqualTo(new Order(new Field.Metric("auc", on), false));
    assertThat(query.order()).hasSize(3);
    assertThatThrownBy(
            () -> Query.ofLoggedModels("", List.of(), List.of(new ModelOrder("name", true, on))))
        .isInstanceOf(TrackingError.class);
    assertThatThrownBy(() ->
            Query.ofLoggedModels("", List.of(), List.of(new ModelOrder("name DESC", true, null))))
        .isInstanceOf(TrackingError.class);
  }

  @Property(tries = 3000)
  void anyTextIsReadOrRefusedInOneWay(@ForAll("texts") String text, @ForAll Searched what) {
    try {
      Query.of(what, text, List.of());
    } catch (TrackingError e) {
      assertThat(e).hasMessageStartingWith("Invalid filter");
    }
    try {
      Query.of(what, "", List.of(text));
    } catch (TrackingError e) {
      assertThat(e).hasMessageStartingWith("Invalid order_by");
    }
  }

  @Provide
  static Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "metrics.",
            "params.a",
            "tags.`b c`",
            "run_id",
            "name",
            " ",
            "=",
            "!=",
            ">",
            "LIKE ",
            "NOT ",
            "IN ",
            "(",
            ")",
            ",",
            "'x'",
            "\"",
            "'",
            "`",
            "1",
            "-1e5",
            ".",
            " AND ",
            " and ",
            "OR",
            ";",
            "--",
            "\\",
            "\0",
            "😀",
            "\ud800",
            "DESC",
            "status",
            "dataset.name");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30),
        pieces.list().ofMaxSize(12).map(l -> String.join("", l)));
  }

  /// What can be written can be read: the parser is held to a printer that knows only the grammar.
  @Property(tries = 500)
  void readsBackWhatIsWritten(
      @ForAll("keys") String key, @ForAll("values") String value, @ForAll boolean lower) {
    String filter =
        "params.`%s` ILIKE '%s' AND tags.\"%s\" != '%s'"
            .formatted(
                key.replace("`", "``"),
                value.replace("'", "''"),
                key.replace("\"", "\"\""),
                value.replace("'", "''"));
    String written =
        lower
            ? filter.replace(" AND tags", " and tags").replaceFirst("` ILIKE '", "` ilike '")
            : filter;
    assertThat(Query.of(Searched.RUNS, written, List.of()).conditions())
        .containsExactly(
            new Condition(new Field.Param(key), new Comparison.Like(value, true), false),
            new Condition(new Field.Tag(key), new Comparison.Text(false, value), false));
  }

  @Provide
  static Arbitrary<String> keys() {
    return Arbitraries.strings().withChars("ab ._-/\"`'=é").ofMinLength(1).ofMaxLength(8);
  }

  @Provide
  static Arbitrary<String> values() {
    return Arbitraries.strings().withChars("ab '\"%_\\;é").ofMaxLength(8);
  }

  @Test
  void keywordsDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("tr", "TR"));
      assertThat(one(Searched.RUNS, "params.a ilike 'x'").comparison())
          .isEqualTo(new Comparison.Like("x", true));
    } finally {
      Locale.setDefault(before);
    }
  }
}
