package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every control change, newest first, and what was live at a moment with the entries that say so.
final class LedgerPage {
  private static final int PAGE = 50;
  private static final int WINDOW = 500;

  /// Entries that one page looks at before it lets the reader decide to go on.
  private static final int MOST_LOOKED_AT = 10_000;

  private static final int MOST_CONTENT = 160;

  private final Registry registry;
  private final Request request;
  private final String useCase;
  private final String kind;
  private final String who;
  private final String from;
  private final String to;
  private final String at;
  private final List<String> wrong = new ArrayList<>();
  private final StringBuilder out = new StringBuilder(32 * 1024);

  private LedgerPage(Registry registry, Request request) {
    this.registry = registry;
    this.request = request;
    this.useCase = asked("usecase");
    this.kind = asked("kind");
    this.who = asked("who");
    this.from = asked("from");
    this.to = asked("to");
    this.at = asked("at");
  }

  private String asked(String name) {
    return request.query(name).map(text -> Words.cut(text.strip(), 200)).orElse("");
  }

  static Answer answer(Registry registry, Request request) {
    return new LedgerPage(registry, request).page();
  }

  private Answer page() {
    Optional<Instant> moment = moment("at", at);
    Optional<Instant> begin = moment("from", from);
    Optional<Instant> end = moment("to", to);
    StringBuilder main =
        new StringBuilder("<h1>Ledger</h1><p class=\"lead\">Every control change: ");
    main.append("append-only, each entry chained to the one before by its hash.</p>");
    live(moment);
    list(begin, end);
    for (String text : wrong) {
      main.append("<p class=\"wrong\" role=\"alert\">").append(Html.escape(text)).append("</p>");
    }
    main.append(out);
    return Pages.page(
        wrong.isEmpty() ? 200 : 400, Page.of("Ledger \u00b7 Gnomon", "ledger", main.toString()));
  }

  /// A time as people write it; without a zone it is UTC.
  private Optional<Instant> moment(String name, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      String iso = text.replaceFirst(" ", "T");
      return Optional.of(
          iso.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      wrong.add(
          "'%s' is not a time for %s: write 2026-05-31, 2026-05-31 14:30 or 2026-05-31T14:30:00Z."
              .formatted(text, name));
      return Optional.empty();
    }
  }

  private void live(Optional<Instant> moment) {
    out.append("<section aria-labelledby=\"live\"><h2 id=\"live\">What was live at</h2>");
    out.append("<form method=\"get\" action=\"/ledger\"><p class=\"row\">");
    out.append(Fields.text("at", "at", "Time, UTC", at, "placeholder=\"2026-05-31 14:30\""));
    out.append(useCases("live-usecase"));
    out.append("<button>Answer</button></p></form>");
    moment.ifPresent(this::answer);
    out.append("</section>");
  }

  private String useCases(String id) {
    List<Fields.Choice> choices = new ArrayList<>();
    choices.add(new Fields.Choice("", "all"));
    registry.useCases().stream()
        .filter(name -> request.caller().mayUse(name))
        .limit(500)
        .forEach(name -> choices.add(new Fields.Choice(name, name)));
    if (!useCase.isEmpty() && choices.stream().noneMatch(one -> one.value().equals(useCase))) {
      choices.add(new Fields.Choice(useCase, useCase));
    }
    return Fields.choose(id, "usecase", "Use case", choices, useCase);
  }

  private void answer(Instant moment) {
    Map<String, LedgerState.Deciding> states = new TreeMap<>();
    if (useCase.isEmpty()) {
      states.putAll(registry.stateAt(moment).useCases());
    } else {
      registry.stateAt(useCase, moment).ifPresent(state -> states.put(useCase, state));
    }
    states.keySet().removeIf(name -> !request.caller().mayUseNamed(name));
    out.append("<h3>At ").append(Words.time(moment)).append(" UTC</h3>");
    if (states.isEmpty()) {
      out.append("<p>Nothing that decides was known to the ledger then.</p>");
    }
    states.values().forEach(this::deciding);
    LedgerCheck check = registry.verifyLedger();
    if (check.intact()) {
      out.append("<p class=\"done\">The chain holds: ").append(Html.count(check.entries()));
      out.append(" entries, each with the hash it must have. Newest: <code>");
      out.append(Html.escape(Catalogue.shortHash(check.head()))).append("</code></p>");
    } else {
      out.append("<p class=\"wrong\" role=\"alert\">The chain does not hold: ");
      out.append(Html.escape(check.problem().orElse("")))
          .append(". <code>gnomon doctor</code> says more.</p>");
    }
  }

  private void deciding(LedgerState.Deciding state) {
    out.append("<article class=\"ask\"><h3><a href=\"")
        .append(ModelWords.address(state.useCase()).html());
    out.append("\">").append(Html.escape(state.useCase())).append("</a></h3><dl class=\"facts\">");
    Optional<Integer> version = state.version();
    fact(
        "Decided by",
        version
            .map(number -> ModelWords.link(state.useCase(), number))
            .orElse("fallback rules: no champion"));
    version
        .flatMap(state::registered)
        .ifPresent(registered -> {
          fact("Bundle", code(registered.bundle()));
          registered
              .made()
              .ifPresent(made -> {
                fact("Policy", code(made.policy()));
                fact("Features", code(made.features()));
                made.views().forEach((view, hash) -> fact("View " + view, code(hash)));
              });
        });
    state
        .aliases()
        .forEach((alias, number) -> {
          if (!alias.equals(LedgerState.CHAMPION)) {
            fact("Alias " + alias, ModelWords.link(state.useCase(), number));
          }
        });
    state.nodes().forEach(this::node);
    out.append("</dl><details><summary>Evidence: ").append(state.evidence().size());
    out.append(state.evidence().size() == 1 ? " entry" : " entries").append("</summary>");
    table(state.evidence());
    out.append("</details></article>");
  }

  private void node(String name, LedgerState.Node node) {
    fact(
        "Server " + name,
        (node.serving() ? "serving" : "not serving")
            + " since "
            + Words.time(node.since())
            + " UTC");
    node.defined()
        .ifPresent(defined -> {
          fact("Statement of " + name, code(defined.definition()));
          fact("Costs and rules of " + name, code(defined.policy()));
          String shares =
              defined.assignment().entrySet().stream()
                  .map(share -> share.getKey() + " " + share.getValue())
                  .sorted()
                  .reduce((a, b) -> a + ", " + b)
                  .orElse("");
          if (!shares.isEmpty()) {
            fact("Who gets which on " + name, Html.escape(shares));
          }
        });
  }

  private static String code(String hash) {
    return hash.isEmpty() ? "\u2013" : "<code>" + Html.escape(hash) + "</code>";
  }

  /// @param value HTML
  private void fact(String name, String value) {
    out.append("<dt>").append(Html.escape(name)).append("</dt><dd>").append(value).append("</dd>");
  }

  private void list(Optional<Instant> begin, Optional<Instant> end) {
    out.append("<section aria-labelledby=\"entries\"><h2 id=\"entries\">Entries</h2>");
    out.append("<form method=\"get\" action=\"/ledger#entries\"><p class=\"row\">");
    out.append(useCases("usecase"));
    out.append(Fields.choose("kind", "kind", "Kind", kinds(), kind));
    out.append(Fields.text("who", "who", "By", who, "maxlength=\"200\""));
    out.append(
        Fields.text("from", "from", "From, UTC", from, "placeholder=\"2026-05-01\" size=\"16\""));
    out.append(Fields.text("to", "to", "To, UTC", to, "placeholder=\"2026-06-01\" size=\"16\""));
    out.append("<button>Show</button></p></form>");
    Found found = find(begin, end);
    if (found.entries().isEmpty()) {
      out.append("<p>");
      out.append(
          found.next() > 0
              ? "None among the entries looked at so far."
              : address().parts().isEmpty()
                  ? "Nothing was changed yet. <code>gnomon train usecase.yaml</code> registers a version, and"
                      + " that is the first entry."
                  : "No entry is so.");
      out.append("</p>");
    } else {
      table(found.entries());
    }
    if (found.next() > 0) {
      out.append("<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\"");
      out.append(address().with("before", Long.toString(found.next() + 1)).html());
      out.append("#entries\">Older entries</a></nav>");
    }
    out.append("</section>");
  }

  private Address address() {
    return Address.of("ledger")
        .with("usecase", useCase)
        .with("kind", kind)
        .with("who", who)
        .with("from", from)
        .with("to", to);
  }

  private List<Fields.Choice> kinds() {
    List<Fields.Choice> choices = new ArrayList<>();
    choices.add(new Fields.Choice("", "all"));
    for (String known :
        List.of(
            ControlChange.Registered.KIND,
            ControlChange.AliasMoved.KIND,
            ControlChange.Promoted.KIND,
            ControlChange.RolledBack.KIND,
            ControlChange.Approval.KIND,
            ControlChange.GateOverridden.KIND,
            ControlChange.StageMoved.KIND,
            ControlChange.ReleaseRule.KIND,
            ControlChange.Defined.KIND,
            ControlChange.Served.KIND,
            ControlChange.Permitted.KIND,
            ControlChange.Described.KIND,
            ControlChange.Tagged.KIND,
            ControlChange.Erased.KIND)) {
      choices.add(new Fields.Choice(known, known));
    }
    if (!kind.isEmpty() && choices.stream().noneMatch(one -> one.value().equals(kind))) {
      choices.add(new Fields.Choice(kind, kind));
    }
    return choices;
  }

  /// @param next the number of the entry at which looking goes on; 0 at the end
  private record Found(List<LedgerEntry> entries, long next) {}

  /// Newest first, in windows, so that a long ledger is not read whole.
  private Found find(Optional<Instant> begin, Optional<Instant> end) {
    long last =
        request
            .query("before")
            .filter(text -> text.matches("[0-9]{1,15}"))
            .map(text -> Long.parseLong(text) - 1)
            .orElseGet(() -> registry.lastEntry().map(LedgerEntry::sequence).orElse(0L));
    @Nullable String wantedUseCase = useCase.isEmpty() ? null : useCase;
    @Nullable String wantedKind = kind.isEmpty() ? null : kind;
    List<LedgerEntry> entries = new ArrayList<>();
    long lookedAt = 0;
    while (last > 0) {
      if (lookedAt >= MOST_LOOKED_AT) {
        return new Found(entries, last);
      }
      long after = Math.max(0, last - WINDOW);
      List<LedgerEntry> window = registry.ledger(after, WINDOW, wantedUseCase, wantedKind);
      for (LedgerEntry entry : window.reversed()) {
        if (entry.sequence() > last || !wanted(entry, begin, end)) {
          continue;
        }
        if (entries.size() == PAGE) {
          return new Found(entries, entry.sequence());
        }
        entries.add(entry);
      }
      lookedAt += last - after;
      last = after;
    }
    return new Found(entries, 0);
  }

  private boolean wanted(LedgerEntry entry, Optional<Instant> begin, Optional<Instant> end) {
    return (entry.useCase().isEmpty()
            ? request.caller().mayUseAll()
            : request.caller().mayUseNamed(entry.useCase()))
        && (who.isEmpty() || entry.who().contains(who))
        && begin.map(moment -> !entry.at().isBefore(moment)).orElse(true)
        && end.map(moment -> !entry.at().isAfter(moment)).orElse(true);
  }

  private void table(List<LedgerEntry> entries) {
    out.append("<table class=\"stack\"><thead><tr><th scope=\"col\">Number</th>");
    out.append("<th scope=\"col\">Time, UTC</th><th scope=\"col\">What</th>");
    out.append("<th scope=\"col\">Of</th><th scope=\"col\">By</th><th scope=\"col\">Reason</th>");
    out.append("</tr></thead><tbody>");
    for (LedgerEntry entry : entries) {
      out.append("<tr><th scope=\"row\">").append(entry.sequence());
      out.append("<small class=\"soft block\" title=\"").append(Html.escape(entry.hash()));
      out.append("\"><code>")
          .append(Html.escape(entry.hash().substring(0, Math.min(8, entry.hash().length()))));
      out.append("</code></small></th><td data-name=\"time, UTC\" class=\"whole\">")
          .append(Words.time(entry.at()));
      out.append("</td><td data-name=\"what\" class=\"break\"><span class=\"badge info\">");
      out.append(Html.escape(Words.cut(entry.kind(), 60))).append("</span> ");
      out.append(Html.escape(Words.cut(entry.subject(), 80))).append("<small>");
      out.append(Html.escape(Words.cut(entry.content(), MOST_CONTENT))).append("</small>");
      out.append("</td><td data-name=\"of\" class=\"break\">");
      out.append(
          entry.useCase().isEmpty() ? "\u2013" : Html.escape(Words.cut(entry.useCase(), 80)));
      out.append("</td><td data-name=\"by\" class=\"break\">")
          .append(Html.escape(Words.cut(entry.who(), 80)));
      out.append("</td><td data-name=\"reason\" class=\"break\">");
      out.append(entry.why().isEmpty() ? "\u2013" : Html.escape(Words.cut(entry.why(), 300)));
      out.append("</td></tr>");
    }
    out.append("</tbody></table>");
  }
}
