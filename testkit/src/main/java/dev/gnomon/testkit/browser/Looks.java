package dev.gnomon.testkit.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// What every page must be: well-formed, and in a browser readable, named and no wider than its
/// window, by day and by night.
public final class Looks {
  private Looks() {}

  /// Every tag is closed and every attribute quoted: read as XML after naming the void elements.
  public static void wellFormed(String html) {
    String xml =
        html.replaceFirst("<!doctype html>", "")
            .replaceAll("<(meta|link|br|input)([^>]*?)/?>", "<$1$2/>");
    try {
      var factory = javax.xml.parsers.DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(javax.xml.XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.newDocumentBuilder().parse(new org.xml.sax.InputSource(new StringReader(xml)));
    } catch (Exception e) {
      throw new AssertionError(e.getMessage() + "\n" + html, e);
    }
  }

  /// Shows pages at the width of a phone and of a desk, light and dark.
  ///
  /// @param base the address of the server
  public static void good(Browser browser, String base, Collection<String> paths)
      throws IOException {
    for (String path : paths) {
      for (int width : new int[] {390, 1280}) {
        boolean dark = width == 390;
        good(browser, base + path, path, width, dark);
        good(browser, base + path, path, width, !dark);
      }
    }
  }

  private static void good(Browser browser, String url, String path, int width, boolean dark)
      throws IOException {
    browser.open(url, width, dark);
    String where = path + " at " + width + (dark ? " dark" : " light");
    keep(browser, path, width, dark);
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("width of %s", where)
        .isLessThanOrEqualTo(width);
    assertThat(browser.evaluate("document.scripts.length").asInt()).isZero();
    assertThat(browser.evaluate(CONTRAST).toString()).as(where).isEqualTo("[]");
    assertThat(browser.evaluate(UNNAMED).asInt()).as("unnamed in %s", where).isZero();
  }

  /// For looking at them: `-Dgnomon.screenshots=DIR`.
  private static void keep(Browser browser, String path, int width, boolean dark)
      throws IOException {
    String folder = System.getProperty("gnomon.screenshots", "");
    if (!folder.isEmpty()) {
      String name =
          path.replaceAll("[^A-Za-z0-9]", "_") + "-" + width + (dark ? "-dark" : "-light") + ".png";
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
          const ink = e.ownerSVGElement && e.tagName === 'text' ? style.fill : style.color;
          const a = light(rgb(ink).slice(0, 3)), b = light(back(e));
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < 4.5) bad.push(e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + ratio);
        }
        return bad;
      })()\
      """;

  /// Pictures without a name, fields without a label, tables without header cells, pages without
  /// language or landmark.
  private static final String UNNAMED =
      """
      [...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label')).length
      + [...document.querySelectorAll('table')].filter(t => !t.querySelector('th[scope=col]')).length
      + [...document.querySelectorAll('input:not([type=hidden]),select,textarea')]
          .filter(i => !i.labels.length).length
      + (document.documentElement.lang ? 0 : 1)
      + (document.querySelector('main') && document.querySelector('nav') ? 0 : 1)\
      """;
}
