package dev.gnomon.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScanTest {
  private static Run run(
      String id, long start, @Nullable Double metric, Map<String, String> params) {
    return new Run(
        new RunInfo(
            id, "1", "name of " + id, "", RunStatus.RUNNING, start, null, "x:/" + id, false),
        metric == null ? List.of() : List.of(new Metric("m", metric, 1, 0)),
        params,
        Map.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static final List<Run> RUNS =
      List.of(
          run("a", 1, 0.5, Map.of("p", "x")),
          run("b", 2, Double.NaN, Map.of("p", "y")),
          run("c", 3, null, Map.of()),
          run("d", 4, -1.0, Map.of("p", "X")),
          run("e", 4, 0.5, Map.of("p", "x")));

  private static List<String> found(String filter, String... orderBy) {
    return ids(
        new Scan<>(Query.of(Searched.RUNS, filter, List.of(orderBy)), Values.RUNS)
            .page(RUNS, "", 100, null));
  }

  private static List<String> ids(Page<Run> page) {
    return page.items().stream().map(r -> r.info().id()).toList();
  }

  @Test
  void newestFirstUnlessAskedOtherwise() {
    assertThat(found("")).containsExactly("d", "e", "c", "b", "a");
    assertThat(found("", "start_time")).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void numbersThenNaNThenMissingInBothDirections() {
    assertThat(found("", "metrics.m ASC")).containsExactly("d", "e", "a", "b", "c");
    assertThat(found("", "metrics.m DESC")).containsExactly("e", "a", "d", "b", "c");
    assertThat(found("", "params.p DESC", "run_id DESC")).containsExactly("b", "e", "a", "d", "c");
    assertThat(found("", "end_time", "run_id")).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void aMissingFieldFulfilsNothing() {
    assertThat(found("params.p != 'x'", "run_id")).containsExactly("b", "d");
    assertThat(found("metrics.m != 0.5", "run_id")).containsExactly("b", "d");
    assertThat(found("metrics.m <= 1e9", "run_id")).containsExactly("a", "d", "e");
    assertThat(found("end_time != 5")).isEmpty();
  }

  @Test
  void likeKnowsCaseAndIlikeDoesNot() {
    assertThat(found("params.p LIKE 'x'", "run_id")).containsExactly("a", "e");
    assertThat(found("params.p ILIKE 'x'", "run_id")).containsExactly("a", "d", "e");
    assertThat(found("run_name LIKE '%of _'")).hasSize(5);
    assertThat(found("run_id NOT IN ('a', 'b', 'c')", "run_id")).containsExactly("d", "e");
  }

  @Test
  void oneDataSetIsEnough() {
    var first =
        new Dataset.Input(
            new Dataset("train", "1", "s", "s", null, null),
            Map.of(Values.CONTEXT_TAG, "training"));
    var second = new Dataset.Input(new Dataset("test", "2", "s", "s", null, null), Map.of());
    Run run =
        new Run(
            RUNS.getFirst().info(),
            List.of(),
            Map.of(),
            Map.of(),
            List.of(first, second),
            List.of(),
            List.of());
    assertThat(matches(run, "datasets.name = 'test' AND dataset.context = 'training'")).isTrue();
    assertThat(matches(run, "datasets.name != 'test'")).isTrue();
    assertThat(matches(run, "datasets.digest NOT IN ('1', '2')")).isFalse();
    assertThat(matches(RUNS.getFirst(), "datasets.name != 'test'")).isFalse();
  }

  private static boolean matches(Run run, String filter) {
    return new Scan<>(Query.of(Searched.RUNS, filter, List.of()), Values.RUNS).matches(run);
  }

  @Test
  void metricsOfLoggedModelsAreThoseOfTheAskedDataSets() {
    var on = new Metric("auc", 0.9, 5, 1, "m", "test", "d");
    var other = new Metric("auc", 0.7, 6, 1, "m", "train", "e");
    var model =
        new LoggedModel(
            "m-1",
            "1",
            "n",
            1,
            1,
            "",
            "LOGGED_MODEL_READY",
            null,
            null,
            Map.of(),
            Map.of(),
            List.of(on, other),
            List.of());
    var test = new DatasetKey("test", null);
    assertThat(holds(model, Query.ofLoggedModels("metrics.auc > 0.8", List.of(), List.of())))
        .isTrue();
    assertThat(holds(model, Query.ofLoggedModels("metrics.auc < 0.8", List.of(test), List.of())))
        .isFalse();
    assertThat(
            keys(
                model,
                Query.ofLoggedModels(
                    "", List.of(), List.of(new ModelOrder("metrics.auc", true, test)))))
        .startsWith(new Value.Numeric(0.9));
    assertThat(
            keys(
                model,
                Query.ofLoggedModels(
                    "", List.of(), List.of(new ModelOrder("metrics.auc", true, null)))))
        .startsWith(new Value.Numeric(0.7));
    assertThat(
            keys(
                model,
                Query.ofLoggedModels(
                    "",
                    List.of(),
                    List.of(new ModelOrder("metrics.auc", true, new DatasetKey("test", "x"))))))
        .first()
        .isNull();
  }

  private static boolean holds(LoggedModel model, Query query) {
    return new Scan<>(query, Values.LOGGED_MODELS).matches(model);
  }

  private static List<@Nullable Value> keys(LoggedModel model, Query query) {
    return new Scan<>(query, Values.LOGGED_MODELS).keys(model);
  }

  /// The independent judge: a regular expression.
  @Property(tries = 2000)
  void likenessIsThatOfARegularExpression(
      @ForAll("texts") String text, @ForAll("texts") String pattern, @ForAll boolean ignoreCase) {
    var regex = new StringBuilder();
    pattern
        .codePoints()
        .forEach(c ->
            regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c))));
    int flags = Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
    assertThat(Likeness.of(new Comparison.Like(pattern, ignoreCase)).matches(text))
        .isEqualTo(Pattern.compile(regex.toString(), flags).matcher(text).matches());
  }

  @Provide
  static Arbitrary<String> texts() {
    return Arbitraries.of("a", "A", "b", "%", "_", "\\", "\n", "😀", "é", "É", "*", "[")
        .list()
        .ofMaxSize(6)
        .map(l -> String.join("", l));
  }

  @Property(tries = 300)
  void pagesOfAnySizeMakeTheWholeListAlsoWhileRunsComeAndGo(
      @ForAll("manyRuns") List<Run> runs,
      @ForAll("orders") List<String> orderBy,
      @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 5) int size) {
    Query query = Query.of(Searched.RUNS, "", orderBy);
    var scan = new Scan<>(query, Values.RUNS);
    List<String> whole = ids(scan.page(runs, "s", 1000, null));
    assertThat(whole).hasSameSizeAs(runs);
    var seen = new ArrayList<String>();
    var now = new ArrayList<>(runs);
    @Nullable String token = null;
    do {
      Page<Run> page = scan.page(now, "s", size, token);
      seen.addAll(ids(page));
      token = page.next();
      // Whatever was shown may go, and new ones come.
      now.removeIf(r -> r.info().id().equals(seen.getLast()));
      now.add(run("new" + seen.size(), 3, 0.5, Map.of("p", "b")));
    } while (token != null && seen.size() < 1000);
    seen.removeIf(id -> id.startsWith("new"));
    assertThat(seen).isEqualTo(whole);
  }

  @Provide
  static Arbitrary<List<Run>> manyRuns() {
    Arbitrary<@Nullable Double> metrics =
        Arbitraries.of(-1.0, 0.0, -0.0, 0.5, Double.NaN, Double.MAX_VALUE).injectNull(0.3);
    Arbitrary<@Nullable String> params =
        Arbitraries.of("a", "b", "é", "😀", "\uffff").injectNull(0.3);
    return net.jqwik.api.Combinators.combine(Arbitraries.longs().between(0, 3), metrics, params)
        .as((start, metric, param) ->
            run("", start, metric, param == null ? Map.of() : Map.of("p", param)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(15)
        .map(list -> {
          var named = new ArrayList<Run>();
          for (Run r : list) {
            named.add(
                run(
                    "r" + named.size(),
                    r.info().start(),
                    r.metrics().isEmpty() ? null : r.metrics().getFirst().value(),
                    r.params()));
          }
          return named;
        });
  }

  @Provide
  static Arbitrary<List<String>> orders() {
    return Arbitraries.of(
            "metrics.m",
            "metrics.m DESC",
            "params.p",
            "params.p DESC",
            "start_time",
            "run_id DESC",
            "end_time DESC",
            "run_name")
        .list()
        .ofMaxSize(3);
  }

  @Test
  void aTokenIsOfOneSearchOnly() {
    Query query = Query.of(Searched.RUNS, "", List.of("metrics.m"));
    var scan = new Scan<>(query, Values.RUNS);
    String token = Objects.requireNonNull(scan.page(RUNS, "study 1", 2, null).next());
    assertThat(ids(scan.page(RUNS, "study 1", 2, token))).containsExactly("a", "b");
    assertInvalid(() -> scan.page(RUNS, "study 2", 2, token));
    assertInvalid(() ->
        new Scan<>(Query.of(Searched.RUNS, "", List.of()), Values.RUNS)
            .page(RUNS, "study 1", 2, token));
    for (String other :
        List.of(
            "",
            "x",
            "!",
            "é",
            token + "AA",
            token.substring(0, token.length() - 4),
            "A".repeat(100))) {
      assertInvalid(() -> scan.page(RUNS, "study 1", 2, other));
    }
  }

  private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(TrackingError.class)
        .hasMessageStartingWith("Invalid page token");
  }
}
