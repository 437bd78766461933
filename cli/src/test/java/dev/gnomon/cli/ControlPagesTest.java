package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Control;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.testkit.browser.Browser;
import dev.gnomon.testkit.browser.Looks;
import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages of studies, runs, models and ledger over a real store: read over HTTP, and used in a
/// real browser by several people.
class ControlPagesTest {
  private static final String HOSTILE =
      "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&<b>" + "wide".repeat(20);
  private static final Instant BEGIN = Instant.parse("2026-05-01T08:00:00Z");

  @TempDir Path folder;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<String> runs = new ArrayList<>();
  private String study = "";
  private Home home = new Home(Path.of("unset"));
  private Tracking tracking;
  private Registry registry;
  private Artifacts artifacts;
  private GnomonServer server;
  private @Nullable String token;

  @BeforeEach
  void open() throws IOException {
    Path useCase = SmallWorld.write(folder);
    home = LiveServer.home(useCase);
    InstantSource clock = InstantSource.system();
    registry = Registry.open("memory", Map.of(), new Days());
    tracking = Tracking.open("sqlite", Map.of("path", folder.resolve("t.db").toString()), clock);
    artifacts = Artifacts.open(folder.resolve("files").toString(), Map.of(), clock);
    ServingNode node =
        ServingNode.open(
            home,
            List.of(UseCaseReader.read(useCase)),
            FileEngines.find(),
            registry,
            ArrivalClock.wall(clock),
            _ -> {},
            Progress.NONE);
    Access access = Access.open(Security.of(home), _ -> {});
    Control control =
        new Control(home, registry, tracking, artifacts, access, clock, ignored -> {});
    server =
        new GnomonServer(
            node, ArrivalClock.wall(clock), "test", failures::add, control.routes(), access);
    server.start("127.0.0.1", 0);
  }

  /// A day passes with each look.
  private static final class Days implements InstantSource {
    private Instant now = BEGIN;

    @Override
    public synchronized Instant instant() {
      now = now.plusSeconds(86_400);
      return now;
    }
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    tracking.close();
    artifacts.close();
    registry.close();
    assertThat(failures).isEmpty();
  }

  /// Six runs with curves, of which the last has names that no page expects.
  private void runs() throws IOException {
    study = tracking.createStudy("churn", null, List.of(new Tag("team", "risk"))).id();
    for (int i = 0; i < 6; i++) {
      List<Tag> tags = new ArrayList<>(List.of(new Tag("gnomon.java", "25.0.1")));
      if (i == 1) {
        tags.add(new Tag("mlflow.parentRunId", runs.getFirst()));
      }
      if (i == 5) {
        tags.add(new Tag("odd", HOSTILE));
        tags.add(new Tag("mlflow.note.content", "# Note\n" + HOSTILE + "\n\n- `" + HOSTILE + "`"));
      }
      String name = i == 5 ? HOSTILE : i == 4 ? "größe " + "long ".repeat(20) : "xgboost-" + i;
      long start = BEGIN.toEpochMilli() + i * 60_000L;
      String id = tracking.createRun(study, "ada", name, start, tags).info().id();
      runs.add(id);
      List<Metric> metrics = new ArrayList<>();
      for (int step = 0; step < 40; step++) {
        double loss = 0.01 * (i + 1) + 0.6 * Math.exp(-step / (4.0 + i));
        metrics.add(new Metric("logloss", step == 7 ? Double.NaN : loss, start + step, step));
        metrics.add(new Metric("auc", 0.9 - loss / 5, start + step, step));
      }
      metrics.add(new Metric("test/cost", 1_234_567.25 + i, start, 0));
      metrics.add(new Metric("odd", i == 0 ? Double.NaN : Double.POSITIVE_INFINITY, start, 0));
      List<Tag> params = new ArrayList<>();
      params.add(new Tag("depth", Integer.toString(4 + i % 3)));
      params.add(new Tag("booster", i % 2 == 0 ? "gbtree" : "dart"));
      params.add(new Tag("seed", "1"));
      for (int p = 0; i == 5 && p < 90; p++) {
        params.add(new Tag("setting_" + p, p == 0 ? HOSTILE : Integer.toString(p)));
      }
      tracking.log(id, new Batch(metrics, params, List.of()));
      Dataset data = new Dataset("telco.csv", "ab12", "local", "{}", null, null);
      tracking.logInputs(
          id,
          List.of(new Dataset.Input(data, Map.of("mlflow.data.context", "training"))),
          List.of());
      tracking.updateRun(id, RunStatus.FINISHED, start + 61_000, null);
    }
    artifacts.put(
        new ArtifactPath(study + "/" + runs.getFirst() + "/artifacts/model/model.json"),
        new ByteArrayInputStream(new byte[100]));
  }

  /// Four versions, of which the third failed a gate; the second is asked for by nobody yet.
  private void versions() {
    for (int i = 1; i <= 4; i++) {
      registry.register("churn", "%064x".formatted(i), i != 3, summary(i), "train");
    }
    registry.setAlias("churn", "champion", 1, "train", "the first version that passed");
    registry.promotions().rule("churn", true, "train");
  }

  private String summary(int version) {
    return """
    {"headline": "Saves 12 %%", "chosen": "xgboost", "metrics": {"roc-auc": 0.8%d},
     "gates": [{"name": "roc-auc", "passed": %s, "bound": 0.8,
                "value": {"estimate": 0.85, "lower": 0.8, "upper": 0.9}, "text": "<b>0.85</b>"}],
     "lineage": {"run": "%s", "trainingSet": "%s", "views": {"customers": "%s"},
                 "files": [{"source": "customers", "path": "data/customers.csv", "bytes": 9}]}}
    """
        .formatted(version, version != 3, runs.get(version), "a".repeat(64), "c".repeat(64));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private String page(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    Looks.wellFormed(answer.body());
    assertThat(answer.body()).doesNotContain("<script", "<img", "<b>");
    return answer.body();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void teachesWhatToDoWhereNothingIsYet() throws Exception {
    assertThat(page("/studies")).contains("Default").contains("mlflow.set_tracking_uri");
    assertThat(page("/studies/0")).contains("No runs here yet").contains("gnomon train");
    assertThat(page("/models")).contains("No model is registered yet").contains("gnomon train");
    assertThat(page("/ledger")).contains("What was live at");
    assertThat(page("/runs/compare")).contains("Two runs or more");
    for (String path :
        List.of(
            "/studies/77",
            "/studies/x%00",
            "/runs/nothing",
            "/models/none",
            "/models/none/versions/1",
            "/models/none/compare",
            "/runs/compare?run=nothing")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void filtersSortsAndChoosesColumns() throws Exception {
    runs();
    String all = page("/studies/" + study);
    assertThat(all)
        .contains("6 runs on this page")
        .contains("xgboost-0")
        .contains("&lt;script&gt;");
    String filtered =
        page(
            "/studies/" + study + "?filter=" + encoded("params.depth = '5' and metrics.auc > 0.8"));
    assertThat(filtered).contains("xgboost-1").doesNotContain("xgboost-0<");
    String up =
        page("/studies/" + study + "?sort=metrics.auc&dir=asc&col=metrics.auc&col=params.depth");
    assertThat(up).contains("aria-sort=\"ascending\"");
    assertThat(up.indexOf("xgboost-3<")).isLessThan(up.indexOf("xgboost-0<"));
    assertThat(up).doesNotContain(">logloss</a></th>");
    HttpResponse<String> wrong =
        get("/studies/" + study + "?filter=" + encoded("metrics.auc >> <script>"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    Looks.wellFormed(wrong.body());
    assertThat(wrong.body())
        .contains("role=\"alert\"")
        .contains("value=\"metrics.auc &gt;&gt; &lt;script&gt;\"")
        .doesNotContain("<script");
    assertThat(page("/studies?filter=" + encoded("name LIKE 'chu%'"))).contains(">churn</a>");
    assertThat(get("/models?filter=%3C%3C").statusCode()).isEqualTo(400);
  }

  @Test
  void showsWhatDiffersBetweenRunsAndDrawsTheirCurves() throws Exception {
    runs();
    String compared =
        page("/runs/compare?run=" + runs.get(0) + "&run=" + runs.get(1) + "&run=" + runs.get(5));
    assertThat(compared)
        .contains("Parallel coordinates of 3 runs over booster, depth")
        .contains("that are the same in all")
        .contains("more that differ");
    assertThat(row(compared, "depth")).contains("differs").contains(">4<").contains(">5<");
    assertThat(row(compared, "logloss"))
        .contains("lower is better", "+0.01", ", worse", ">best</span>");
    assertThat(row(compared, "auc")).contains("higher is better", ", worse");
    // What differs stands before what does not.
    assertThat(compared.indexOf(row(compared, "depth")))
        .isLessThan(compared.indexOf(row(compared, "seed")));
    String other = page("/runs/compare?run=" + runs.get(1) + "&run=" + runs.get(0) + "&by=run");
    assertThat(row(other, "logloss")).contains(", better");
    assertThat(other).contains("side by side").contains("charts small");
    assertThat(row(compared, "seed")).doesNotContain("differs");
    assertThat(row(compared, "test/cost")).contains("+1, worse<");
    assertThat(compared.split("class=\"curve c2\"", -1).length).isGreaterThan(2);
    String log =
        page("/runs/compare?run=" + runs.get(0) + "&run=" + runs.get(1) + "&log=1&metric=logloss");
    assertThat(log).contains("value=\"1\" selected").contains("aria-label=\"logloss over step");
    String run = page("/runs/" + runs.getFirst());
    assertThat(run)
        .contains("telco.csv")
        .contains("Environment")
        .contains("NaN")
        .contains("href=\"/runs/" + runs.get(1))
        .contains("?path=model#files");
    assertThat(page("/runs/" + runs.getFirst() + "?path=model"))
        .contains("/get-artifact?run_uuid=" + runs.getFirst() + "&amp;path=model%2Fmodel.json");
    assertThat(
            get("/get-artifact?run_uuid=" + runs.getFirst() + "&path=model%2Fmodel.json")
                .statusCode())
        .isEqualTo(200);
    assertThat(page("/runs/" + runs.getFirst() + "?path=" + encoded("../../other")))
        .contains("There is no such folder");
    assertThat(page("/runs/" + runs.get(5))).contains("33 more").contains("&lt;img src=x");
  }

  private static String row(String page, String name) {
    Matcher found =
        Pattern.compile(
                "<tr[^>]*><th scope=\"row\">(<span class=\"mark\">[^<]*<span[^>]*>[^<]*</span></span> )?"
                    + Pattern.quote(name)
                    + "<.*?</tr>")
            .matcher(page);
    assertThat(found.find()).as("row of %s", name).isTrue();
    return found.group();
  }

  @Test
  void tellsWhatWasLiveWithTheEvidence() throws Exception {
    runs();
    versions();
    registry.setAlias("churn", "champion", 2, "ada", "better <script>");
    Instant moved = registry.aliasHistory("churn", "champion").getLast().at();
    String before =
        page("/ledger?at=" + encoded(moved.minusSeconds(60).toString()) + "&usecase=churn");
    assertThat(before)
        .contains("churn version 1")
        .contains("The chain holds")
        .contains("type=\"datetime-local\"", "Moment, in UTC")
        .contains("by <strong>train</strong>: \u201cthe first version that passed\u201d")
        .contains("a second person must approve")
        .contains("Evidence: ");
    String after = page("/ledger?at=" + encoded(moved.plusSeconds(60).toString()));
    assertThat(after)
        .contains("churn version 2")
        .contains("by <strong>ada</strong>: \u201cbetter &lt;script&gt;\u201d");
    LedgerEntry newest = registry.lastEntry().orElseThrow();
    assertThat(after).contains("before=" + (newest.sequence() + 1), newest.hash());
    // A browser's field gives no zone; what an entry leads to shows that very change.
    assertThat(page("/ledger?at=" + encoded(moved.toString().replace("Z", ""))))
        .contains("churn version 2");
    assertThat(page("/ledger?usecase=churn"))
        .contains("at=" + encoded(moved.toString()).replace("&", "&amp;"));
    assertThat(page("/ledger?kind=alias&who=ada"))
        .contains("better &lt;script&gt;")
        .doesNotContain(">register</span>");
    assertThat(page("/ledger?from=" + encoded(moved.plusSeconds(1).toString())))
        .contains("No entry is so");
    HttpResponse<String> wrong = get("/ledger?at=yesterday");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("is not a time for at");
    assertThat(page("/models/churn")).contains("champion was version 1 from").contains("1.3.0");
    assertThat(page("/models/churn/compare?version=1&version=3"))
        .contains("failed")
        .contains("0.83");
  }

  @Test
  void pagesThroughALongLedgerNewestFirst() throws Exception {
    for (int i = 1; i <= 130; i++) {
      registry.record("note", "churn", "n" + i, "", i == 3 ? "ada" : "bob", "");
    }
    String first = page("/ledger?usecase=churn");
    assertThat(first).contains(" n130<").contains(" n81<").doesNotContain(" n80<");
    String next =
        first.replaceAll("(?s).*rel=\"next\" href=\"([^\"]*)\".*", "$1").replace("&amp;", "&");
    assertThat(page(next)).contains(" n80<").contains(" n31<").doesNotContain(" n81<", " n30<");
    assertThat(page("/ledger?who=ada")).contains(" n3<").doesNotContain(" n4<");
  }

  @Test
  void staysSmallWithVeryManyMetricsParametersAndPoints() throws Exception {
    study = tracking.createStudy("broad", null, List.of()).id();
    for (int r = 0; r < 10; r++) {
      String id = tracking.createRun(study, "ada", "r" + r, 0L, List.of()).info().id();
      runs.add(id);
      for (int part = 0; part < 15; part++) {
        List<Metric> metrics = new ArrayList<>();
        List<Tag> params = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          int number = part * 100 + i;
          metrics.add(new Metric("layer/%d/norm of weights".formatted(number), r * number, 0, 0));
          params.add(new Tag("setting " + number, ("value " + r * number + " ").repeat(40)));
        }
        tracking.log(id, new Batch(metrics, params, List.of()));
      }
    }
    List<Metric> points = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      points.add(new Metric("loss", step == 1_234 ? 50 : 1 + step % 7, step, step));
    }
    for (int i = 0; i < points.size(); i += 1_000) {
      tracking.log(runs.getFirst(), new Batch(points.subList(i, i + 1_000), List.of(), List.of()));
    }
    String run = page("/runs/" + runs.getFirst());
    assertThat(run.length()).isLessThan(500_000);
    // The one point among thousands that is a peak is drawn.
    assertThat(run).contains("loss over step, from 1 to 50", "so that no peak is lost");
    assertThat(page("/studies/" + study).length()).isLessThan(500_000);
    String compared = page("/runs/compare?run=" + String.join("&run=", runs));
    assertThat(compared.length()).isLessThan(500_000);
    assertThat(compared).contains("more that differ", "as a client of MLflow does");
  }

  private String token(String name, Role role, boolean approves) {
    return new TokenFile(home.tokens())
        .create(
            new Token.Wanted(name, role, Set.of(), approves, Optional.empty()),
            Instant.now(),
            new SecureRandom())
        .text();
  }

  /// The file of tokens is looked at four times a second. Asked too often with one that is not
  /// known yet, the server takes no more from this address.
  private static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("time for new tokens to be seen").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private void signIn(Browser browser, String text) {
    browser.open(uri("/login").toString(), 1280, false);
    if (browser.evaluate("document.getElementById('token') === null").asBoolean(false)) {
      browser.follow("document.querySelector('form[action=\"/logout\"] button').click()");
    }
    browser.follow(
        "document.getElementById('token').value = '"
            + text
            + "';"
            + "document.querySelector('form[action=\"/login\"] button').click()");
    assertThat(browser.evaluate("location.pathname").asString("")).as(text(browser)).isEqualTo("/");
  }

  private static String text(Browser browser) {
    return browser.evaluate("document.body.innerText").asString("");
  }

  /// Fills the reason of a form and presses a button of it.
  private static void press(Browser browser, String button) {
    browser.follow(
        """
        (() => { const b = [...document.querySelectorAll('button')]
            .find(one => one.textContent.startsWith('%s'));
          b.form.querySelector('input[name=why]').value = 'because of <b>tests</b>';
          b.click(); })()\
        """
            .formatted(button));
  }

  private static void follow(Browser browser, String selector) {
    browser.follow(
        "location.href = document.querySelector('"
            + selector
            + "').getAttribute('href')"
            + " ?? document.querySelector('"
            + selector
            + "').href.baseVal");
  }

  @Test
  void peopleCompareRunsFollowLineagePromoteWithApprovalAndGoBack(@TempDir Path profile)
      throws Exception {
    Optional<Path> program = Browser.installed();
    if (program.isEmpty()) {
      System.out.println("skipped: no chromium-headless-shell or chromium in /usr/bin");
    }
    assumeTrue(program.isPresent());
    runs();
    versions();
    try (Browser browser = Browser.start(program.get(), profile)) {
      Looks.good(
          browser,
          "http://127.0.0.1:" + server.port(),
          List.of(
              "/studies",
              "/studies/" + study,
              "/runs/" + runs.get(5),
              "/runs/compare?run=" + runs.get(0) + "&run=" + runs.get(5),
              "/models",
              "/models/churn",
              "/models/churn/versions/3",
              "/ledger?at=2026-06-01",
              "/audit"));
      String ada = token("ada", Role.RELEASER, true);
      String bob = token("bob", Role.VIEWER, true);
      String eve = token("eve", Role.VIEWER, false);
      String root = token("root", Role.ADMIN, false);
      until(() -> get("/models/churn").statusCode() != 200);
      token = eve;
      until(() -> get("/models/churn").body().contains("sign in"));

      signIn(browser, ada);
      browser.open(uri("/studies/" + study).toString(), 1280, false);
      browser.follow(
          "document.querySelectorAll('input[name=run]').forEach((box, i) => box.checked = i < 2);"
              + "document.querySelector('form[action=\"/runs/compare\"] button').click()");
      assertThat(text(browser))
          .contains("Compare runs", "Parallel coordinates", "the others are compared against it");

      browser.open(uri("/models/churn/versions/4").toString(), 1280, false);
      follow(browser, "svg a[href^=\"/runs/\"]");
      assertThat(browser.evaluate("location.pathname").asString(""))
          .isEqualTo("/runs/" + runs.get(4));
      assertThat(text(browser)).contains("telco.csv");

      browser.open(uri("/models/churn").toString(), 1280, false);
      press(browser, "Promote");
      assertThat(text(browser))
          .contains("another person must approve", "Waiting for approval", "You asked for it");
      assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(1);
      browser.follow("location.reload()");
      assertThat(text(browser)).contains("another person must approve version 4");

      // Whoever asked can't approve, whatever the page offers.
      browser.follow(
          "(() => { const f = document.querySelector('form[action=\"/models/churn/reject\"]');"
              + "f.action = '/models/churn/approve';"
              + "f.querySelector('input[name=why]').value = 'myself'; f.submit(); })()");
      assertThat(browser.evaluate("document.querySelector('[role=alert]').innerText").asString(""))
          .contains("another person");

      // A form that another page made up lacks the key of this session.
      browser.open(uri("/models/churn").toString(), 1280, false);
      browser.follow(
          "(() => { const f = document.querySelector('form[action=\"/models/churn/promote\"]');"
              + "f.querySelector('input[name=csrf]').remove();"
              + "f.querySelector('input[name=why]').value = 'forged'; f.submit(); })()");
      assertThat(text(browser)).contains("Forbidden");
      assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(1);

      signIn(browser, eve);
      browser.open(uri("/models/churn").toString(), 1280, false);
      assertThat(
              browser
                  .evaluate("document.querySelectorAll('main form[method=post]').length")
                  .asInt())
          .isZero();

      signIn(browser, bob);
      browser.open(uri("/models/churn").toString(), 1280, false);
      press(browser, "Approve");
      assertThat(text(browser)).contains("Approved: version 4 can be promoted.");
      assertThat(text(browser)).doesNotContain("Waiting for approval\n0 of");
      browser.open(uri("/audit").toString(), 1280, false);
      assertThat(text(browser)).contains("Forbidden", "admin");

      signIn(browser, ada);
      browser.open(uri("/models/churn?version=4").toString(), 1280, false);
      press(browser, "Promote");
      assertThat(text(browser)).contains("Promoted: version 4 is the champion.");
      String promoted = browser.evaluate("location.href").asString("");
      browser.follow("location.reload()");
      assertThat(text(browser))
          .contains("Promoted: version 4 is the champion.", "Roll back to version 1")
          .doesNotContain("asked on");
      assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(4);

      browser.open(uri("/models/churn?version=3").toString(), 1280, false);
      press(browser, "Promote");
      assertThat(browser.evaluate("document.querySelector('[role=alert]').innerText").asString(""))
          .contains("gate 'roc-auc' said no");

      browser.open(uri("/models/churn").toString(), 1280, false);
      press(browser, "Roll back to version 1");
      assertThat(text(browser)).contains("Rolled back.");
      assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(1);
      browser.follow("location.reload()");
      assertThat(text(browser)).contains("Champion\nversion 1");
      // The address of then no longer says what is no longer so.
      browser.open(promoted, 1280, false);
      assertThat(text(browser)).doesNotContain("is the champion.");
      browser.open(uri("/ledger?usecase=churn").toString(), 1280, false);
      assertThat(text(browser))
          .contains("rollback", "promotion", "approval", "because of <b>tests</b>")
          .contains("back from version 4 to version 1", "version 4 approved")
          .doesNotContain("Who asked for what");

      signIn(browser, root);
      browser.open(uri("/ledger").toString(), 1280, false);
      follow(browser, "a[href=\"/audit\"]");
      assertThat(text(browser))
          .contains("POST /models/churn/promote", "POST /models/churn/rollback", "done")
          .contains("ada", "bob", "127.0.0.1");
      browser.follow(
          "document.getElementById('outcome').value = 'refused';"
              + "document.getElementById('outcome').form.querySelector('button').click()");
      assertThat(text(browser)).contains("403").doesNotContain("303");
    }
  }

  @Test
  void aTokenForOtherUseCasesSeesNothingOfThisOne() throws Exception {
    runs();
    versions();
    token =
        new TokenFile(home.tokens())
            .create(
                new Token.Wanted("other", Role.ADMIN, Set.of("other"), true, Optional.empty()),
                Instant.now(),
                new SecureRandom())
            .text();
    until(() -> get("/studies").statusCode() == 200 && !page("/studies").contains(">churn<"));
    assertThat(page("/models")).doesNotContain("/models/churn");
    assertThat(page("/ledger")).doesNotContain("churn");
    assertThat(page("/ledger?at=2026-06-01&usecase=churn")).doesNotContain("version 1");
    assertThat(get("/models/churn").statusCode()).isEqualTo(403);
    assertThat(get("/studies/" + study).statusCode()).isEqualTo(404);
    assertThat(get("/runs/" + runs.getFirst()).statusCode()).isEqualTo(404);
  }
}
