package dev.gnomon.server.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.testkit.browser.Browser;
import dev.gnomon.testkit.browser.Looks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
  private static final String HOSTILE =
      "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&<b>" + "wide".repeat(40);
  private static final String PLAIN = "payments_amount mean up 23 % (PSI 0.41, 7,900 rows)";

  private static PagesSource source(UseCaseView... views) {
    return new PagesSource() {
      @Override
      public List<UseCaseView> useCases() {
        return List.of(views);
      }

      @Override
      public Optional<UseCaseView> useCase(String name) {
        return useCases().stream().filter(view -> view.name().equals(name)).findFirst();
      }

      @Override
      public Optional<byte[]> report(String name, int version) {
        return version == 3
            ? Optional.of("<!doctype html>report".getBytes(StandardCharsets.UTF_8))
            : Optional.empty();
      }

      @Override
      public List<FeatureViewLine> features() {
        return List.of();
      }

      @Override
      public Optional<FeatureViewDetail> feature(String name, Optional<String> version) {
        return Optional.empty();
      }
    };
  }

  private static PagesSource features(String text, FeatureViewLine... lines) {
    return new PagesSource() {
      @Override
      public List<UseCaseView> useCases() {
        return List.of();
      }

      @Override
      public Optional<UseCaseView> useCase(String name) {
        return Optional.empty();
      }

      @Override
      public Optional<byte[]> report(String name, int version) {
        return Optional.empty();
      }

      @Override
      public List<FeatureViewLine> features() {
        return List.of(lines);
      }

      @Override
      public Optional<FeatureViewDetail> feature(String name, Optional<String> version) {
        return features().stream()
            .filter(line -> line.name().equals(name))
            .filter(line -> line.version().startsWith(version.orElse("")))
            .findFirst()
            .map(line -> FeatureExamples.detail(line, text));
      }
    };
  }

  private static Answer get(int route, PagesSource source, String... segments) {
    return get(route, source, Map.of(), segments);
  }

  private static Answer get(
      int route, PagesSource source, Map<String, String> query, String... segments) {
    Route found = Pages.routes(source).get(route);
    return found.handler().answer(new Request("GET", "/", List.of(segments), query, new byte[0]));
  }

  private static final int CATALOGUE = 3;
  private static final int VIEW = 4;

  @Test
  void listsEachFeatureViewOnceWithWhatIsLateFirst() {
    PagesSource source =
        features("", FeatureExamples.plain("customers"), FeatureExamples.shared("logins", ""));
    String page = text(get(CATALOGUE, source));
    Looks.wellFormed(page);
    assertThat(page).contains("2 views, 4 features; 1 is older than wanted.");
    assertThat(page.indexOf("/features/logins\""))
        .isLessThan(page.indexOf("/features/customers\""));
    assertThat(page.split("href=\"/features/logins\"", -1)).hasSize(2);
    assertThat(page).contains(">churn</a>").contains(">upsell</a>");
    assertThat(page).contains("version 7 decides; trained on it: 3, 4, 5, 6, 7 and 2 before");
    assertThat(page)
        .contains("kafka app-logins to logins; posted rows to logins; logins to logins");
  }

  @Test
  void findsViewsThatHaveAllWordsOfASearchWithoutAScript() {
    List<FeatureViewLine> lines = new java.util.ArrayList<>(FeatureExamples.many(300));
    lines.add(FeatureExamples.shared("activity", ""));
    PagesSource source = features("", lines.toArray(FeatureViewLine[]::new));
    String all = text(get(CATALOGUE, source));
    assertThat(all).contains("301 views, 303 features").contains("and 101 more");
    Looks.wellFormed(all);
    String one = text(get(CATALOGUE, source, Map.of("q", " TV_minutes  Growth@ ")));
    assertThat(one).contains("1 view of 301").contains("/features/activity\"");
    assertThat(one).contains("value=\"TV_minutes  Growth@\"").doesNotContain("view_000");
    assertThat(text(get(CATALOGUE, source, Map.of("q", "tv_minutes merchant"))))
        .contains("Nothing has all of these words.");
    Looks.wellFormed(text(get(CATALOGUE, features(""))));
  }

  @Test
  void tellsDefinitionsOfOneNameApartByTheirVersion() {
    FeatureViewLine other = FeatureExamples.plain("logins");
    PagesSource source = features("", FeatureExamples.shared("logins", ""), other);
    assertThat(text(get(CATALOGUE, source)))
        .contains("/features/logins?version=ab12ab12ab12")
        .contains("/features/logins?version=cd34cd34cd34");
    assertThat(text(get(VIEW, source, Map.of("version", "cd34"), "logins"))).contains("logins.csv");
    assertThat(get(VIEW, source, Map.of("version", "ee"), "logins").status()).isEqualTo(404);
    assertThat(get(VIEW, source, "logons").status()).isEqualTo(404);
  }

  @Test
  void showsWhatAViewIsMadeOfAndWhoWasTrainedOnIt() {
    String page = text(get(VIEW, features("x", FeatureExamples.shared("logins", "")), "logins"));
    Looks.wellFormed(page);
    assertThat(page).contains("href=\"#op-count\"").contains("id=\"op-count\"");
    assertThat(page).contains("where device = &#39;tv&#39;").contains("the last 30 days, exactly");
    assertThat(page).contains("every feature").contains("<small>as now</small>");
    assertThat(page).contains("tv_minutes_30d was added").contains("not recorded");
    assertThat(page).contains("none differs").contains("differ</span> tv_minutes_30d, x");
    assertThat(page).contains("0.41").contains("href=\"/features\"");
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void escapesWhateverCameFromAFileARequestOrAPerson() {
    PagesSource source = source(Examples.full("churn" + HOSTILE, HOSTILE));
    PagesSource features = features(HOSTILE, FeatureExamples.shared(HOSTILE, HOSTILE));
    for (Answer answer :
        List.of(
            get(CATALOGUE, features),
            get(CATALOGUE, features, Map.of("q", HOSTILE.substring(0, 60))),
            get(VIEW, features, HOSTILE),
            get(VIEW, source, HOSTILE),
            get(0, source),
            get(1, source, "churn" + HOSTILE),
            get(1, source, HOSTILE),
            get(2, source, HOSTILE, "7"),
            get(2, source, "churn", HOSTILE))) {
      String html = text(answer);
      assertThat(html).contains("&lt;script&gt;").doesNotContain("<script").doesNotContain("<img");
      assertThat(html).doesNotContain("<b>wide");
      Looks.wellFormed(html);
    }
  }

  @Test
  void answersWhatIsNotThereWithAPageOfStatus404() {
    PagesSource source = source(Examples.empty("churn"));
    assertThat(get(1, source, "fraud").status()).isEqualTo(404);
    assertThat(get(2, source, "churn", "2").status()).isEqualTo(404);
    assertThat(get(2, source, "churn", "99999999999999").status()).isEqualTo(404);
    assertThat(get(2, source, "churn", "-1").status()).isEqualTo(404);
    assertThat(text(get(1, source, "fraud"))).contains("There is no use case &#39;fraud&#39;.");
    Answer report = get(2, source, "churn", "3");
    assertThat(report.status()).isEqualTo(200);
    assertThat(report.headers().get("Content-Security-Policy")).startsWith("default-src 'none'");
  }

  @Test
  void showsEmptyUseCasesAndNoneAtAll() {
    Looks.wellFormed(text(get(0, source())));
    Looks.wellFormed(text(get(0, source(Examples.empty("churn")))));
    String page = text(get(1, source(Examples.empty("churn")), "churn"));
    Looks.wellFormed(page);
    assertThat(page).contains("fallback rules").contains("No decisions yet");
  }

  @Test
  void fitsAPhoneAndADeskInLightAndDark(@TempDir Path profile) throws Exception {
    Optional<Path> program = Browser.installed();
    if (program.isEmpty()) {
      System.out.println("skipped: no chromium-headless-shell or chromium in /usr/bin");
    }
    assumeTrue(program.isPresent());
    UseCaseView plain = Examples.full("churn", PLAIN);
    UseCaseView hostile = Examples.full("hostile", HOSTILE);
    PagesSource source = source(plain, hostile, Examples.empty("fraud"));
    PagesSource features =
        features(
            HOSTILE,
            FeatureExamples.shared("logins", PLAIN),
            FeatureExamples.plain("customers"),
            FeatureExamples.shared(HOSTILE, HOSTILE));
    Map<String, Answer> pages =
        Map.of(
            "/features", get(CATALOGUE, features),
            "/features/logins", get(VIEW, features, "logins"),
            "/", get(0, source),
            "/usecases/churn", get(1, source, "churn"),
            "/usecases/hostile", get(1, source, "hostile"),
            "/usecases/fraud", get(1, source, "fraud"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> send(exchange, pages));
    server.start();
    try (Browser browser = Browser.start(program.get(), profile)) {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      Looks.good(
          browser,
          base,
          List.of(
              "/",
              "/usecases/churn",
              "/usecases/hostile",
              "/usecases/fraud",
              "/features",
              "/features/logins"));
    } finally {
      server.stop(0);
    }
  }

  private static void send(HttpExchange exchange, Map<String, Answer> pages)
      throws java.io.IOException {
    Answer answer = pages.getOrDefault(exchange.getRequestURI().getPath(), Pages.notFound("page"));
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    exchange.getResponseBody().write(answer.body());
    exchange.close();
  }
}
