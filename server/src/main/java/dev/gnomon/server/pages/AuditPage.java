package dev.gnomon.server.pages;

import dev.gnomon.core.Home;
import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.security.Audit;
import dev.gnomon.server.security.AuditLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Who asked what of the control surfaces and what came of it, the newest first; refused attempts
/// too.
final class AuditPage {
  private static final int PAGE = 50;

  private final Home home;
  private final String who;
  private final String useCase;
  private final String outcome;
  private final long before;
  private final StringBuilder out = new StringBuilder(16 * 1024);

  private AuditPage(Home home, Request request) {
    this.home = home;
    this.who = asked(request, "who");
    this.useCase = asked(request, "usecase");
    this.outcome = asked(request, "outcome");
    this.before =
        request
            .query("before")
            .filter(text -> text.matches("[0-9]{1,15}"))
            .map(Long::parseLong)
            .orElse(0L);
  }

  private static String asked(Request request, String name) {
    return request.query(name).map(text -> Words.cut(text.strip(), 200)).orElse("");
  }

  static Answer answer(Home home, Request request) {
    return new AuditPage(home, request).page();
  }

  private Answer page() {
    out.append("<h1>Audit</h1><p class=\"lead\">Who asked for a change, and what came of it; ");
    out.append(
        "refused attempts too.</p><p class=\"soft\">Neither what was sent nor any secret is ");
    out.append(
        "in it. What did change stands in the <a href=\"/ledger\">ledger</a>, whose entries ");
    out.append("can't be altered unnoticed.</p>");
    form();
    List<AuditLine> lines = read();
    out.append("<section aria-label=\"Requests\">");
    if (lines.isEmpty()) {
      out.append(
          address().parts().isEmpty() && before == 0
              ? "<p>Nobody asked for a change yet.</p>"
              : "<p>No line is so. <a href=\"/audit\">All lines</a></p>");
    } else {
      table(lines.subList(0, Math.min(PAGE, lines.size())));
    }
    pages(lines);
    out.append("</section>");
    return Pages.page(
        200,
        Page.of(
            "Audit \u00b7 Gnomon",
            List.of(new Page.Crumb("/ledger", "Ledger")),
            "audit",
            out.toString()));
  }

  private Address address() {
    return Address.of("audit").with("who", who).with("usecase", useCase).with("outcome", outcome);
  }

  private void form() {
    out.append("<form method=\"get\" action=\"/audit\"><p class=\"row\">");
    out.append(Fields.text("who", "who", "By", who, "maxlength=\"200\""));
    out.append(Fields.text("usecase", "usecase", "Use case", useCase, "maxlength=\"200\""));
    List<Fields.Choice> choices = new ArrayList<>();
    choices.add(new Fields.Choice("", "all"));
    for (AuditLine.Outcome one : AuditLine.Outcome.values()) {
      choices.add(new Fields.Choice(one.word(), words(one)));
    }
    out.append(Fields.choose("outcome", "outcome", "What came of it", choices, outcome));
    out.append("<button>Show</button></p></form>");
  }

  /// One more than a page holds, to know whether there is another.
  private List<AuditLine> read() {
    Optional<AuditLine.Outcome> wanted =
        Arrays.stream(AuditLine.Outcome.values())
            .filter(one -> one.word().equals(outcome))
            .findAny();
    try {
      return Audit.read(
          home.audit(), new Audit.Wanted(before, PAGE + 1, said(who), said(useCase), wanted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> said(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String words(AuditLine.Outcome outcome) {
    return switch (outcome) {
      case DONE -> "done";
      case REFUSED -> "refused: who asked may not";
      case FAILED -> "failed: it can't be done";
    };
  }

  private static String badge(AuditLine line) {
    String style =
        switch (line.outcome()) {
          case DONE -> "ok";
          case REFUSED -> "critical";
          case FAILED -> "warning";
        };
    return "<span class=\"badge %s\">%s</span> <span class=\"soft\">%d</span>"
        .formatted(style, line.outcome().word(), line.status());
  }

  private void table(List<AuditLine> lines) {
    out.append("<table class=\"stack\"><thead><tr><th scope=\"col\">Time, UTC</th>");
    out.append("<th scope=\"col\">By</th><th scope=\"col\">What</th><th scope=\"col\">Of</th>");
    out.append("<th scope=\"col\">From</th><th scope=\"col\">Came of it</th></tr></thead><tbody>");
    for (AuditLine line : lines) {
      out.append("<tr><th scope=\"row\" class=\"whole\">").append(Words.time(line.at()));
      out.append("</th><td data-name=\"by\" class=\"break\">");
      out.append(
          line.who().isEmpty()
              ? "<span class=\"soft\">nobody known</span>"
              : Html.escape(Words.cut(line.who(), 120)));
      out.append("</td><td data-name=\"what\" class=\"break\"><code>");
      out.append(Html.escape(Words.cut(line.what(), 300))).append("</code>");
      if (line.more() > 0) {
        out.append("<small>").append(Html.escape(Words.cut(line.says(), 300)));
        out.append(" since ").append(Words.time(line.since())).append("</small>");
      }
      out.append("</td><td data-name=\"of\" class=\"break\">");
      out.append(
          line.useCase().isEmpty()
              ? "\u2013"
              : "<a href=\"%s\">%s</a>"
                  .formatted(
                      ModelWords.address(line.useCase()).html(),
                      Html.escape(Words.cut(line.useCase(), 80))));
      out.append("</td><td data-name=\"from\">").append(Html.escape(Words.cut(line.from(), 80)));
      out.append("</td><td data-name=\"came of it\">").append(badge(line)).append("</td></tr>");
    }
    out.append("</tbody></table>");
  }

  private void pages(List<AuditLine> lines) {
    boolean more = lines.size() > PAGE;
    if (!more && before == 0) {
      return;
    }
    out.append("<nav class=\"pages\" aria-label=\"Pages\">");
    if (more) {
      String last = Long.toString(lines.get(PAGE - 1).number());
      out.append("<a rel=\"next\" href=\"").append(address().with("before", last).html());
      out.append("\">Older</a>");
    }
    if (before > 0) {
      out.append("<a href=\"").append(address().html()).append("\">Newest</a>");
    }
    out.append("</nav>");
  }
}
