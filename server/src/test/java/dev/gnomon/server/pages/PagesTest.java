package dev.gnomon.server.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    };
  }

  private static Answer get(int route, PagesSource source, String... segments) {
    Route found = Pages.routes(source).get(route);
    return found
        .handler()
        .answer(new Request("GET", "/", List.of(segments), Map.of(), new byte[0]));
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void escapesWhateverCameFromAFileARequestOrAPerson() {
    PagesSource source = source(Examples.full("churn" + HOSTILE, HOSTILE));
    for (Answer answer :
        List.of(
            get(0, source),
            get(1, source, "churn" + HOSTILE),
            get(1, source, HOSTILE),
            get(2, source, HOSTILE, "7"),
            get(2, source, "churn", HOSTILE))) {
      String html = text(answer);
      assertThat(html).contains("&lt;script&gt;").doesNotContain("<script").doesNotContain("<img");
      assertThat(html).doesNotContain("<b>wide");
      wellFormed(html);
    }
  }

  /// Every tag is closed and every attribute quoted: read as XML after naming the void elements.
  private static void wellFormed(String html) {
    String xml =
        html.replaceFirst("<!doctype html>", "").replaceAll("<(meta|link|br)([^>]*)>", "<$1$2/>");
    try {
      var factory = javax.xml.parsers.DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(javax.xml.XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.newDocumentBuilder().parse(new org.xml.sax.InputSource(new StringReader(xml)));
    } catch (Exception e) {
      throw new AssertionError(e.getMessage(), e);
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
    wellFormed(text(get(0, source())));
    wellFormed(text(get(0, source(Examples.empty("churn")))));
    String page = text(get(1, source(Examples.empty("churn")), "churn"));
    wellFormed(page);
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
    Map<String, Answer> pages =
        Map.of(
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
      for (String path : List.of("/", "/usecases/churn", "/usecases/hostile", "/usecases/fraud")) {
        for (int width : new int[] {390, 1280}) {
          for (boolean dark : new boolean[] {false, true}) {
            browser.open(base + path, width, dark);
            String where = path + " at " + width + (dark ? " dark" : " light");
            assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                .as("width of %s", where)
                .isLessThanOrEqualTo(width);
            assertThat(browser.evaluate("document.scripts.length").asInt()).isZero();
            assertThat(browser.evaluate(CONTRAST).toString()).as(where).isEqualTo("[]");
            assertThat(browser.evaluate(UNNAMED).asInt()).as("unnamed in %s", where).isZero();
            keep(browser, path, width, dark);
          }
        }
      }
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

  /// For looking at them: `-Dgnomon.screenshots=DIR`.
  private static void keep(Browser browser, String path, int width, boolean dark)
      throws java.io.IOException {
    String folder = System.getProperty("gnomon.screenshots", "");
    if (!folder.isEmpty()) {
      String name = path.replace('/', '_') + "-" + width + (dark ? "-dark" : "-light") + ".png";
      Files.write(Files.createDirectories(Path.of(folder)).resolve(name), browser.screenshot());
    }
  }

  /// Texts whose contrast with their background is below 4.5 (WCAG 2.2, 1.4.3).
  private static final String CONTRAST =
      """
      (() => {
        const rgb = s => s.match(/[\\d.]+/g).map(Number);
        const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92
            : Math.pow((v + .055) / 1.055, 2.4)); return .2126 * r + .7152 * g + .0722 * b; };
        const back = e => { for (; e; e = e.parentElement) { const c =
            rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0)
            return c.slice(0, 3); } return [255, 255, 255]; };
        const bad = [];
        for (const e of document.querySelectorAll('body *')) {
          const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
          if (!own || !e.getClientRects().length) continue;
          const style = getComputedStyle(e);
          const ink = e.ownerSVGElement ? style.fill : style.color;
          const a = light(rgb(ink).slice(0, 3)), b = light(back(e));
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < 4.5) bad.push(e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + ratio);
        }
        return bad;
      })()\
      """;

  /// Pictures without a name, tables without header cells, pages without language or landmark.
  private static final String UNNAMED =
      """
      [...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label')).length
      + [...document.querySelectorAll('table')].filter(t => !t.querySelector('th[scope=col]')).length
      + (document.documentElement.lang ? 0 : 1)
      + (document.querySelector('main') && document.querySelector('nav') ? 0 : 1)\
      """;
}
